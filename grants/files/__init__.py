"""Files that people hand in: what they are, what they are called, where they are kept."""

from grants.files.errors import FileRefused, OldOffice
from grants.files.kinds import KINDS, Kind
from grants.files.names import NAMES, safe_name
from grants.files.recognition import ELSEWHERE, recognise
from grants.files.store import FileDamaged, FileMissing, FileStore, FileTooLarge, Stored

__all__ = [
    "ELSEWHERE",
    "KINDS",
    "NAMES",
    "FileDamaged",
    "FileMissing",
    "FileRefused",
    "FileStore",
    "FileTooLarge",
    "Kind",
    "OldOffice",
    "Stored",
    "recognise",
    "safe_name",
]
