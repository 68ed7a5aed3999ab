"""What LibreOffice makes, where it is installed: a PDF of a Word file, a file that can be read."""

from grants.web.office import pdf as _pdf  # noqa: F401
from grants.web.office import reading as _reading  # noqa: F401
from grants.web.office.room import is_offered, screens

__all__ = ["is_offered", "screens"]
