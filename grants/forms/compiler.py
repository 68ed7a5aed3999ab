"""From a section to a WTForms class, made once for each page."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from wtforms import Field, Form
from wtforms.utils import unset_value

from grants.forms.definition import SectionDefinition
from grants.forms.field import FieldDefinition, Posted
from grants.forms.types.file import FileField, FileRef
from grants.forms.types.table import TableField


class AnswerField(Field):
    """One answer, whatever the number of its inputs; the definition does the reading.

    `data` is the typed value, `errors` the definition's messages, once validated.
    """

    def __init__(self, definition: FieldDefinition, **options: Any) -> None:
        super().__init__(label=definition.label, description=definition.hint or "", **options)
        self.definition = definition
        #: Whether any input of the field came with the page; a disabled one does not.
        self.posted = False
        #: Rows of a table to show below those that are filled.
        self.blank_rows = 0

    def process(
        self, formdata: Posted | None, data: Any = unset_value, extra_filters: Any = None
    ) -> None:
        self.object_data = self.data = None if data is unset_value else data
        if formdata is not None and self.definition.source == "inputs":
            self.posted = any(
                name == self.name or name.startswith(f"{self.name}-") for name in formdata
            )
            self.data = self.definition.read(self.name, formdata)
        self.process_errors = self.definition.problems(self.data)

    @property
    def inputs(self) -> Mapping[str, str | list[str]]:
        """What each input shows, by its name."""
        shown = self.definition.inputs(self.name, self.data)
        if isinstance(self.definition, TableField) and not self.definition.rows:
            filled = len(self.data) if isinstance(self.data, tuple) else 0
            for index in range(filled, filled + self.blank_rows):
                shown |= self.definition.blank_row(self.name, index)
        return shown

    @property
    def cell_errors(self) -> Mapping[str, Sequence[str]]:
        """The messages of a table's cells, by the name of their input, once validated."""
        if not self.errors or not isinstance(self.definition, TableField):
            return {}
        return self.definition.cell_problems(self.name, self.data)

    @property
    def computed_texts(self) -> Mapping[str, str]:
        """What the computed cells of a table show, by the names that inputs would have."""
        if not isinstance(self.definition, TableField):
            return {}
        rows = dict(enumerate(self.definition.shown_rows(self.data)))
        return self.definition.computed_texts(self.name, rows)

    @property
    def files(self) -> tuple[FileRef, ...]:
        """The files of a `file` field."""
        held = self.data if isinstance(self.definition, FileField) else ()
        return held if isinstance(held, tuple) else ()

    @property
    def suggestions(self) -> tuple[str, ...]:
        return self.definition.suggestions(self.data)


def compile_fields(
    name: str, fields: Iterable[FieldDefinition], base: type[Form] = Form
) -> type[Form]:
    """A form class with one AnswerField for each definition, in that order."""

    class Meta:
        locales = ("fr",)

    answers = {field.key: AnswerField(field) for field in fields}
    return type(name, (base,), {"Meta": Meta, **answers})


def compile_section(section: SectionDefinition, base: type[Form] = Form) -> type[Form]:
    """The form class of a section; `base` may bring more, such as the token against forgery."""
    return compile_fields(f"Section_{section.key}", section.fields.values(), base)
