"""A filled Word file, or a plain text, read back into the answers of a form."""

from grants.documents.reading.comparing import Compared, Departure, Standing, compared, is_to_copy
from grants.documents.reading.errors import FileNotRead
from grants.documents.reading.formats import Converter
from grants.documents.reading.found import Found, ReadApart, Reading
from grants.documents.reading.reader import read_answers

__all__ = [
    "Compared",
    "Converter",
    "Departure",
    "FileNotRead",
    "Found",
    "ReadApart",
    "Reading",
    "Standing",
    "compared",
    "is_to_copy",
    "read_answers",
]
