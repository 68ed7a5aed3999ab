"""The code of an issued document: made, printed, typed back, found again in a file.

Sixteen signs of thirty-two, Crockford's: 80 bits, and no sign that the eye takes for another.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from struct import Struct
from typing import Final
from zipfile import ZIP_DEFLATED, ZIP_STORED
from zlib import MAX_WBITS, decompressobj
from zlib import error as zlib_error

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

#: Before each member of a package: its method, its packed length, those of its name and of more.
_HEADER: Final = b"PK\x03\x04"
_FIELDS: Final = Struct("<8xH8xI4xHH")
#: Small, for what is damaged gives nothing of the chunk that it lies in.
_CHUNK: Final = 512

#: Bytes of a file's text that are looked at, its members and their codes: whatever the file says of
#: itself, a look at it costs no more.
_LOOKED_AT: Final = 8_000_000
_MEMBERS: Final = 300
_CODES: Final = 20


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

    A .docx or .odt is looked at part by part, whatever is damaged in it; anything else as text.
    """
    found: dict[str, None] = {}
    for text in _texts(file):
        for each in _PRINTED.findall(text):
            found[each.replace("-", "")] = None
            if len(found) == _CODES:
                return tuple(found)
    return tuple(found)


def _texts(file: bytes) -> Iterator[str]:
    if not file.startswith(_HEADER):
        yield file[:_LOOKED_AT].replace(_HYPHEN, b"-").decode("utf-8", errors="replace")
        return
    for content in _written(file):
        text = content.decode("utf-8", errors="replace")
        yield _TAG.sub(" ", text)
        yield _TAG.sub("", text)  # a code may be cut by some


def _written(file: bytes) -> Iterator[bytes]:
    """The parts of words of a package, found by their own heads: its directory may be damaged."""
    left = _LOOKED_AT
    for head in sorted(_heads(file), key=lambda each: each.name != CUSTOM_PART.encode()):
        content = head.content(file, left)
        left -= len(content)
        yield content
        if left <= 0:
            return


def _heads(file: bytes) -> Iterator[_Head]:
    """Of the first members, those of words, packed as offices do."""
    for found in islice(re.finditer(_HEADER, file), _MEMBERS):
        start = found.start() + _FIELDS.size
        if start <= len(file):
            method, packed, name, more = _FIELDS.unpack_from(file, found.start())
            head = _Head(file[start : start + name], method, start + name + more, packed)
            if head.name.endswith(b".xml") and method in (ZIP_STORED, ZIP_DEFLATED):
                yield head


@dataclass(frozen=True, slots=True)
class _Head:
    """Of a member of a package."""

    name: bytes
    method: int
    start: int
    #: Bytes; 0 when what is packed says itself where it ends.
    packed: int

    def content(self, file: bytes, most: int) -> bytes:
        """What it says, up to where it is damaged."""
        if self.method == ZIP_STORED:
            return file[self.start : self.start + min(self.packed, most)]
        unpacking, said = decompressobj(-MAX_WBITS), bytearray()
        for start in range(self.start, len(file), _CHUNK):
            with suppress(zlib_error):
                said += unpacking.decompress(file[start : start + _CHUNK], most - len(said))
                if not unpacking.eof and len(said) < most:
                    continue
            break
        return bytes(said)
