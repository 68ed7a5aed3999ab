"""What a box of the picture holds, and where its arrows leave it and come to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, Literal

from grants.workflows.drawing.chart import Chart, Move, Place
from grants.workflows.drawing.lanes import Stream
from grants.workflows.drawing.lettering import (
    ACT,
    ITEM,
    MARK,
    SPACE,
    TITLE,
    Style,
    width_of,
    wrapped,
)

GRID: Final = 12
BOX: Final = 184
PADDING: Final = 12
INDENT: Final = 17

Glyph = Literal["", "here", "passed", "loop", "parallel"]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text; `x` is its beginning or its end, `y` its baseline."""

    x: int
    y: int
    text: str
    style: Style
    ends: bool = False
    glyph: Glyph = ""

    @property
    def extent(self) -> tuple[float, float]:
        width = width_of(self.text, self.style)
        return (self.x - width, self.x) if self.ends else (self.x, self.x + width)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a box, not placed yet."""

    text: str
    style: Style
    glyph: Glyph = ""
    indented: bool = False


@dataclass(slots=True)
class Port:
    """Where arrows leave a box, or come to it."""

    move: Move | None
    stream: Stream
    lines: list[str]
    y: int = 0

    @property
    def height(self) -> int:
        return up(len(self.lines) * ACT.leading + 8) if self.lines else GRID


@dataclass(slots=True)
class Box:
    place: Place
    rows: list[Row]
    left: bool
    ports: list[Port] = field(default_factory=list)
    x: int = 0
    y: int = 0

    @property
    def content(self) -> int:
        return sum(row.style.leading for row in self.rows)

    @property
    def height(self) -> int:
        ports = sum(port.height for port in self.ports)
        return up(max(self.content + 2 * PADDING, ports + GRID, 4 * GRID))

    @property
    def middle(self) -> int:
        return self.y + self.height // 2

    @property
    def bottom(self) -> int:
        return self.y + self.height

    @property
    def side(self) -> int:
        """Where its arrows leave and arrive: towards the other column."""
        return self.x + BOX if self.left else self.x

    @property
    def lines(self) -> list[Line]:
        baseline = self.y + (self.height - self.content) // 2 - 4
        lines = []
        for row in self.rows:
            baseline += row.style.leading
            indent = INDENT if row.indented else 0
            x = self.x + PADDING + indent
            if row.text:
                lines.append(Line(x, baseline, row.text, row.style, glyph=row.glyph))
        return lines


def rows_of(chart: Chart, place: Place) -> Iterable[Row]:
    """Where the dossier stands, the place's name, then what happens there without leaving it."""
    if place.here:
        yield Row("Le dossier est ici", MARK, "here", indented=True)
    elif place.visited:
        yield Row("Étape passée", MARK, "passed", indented=True)
    for text in wrapped(place.label, TITLE, BOX - 2 * PADDING):
        yield Row(text, TITLE)
    loops = [move for move in chart.leaving(place.key) if move.loops]
    parallel = [move for move in loops if move.parallel]
    if loops:
        yield Row("", SPACE)
    for move in loops:
        if not move.parallel:
            yield from _item(move, "loop")
    if parallel:
        yield Row("En parallèle :", ITEM)
    for move in parallel:
        yield from _item(move, "parallel")


def _item(move: Move, glyph: Glyph) -> Iterable[Row]:
    for number, text in enumerate(wrapped(label_of(move), ITEM, BOX - 2 * PADDING - INDENT)):
        yield Row(text, ITEM, "" if number else glyph, indented=True)


def label_of(move: Move) -> str:
    return f"{move.label} (automatique)" if move.automatic and move.act else move.label


def up(height: int) -> int:
    """The next multiple of the grid."""
    return -(-height // GRID) * GRID
