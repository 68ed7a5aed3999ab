"""A PDF as a sheet, by its text layer: lines as they were printed."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from threading import BoundedSemaphore
from typing import Final

from grants.documents.cleaning import clean
from grants.documents.reading.errors import FileNotRead
from grants.documents.reading.plain import signed
from grants.documents.reading.sheet import TICKED, UNTICKED, Line, Sheet

#: Its own process, without this one's environment, and never longer than that.
_READER: Final = Path(__file__).with_name("pdf_text.py")
_SECONDS: Final = 20
#: At once, in this process: others wait for their turn.
_READERS: Final = BoundedSemaphore(2)
_AS_WORD: Final = "enregistrez le formulaire au format Word (.docx), puis envoyez-le à nouveau."

#: Lines at the top and at the bottom of a page that may be those of every page.
_EDGE: Final = 2
#: A line is full when the next word would have made it that much of the longest one.
_FULL: Final = 0.85
_NUMBER: Final = re.compile(r"\d+")
_DIGITS: Final = 9
_BEGINS: Final = re.compile(rf"[-–—•·▪‣*{TICKED}{UNTICKED}]|\d+[.)]\s")


def sheet_of_pdf(file: bytes) -> Sheet:
    """:raises FileNotRead: when it cannot be read, or is an image without words."""
    pages = [_lines(page) for page in _text(file).split("\f")]
    repeated = _repeated(pages)
    lines = [each for page in pages for each in page if each not in repeated]
    if not lines:
        raise FileNotRead(f"Ce PDF ne porte aucun texte, une image sans doute : {_AS_WORD}")
    return Sheet(
        tuple(_printed(lines)),
        keeps_boxes=False,
        edges=tuple(_told_once(each for page in pages for each in page if each in repeated)),
        sure=0.8,
    )


def _text(file: bytes) -> str:
    command = [sys.executable, "-I", str(_READER)]
    try:
        with _READERS:
            done = subprocess.run(  # noqa: S603  # our own script, and no word of the file
                command, input=file, capture_output=True, timeout=_SECONDS, check=True, env={}
            )
    except (subprocess.SubprocessError, OSError) as fault:
        raise FileNotRead(f"Ce PDF n’a pas pu être lu : {_AS_WORD}") from fault
    return signed(done.stdout.decode(errors="replace"))


def _lines(page: str) -> list[str]:
    return [each.strip() for each in clean(page).splitlines() if each.strip()]


def _repeated(pages: Sequence[Sequence[str]]) -> frozenset[str]:
    """The lines at the edges of several pages that differ by page numbers alone: headers, footers.

    Others that are alike, such as two amounts, are two lines of the form.
    """
    shapes: dict[str, list[tuple[int, str]]] = {}
    for number, page in enumerate(pages):
        for line in {*page[:_EDGE], *page[-_EDGE:]}:
            shapes.setdefault(_NUMBER.sub("0", line), []).append((number, line))
    found = (each for each in shapes.values() if len(dict(each)) > 1 and _go_on(each))
    return frozenset(line for each in found for _, line in each)


def _go_on(lines: Sequence[tuple[int, str]]) -> bool:
    """Whether each number in them stays the same, or grows with the page."""
    numbers = [[int(each[-_DIGITS:]) for each in _NUMBER.findall(line)] for _, line in lines]
    grown = [[each - page for each in row] for (page, _), row in zip(lines, numbers, strict=True)]
    columns = zip(zip(*numbers, strict=True), zip(*grown, strict=True), strict=True)
    return all(len(set(same)) == 1 or len(set(moved)) == 1 for same, moved in columns)


def _told_once(lines: Iterable[str]) -> Iterable[str]:
    """One of those that differ by page numbers alone."""
    return {_NUMBER.sub("0", each): each for each in lines}.values()


def _printed(lines: Sequence[str]) -> Iterator[Line]:
    """A line goes on in the next one when it was too full for its first word."""
    full = _FULL * max(map(len, lines))
    before = ""
    for line in lines:
        first_word = line.split(maxsplit=1)[0]
        goes_on = len(before) + 1 + len(first_word) > full and not _BEGINS.match(line)
        yield Line(line, follows=True, wrapped=bool(before) and goes_on)
        before = line
