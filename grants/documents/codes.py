"""The code of an issued document: made, printed, typed back, found again in a file.

Sixteen signs of thirty-two, Crockford's: 80 bits, and no sign that the eye takes for another.
"""

from __future__ import annotations

import io
import re
import secrets
import zipfile
import zlib
from collections.abc import Iterator
from typing import Final

from grants.documents.writing.sealing import CUSTOM_PART

LENGTH: Final = 16
_SIGNS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_GROUP: Final = 4
#: What people type for signs that are not in the alphabet.
_MEANT: Final = str.maketrans("OIL", "011")
_BETWEEN: Final = re.compile(r"[\s\-\N{NON-BREAKING HYPHEN}\N{EN DASH}\N{EM DASH}]+")
_CODE: Final = re.compile(rf"[{_SIGNS}]{{{LENGTH}}}")
_PRINTED: Final = re.compile(rf"(?<!\w)[{_SIGNS}]{{4}}(?:-[{_SIGNS}]{{4}}){{3}}(?!\w)")
#: As some PDF metadata has it.
_HYPHEN: Final = rb"\055"
_TAG: Final = re.compile(r"<[^<>]*>")

#: Bytes of a file's text that are looked at, its members and their codes: whatever the file says of
#: itself, a look at it costs no more.
_LOOKED_AT: Final = 8_000_000
_MEMBERS: Final = 300
_CODES: Final = 20
_DAMAGED: Final = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
)


def new_code() -> str:
    return "".join(secrets.choice(_SIGNS) for _ in range(LENGTH))


def printed_code(code: str) -> str:
    """In groups, as people read it."""
    return "-".join(code[start : start + _GROUP] for start in range(0, LENGTH, _GROUP))


def code_typed(text: str) -> str | None:
    """The code that somebody typed or copied; None when it can be none."""
    signs = _BETWEEN.sub("", text[:100]).upper().translate(_MEANT)
    return signs if _CODE.fullmatch(signs) else None


def codes_in(file: bytes) -> tuple[str, ...]:
    """What may be codes in a file, those that it was sealed with first: a few, each once.

    A .docx or .odt is looked at part by part, anything else as text.
    """
    found: dict[str, None] = {}
    for text in _texts(file):
        for each in _PRINTED.findall(text):
            found[each.replace("-", "")] = None
            if len(found) == _CODES:
                return tuple(found)
    return tuple(found)


def _texts(file: bytes) -> Iterator[str]:
    if not file.startswith(b"PK\x03\x04"):
        yield file[:_LOOKED_AT].replace(_HYPHEN, b"-").decode("utf-8", errors="replace")
        return
    try:
        with zipfile.ZipFile(io.BytesIO(file)) as archive:
            yield from _parts(archive)
    except _DAMAGED:
        return


def _parts(archive: zipfile.ZipFile) -> Iterator[str]:
    """The text of the written parts, without their tags: a code may be cut by some."""
    written = [each for each in archive.infolist() if _is_written(each)]
    written.sort(key=lambda each: each.filename != CUSTOM_PART)
    left = _LOOKED_AT
    for member in written[:_MEMBERS]:
        with archive.open(member) as part:
            content = part.read(left)
        left -= len(content)
        yield _TAG.sub("", content.decode("utf-8", errors="replace"))
        if left <= 0:
            return


def _is_written(member: zipfile.ZipInfo) -> bool:
    """A part of words, packed as offices do; what unpacks other ways fails in ways of its own."""
    packed = member.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
    return packed and member.filename.endswith(".xml")
