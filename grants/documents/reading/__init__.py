"""A filled Word file, or a plain text, read back into the answers of a form."""

from grants.documents.reading.errors import FileNotRead
from grants.documents.reading.reader import Converter, Found, ReadApart, Reading, read_answers

__all__ = ["Converter", "FileNotRead", "Found", "ReadApart", "Reading", "read_answers"]
