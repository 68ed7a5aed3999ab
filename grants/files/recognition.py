"""What a file is, by its content: neither its name nor what a browser says of it is believed."""

import re
from collections.abc import Callable, Iterator
from typing import BinaryIO, Final

import puremagic

from grants.files.errors import FileRefused, OldOffice
from grants.files.kinds import KINDS, Kind
from grants.files.packages import hides_an_archive, package_kind

_HEAD: Final = 4_096
#: Readers look for the end of a PDF, and of a PNG, that far from the end of the file.
_TAIL: Final = 4_096
_CHUNK: Final = 1 << 20

_ENCRYPTION: Final = re.compile(rb"/Encrypt\s{0,20}(?:\d{1,10}\s{1,20}\d{1,5}\s{1,20}R|<<)")
#: An Office file with a password is an old-style file that holds a stream of this name.
_ENCRYPTED_PACKAGE: Final = "EncryptedPackage".encode("utf-16-le")

#: What else to hand in.
ELSEWHERE: Final = "enregistrez-le en PDF, puis déposez le PDF"


def recognise(file: BinaryIO) -> Kind:
    """The kind of a file, read from its first byte and left anywhere.

    :raises FileRefused: empty, of no kind that is known, damaged, with a password or with macros;
        or two files in one.
    """
    file.seek(0)
    head = file.read(_HEAD)
    if not head:
        raise FileRefused("Ce fichier est vide.")
    looks = _looks_of(head)
    for extension, reason in _REFUSALS.items():
        if extension in looks:
            raise FileRefused(reason)
    for extension, judge in _JUDGES.items():
        if extension in looks:
            return judge(file)
    raise FileRefused(f"Ce fichier n’est d’aucun format connu ici : {ELSEWHERE}.")


def _looks_of(head: bytes) -> frozenset[str]:
    """The extensions of what begins so."""
    try:
        return frozenset(each.extension for each in puremagic.magic_string(head))
    except (puremagic.PureError, ValueError):
        return frozenset()


def _old_office(file: BinaryIO) -> Kind:
    if any(_ENCRYPTED_PACKAGE in chunk for chunk in _chunks(file)):
        raise FileRefused("Ce fichier demande un mot de passe : enregistrez-le sans protection.")
    raise OldOffice(f"Ce fichier est d’un ancien format de bureautique : {ELSEWHERE}.")


def _pdf(file: BinaryIO) -> Kind:
    file.seek(0)
    if file.read(5) != b"%PDF-" or b"%%EOF" not in _tail(file):
        raise FileRefused("Ce PDF est abîmé ou incomplet : déposez-le à nouveau.")
    if any(_ENCRYPTION.search(chunk) for chunk in _chunks(file)):
        raise FileRefused(
            "Ce PDF est protégé (mot de passe ou restrictions) : déposez-en une copie sans "
            "protection."
        )
    return _alone(file, KINDS["pdf"])


def _png(file: BinaryIO) -> Kind:
    if b"IEND" not in _tail(file):
        raise FileRefused("Cette image est abîmée ou incomplète : déposez-la à nouveau.")
    return _alone(file, KINDS["png"])


def _jpeg(file: BinaryIO) -> Kind:
    return _alone(file, KINDS["jpeg"])


def _alone(file: BinaryIO, kind: Kind) -> Kind:
    if hides_an_archive(file):
        raise FileRefused(f"Ce fichier en cache un autre : {ELSEWHERE}.")
    return kind


def _tail(file: BinaryIO) -> bytes:
    size = file.seek(0, 2)
    file.seek(max(0, size - _TAIL))
    return file.read()


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    """The whole file, each chunk with the end of the one before: nothing falls between two."""
    file.seek(0)
    before = b""
    while chunk := file.read(_CHUNK):
        yield before + chunk
        before = chunk[-100:]


_PROGRAM: Final = "Ce fichier est un programme : il n’est pas accepté."
_PHONE: Final = "Cette photo est au format HEIC : enregistrez-la en JPEG ou en PDF."

#: What a file looks like → why it is refused; a program may look like something else besides.
_REFUSALS: Final = {".exe": _PROGRAM, ".heif": _PHONE, ".heic": _PHONE}

#: What a file looks like → what tells its kind.
_JUDGES: Final[dict[str, Callable[[BinaryIO], Kind]]] = {
    ".doc": _old_office,
    ".pdf": _pdf,
    ".png": _png,
    ".jpg": _jpeg,
    ".zip": package_kind,
    ".docx": package_kind,
    ".odt": package_kind,
}
