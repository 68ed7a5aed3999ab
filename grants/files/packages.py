"""Office files are zip archives: what one holds is read from its own lists, and little of it."""

import struct
import zlib
from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import BinaryIO, Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from lxml import etree

from grants.files.errors import FileRefused
from grants.files.kinds import KINDS, Kind

#: Bounds of what an office file says of itself, all far above what one is.
_LARGEST_LIST: Final = 1 << 20
_LARGEST_UNPACKED: Final = 500 << 20
_HIGHEST_RATIO: Final = 200
#: Below this a high ratio is only a repetitive file.
_WORTH_A_RATIO: Final = 20 << 20
_LARGEST_PART: Final = 1 << 20

_END: Final = struct.Struct("<4s4H2LH")
_LONGEST_COMMENT: Final = 0xFFFF
_DAMAGED: Final = (
    BadZipFile,
    EOFError,
    KeyError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
    etree.XMLSyntaxError,
    struct.error,
    zlib.error,
)

_MAIN_PARTS: Final = {f"{KINDS[key].media_type}.main+xml": KINDS[key] for key in ("docx", "xlsx")}
_OPEN_DOCUMENTS: Final = {KINDS[key].media_type: KINDS[key] for key in ("odt", "ods")}
_MACRO_FOLDERS: Final = frozenset({"basic", "scripts", "macrosheets"})


def package_kind(file: BinaryIO) -> Kind:
    """The kind of an office file.

    :raises FileRefused: any other archive, a damaged one, one with a password or with macros,
        one that unpacks to more than it should.
    """
    try:
        _refuse_odd_ends(file)
        with ZipFile(file) as archive:
            return _kind_of(archive)
    except _DAMAGED:
        raise FileRefused("Ce fichier est abîmé ou incomplet : déposez-le à nouveau.") from None


def hides_an_archive(file: BinaryIO) -> bool:
    """Whether a file of another kind opens as an archive too."""
    try:
        _refuse_odd_ends(file)
        with ZipFile(file) as archive:
            return bool(archive.infolist())
    except FileRefused:
        return True
    except _DAMAGED:
        return False


def _refuse_odd_ends(file: BinaryIO) -> None:
    """The list of an archive is read whole into memory: it must be short, and at the very end.

    :raises BadZipFile: when there is no such list.
    """
    size = file.seek(0, 2)
    start = max(0, size - _END.size - _LONGEST_COMMENT)
    file.seek(start)
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0:
        raise BadZipFile
    *_, length, _offset, comment = _END.unpack_from(tail, at)
    if length > _LARGEST_LIST or b"PK\x06\x07" in tail[max(0, at - 20) : at]:
        raise _bomb()
    if start + at + _END.size + comment != size:
        raise BadZipFile


def _kind_of(archive: ZipFile) -> Kind:
    entries = archive.infolist()
    _refuse_bombs(entries)
    if any(each.flag_bits & 1 for each in entries):
        raise _locked()
    if min(each.header_offset for each in entries) != 0:
        raise BadZipFile
    # No office packs otherwise, and what unpacks the other ways fails in ways of its own.
    if not {each.compress_type for each in entries} <= {ZIP_STORED, ZIP_DEFLATED}:
        raise BadZipFile
    names = {each.filename for each in entries}
    if _holds_macros(names):
        raise _macros()
    kind = _open_xml(archive) if "[Content_Types].xml" in names else _open_document(archive, names)
    if kind is None:
        raise FileRefused(
            "Cette archive n’est ni un texte ni un classeur : déposez chaque fichier."
        )
    return kind


def _refuse_bombs(entries: list[ZipInfo]) -> None:
    unpacked = sum(each.file_size for each in entries)
    packed = sum(each.compress_size for each in entries)
    if unpacked > _LARGEST_UNPACKED or unpacked > max(_WORTH_A_RATIO, packed * _HIGHEST_RATIO):
        raise _bomb()


def _holds_macros(names: Iterable[str]) -> bool:
    for name in names:
        path = PurePosixPath(name.lower())
        if path.name.startswith("vbaproject") or _MACRO_FOLDERS & set(path.parts[:-1]):
            return True
    return False


def _open_xml(archive: ZipFile) -> Kind | None:
    listed = _part(archive, "[Content_Types].xml")
    if b"<!DOCTYPE" in listed:
        raise BadZipFile
    root = etree.fromstring(listed, etree.XMLParser(resolve_entities=False, no_network=True))
    types = {each.get("ContentType") or "" for each in root}
    if any("macroenabled" in each.lower() for each in types):
        raise _macros()
    found = [kind for each, kind in _MAIN_PARTS.items() if each in types]
    return found[0] if len(found) == 1 else None


def _open_document(archive: ZipFile, names: Iterable[str]) -> Kind | None:
    if "mimetype" not in names:
        return None
    if b"encryption-data" in _part(archive, "META-INF/manifest.xml"):
        raise _locked()
    return _OPEN_DOCUMENTS.get(_part(archive, "mimetype").decode("ascii", "replace").strip())


def _part(archive: ZipFile, name: str) -> bytes:
    """A part of the archive, as long as it should be: what is declared is not believed."""
    with archive.open(name) as part:
        content = part.read(_LARGEST_PART + 1)
    if len(content) > _LARGEST_PART:
        raise _bomb()
    return content


def _bomb() -> FileRefused:
    return FileRefused("Ce fichier se déplie en bien plus gros que lui : il n’est pas accepté.")


def _locked() -> FileRefused:
    return FileRefused("Ce fichier demande un mot de passe : enregistrez-le sans protection.")


def _macros() -> FileRefused:
    return FileRefused("Ce fichier contient des macros : enregistrez-le sans macros, ou en PDF.")
