"""How much room text takes, and where it is broken, without a font at hand.

Widths are those of Helvetica and its likes (Arial, Liberation Sans), with a margin for the others.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

FAMILY: Final = "'Segoe UI', 'Helvetica Neue', 'Liberation Sans', Arial, sans-serif"

#: Thousandths of the size.
_WIDTHS: Final = {
    222: "ijl'’|",
    278: "ftI.,:;!/[] \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}",
    333: "r-()",
    500: "cksvxyzJ",
    556: "abdeghnopqu0123456789L«»?_#$",
    667: "ABEKPSVXYFTZ&",
    722: "CDHNRUw",
    778: "GOQ",
    833: "mM",
    944: "W",
}
_WIDTH_OF: Final = {letter: width for width, letters in _WIDTHS.items() for letter in letters}
_MARGIN: Final = 1.07


@dataclass(frozen=True, slots=True)
class Style:
    """Pixels; `leading` from one baseline to the next."""

    name: str
    size: int
    leading: int
    bold: bool = False


TITLE: Final = Style("title", 14, 18, bold=True)
ACT: Final = Style("act", 12, 14)
ITEM: Final = Style("item", 12, 16)
SPACE: Final = Style("space", 0, 4)
MARK: Final = Style("mark", 11, 18, bold=True)


def width_of(text: str, style: Style) -> float:
    """A generous estimate, in pixels."""
    letters = (unicodedata.normalize("NFD", letter)[0] for letter in text)
    thousandths = sum(_WIDTH_OF.get(letter, 722) for letter in letters)
    return thousandths * style.size * _MARGIN * (1.07 if style.bold else 1) / 1000


def wrapped(text: str, style: Style, width: float) -> list[str]:
    """Lines of at most `width`; a word that is longer is cut."""
    lines: list[str] = []
    for word in _words(text, style, width):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width_of(longer, style) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _words(text: str, style: Style, width: float) -> Iterator[str]:
    # `split()` would part words at no-break spaces too.
    for word in text.replace("\n", " ").split(" "):
        rest = word
        while width_of(rest, style) > width:
            widths = accumulate(width_of(letter, style) for letter in rest)
            fitting = max(1, sum(so_far <= width for so_far in widths))
            yield rest[:fitting]
            rest = rest[fitting:]
        if rest:
            yield rest
