"""A plain text as a sheet: a form retyped in a mail, or saved without its layout."""

import re
from typing import Final

from grants.documents.cleaning import clean
from grants.documents.reading.errors import FileNotRead
from grants.documents.reading.sheet import TICKED, UNTICKED, Line, Sheet

#: What no text holds, and nearly every other file does.
_BINARY: Final = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_MARKS: Final = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"\xef\xbb\xbf": "utf-8-sig"}
_LONGEST: Final = 5_000_000
#: Looking for stars takes a time that grows with the square of a line.
_LONGEST_EMPHASIS: Final = 20_000

_QUOTE: Final = re.compile(r"^(?:> ?)+")
_EMPHASIS: Final = re.compile(r"(?<![\w*])(\*{1,3})(?=[^\s*])(.+?)(?<=[^\s*])\1(?![\w*])")
_TICKED: Final = re.compile(r"\[ ?[xX] ?\]|\( ?[xX] ?\)|[☑✓✔✗✘⊠■◼]")
_UNTICKED: Final = re.compile(r"\[ ?_? ?\]|\( ?_? ?\)|[□◻❏❑▢]")


def is_text(file: bytes) -> bool:
    return file[:2] in _MARKS or not _BINARY.search(file)


def sheet_of_text(file: bytes) -> Sheet:
    """:raises FileNotRead: when it is too long to be a form."""
    if len(file) > _LONGEST:
        raise FileNotRead("Ce texte est trop long pour être un formulaire.")
    lines: list[Line] = []
    blank = True
    for each in clean(_decoded(file)).splitlines():
        text = _QUOTE.sub("", each).strip()
        if len(text) <= _LONGEST_EMPHASIS:
            text = _EMPHASIS.sub(r"\2", text).strip()
        if text:
            lines.append(Line(signed(text), follows=not blank))
        blank = not text
    return Sheet(tuple(lines), keeps_boxes=False)


def signed(text: str) -> str:
    """The many ways to draw a box, as one."""
    return _UNTICKED.sub(UNTICKED, _TICKED.sub(TICKED, text))


def _decoded(file: bytes) -> str:
    for mark, encoding in _MARKS.items():
        if file.startswith(mark):
            return file.decode(encoding, errors="replace")
    try:
        return file.decode()
    except UnicodeDecodeError:
        return file.decode("cp1252", errors="replace")
