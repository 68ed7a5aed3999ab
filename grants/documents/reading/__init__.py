"""A filled Word file, or a plain text, read back into the answers of a form."""

from grants.documents.reading.comparing import Compared, Departure, Standing, compared, is_to_copy
from grants.documents.reading.errors import FileNotRead
from grants.documents.reading.reader import Converter, Found, ReadApart, Reading, read_answers

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
