"""The types of answers, one file each."""

from typing import Annotated

from pydantic import Field

from grants.forms.types.file import FileField
from grants.forms.types.table import SimpleField, TableField

#: Any definition of a field, told apart by `type`.
AnyField = Annotated[SimpleField | FileField | TableField, Field(discriminator="type")]
