"""A PDF as a sheet, by its text layer: lines as they were printed."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from grants.documents.cleaning import clean
from grants.documents.reading.errors import FileNotRead
from grants.documents.reading.plain import signed
from grants.documents.reading.sheet import TICKED, UNTICKED, Line, Sheet

#: Its own process, without this one's environment, and never longer than that.
_READER: Final = Path(__file__).with_name("pdf_text.py")
_SECONDS: Final = 20
_MOST_TEXT: Final = 5_000_000
_AS_WORD: Final = "enregistrez le formulaire au format Word (.docx), puis envoyez-le à nouveau."

#: Lines at the top and at the bottom of a page that may be those of every page.
_EDGE: Final = 2
#: A line is full when the next word would have made it that much of the longest one.
_FULL: Final = 0.85
_BEGINS: Final = re.compile(rf"[-–—•·▪‣*{TICKED}{UNTICKED}]|\d+[.)]\s")


def sheet_of_pdf(file: bytes) -> Sheet:
    """:raises FileNotRead: when it cannot be read, or is an image without words."""
    pages = [_lines(page) for page in _text(file).split("\f")]
    repeated = _repeated(pages)
    lines = [each for page in pages for each in page if _shape(each) not in repeated]
    if not lines:
        raise FileNotRead(f"Ce PDF ne porte aucun texte, une image sans doute : {_AS_WORD}")
    return Sheet(
        tuple(_printed(lines)),
        keeps_boxes=False,
        notes=tuple(dict.fromkeys(repeated.values())),
        sure=0.8,
    )


def _text(file: bytes) -> str:
    command = [sys.executable, "-I", str(_READER)]
    try:
        done = subprocess.run(  # noqa: S603  # our own script, and no word of the file
            command, input=file, capture_output=True, timeout=_SECONDS, check=True, env={}
        )
    except (subprocess.SubprocessError, OSError) as fault:
        raise FileNotRead(f"Ce PDF n’a pas pu être lu : {_AS_WORD}") from fault
    return signed(done.stdout[:_MOST_TEXT].decode(errors="replace"))


def _lines(page: str) -> list[str]:
    return [each.strip() for each in clean(page).splitlines() if each.strip()]


def _shape(line: str) -> str:
    """The line but for its numbers."""
    return re.sub(r"\d+", "0", line)


def _repeated(pages: Sequence[Sequence[str]]) -> dict[str, str]:
    """What stands at the edge of several pages, by shape: headers and footers."""
    edges = [{_shape(each): each for each in (*page[:_EDGE], *page[-_EDGE:])} for page in pages]
    counts = Counter(shape for page in edges for shape in page)
    return {shape: line for page in edges for shape, line in page.items() if counts[shape] > 1}


def _printed(lines: Sequence[str]) -> Iterator[Line]:
    """A line goes on in the next one when it was too full for its first word."""
    full = _FULL * max(map(len, lines))
    before = ""
    for line in lines:
        first_word = line.split(maxsplit=1)[0]
        goes_on = len(before) + 1 + len(first_word) > full and not _BEGINS.match(line)
        yield Line(line, follows=True, wrapped=bool(before) and goes_on)
        before = line
