"""What follows each label, up to the next one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final

from grants.documents.reading.layout import Layout, Place
from grants.documents.reading.sheet import Line

_EDGES: Final = " :\t\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True)
class Region:
    """What follows a label, up to the next one; several questions may share it."""

    places: tuple[Place, ...]
    lines: tuple[Line, ...]
    #: What stands there and is no answer: what we printed, a label with other words in it.
    beside: tuple[Line, ...] = ()


def before_all(layout: Layout) -> tuple[Line, ...]:
    first = layout.places[0] if layout.places else None
    end = first.line if first else len(layout.lines)
    before = layout.lines[:end]
    if first is not None and first.start:
        before = (*before, Line(layout.lines[end].text[: first.start]))
    return tuple(before)


def regions_of(layout: Layout) -> Iterator[Region]:
    groups = [
        tuple(group)
        for _, group in groupby(layout.places, key=lambda each: (each.line, each.start, each.end))
    ]
    starts = [(each[0].line, each[0].start) for each in groups]
    ends = [*starts[1:], (len(layout.lines), 0)]
    for places, end in zip(groups, ends, strict=False):
        lines = tuple(_between(layout, places[0], end))
        printed = sorted(layout.printed & set(range(places[0].line + 1, end[0])))
        labels = [Line(layout.lines[each.line].text[each.start : each.end]) for each in places[:1]]
        mixed = labels if all(each.mixed for each in places) else []
        yield Region(places, lines, (*mixed, *(layout.lines[each] for each in printed)))


def _between(layout: Layout, place: Place, end: tuple[int, int]) -> Iterator[Line]:
    last, stop = end
    first = layout.lines[place.line]
    if last == place.line:
        yield _cut(first, place.end, stop)
        return
    yield _cut(first, place.end, len(first.text))
    yield from (
        each
        for number, each in enumerate(layout.lines[place.line + 1 : last], place.line + 1)
        if number not in layout.fixed | layout.printed
    )
    if stop:
        yield _cut(layout.lines[last], 0, stop)


def _cut(line: Line, start: int, end: int) -> Line:
    return replace(line, text=line.text[start:end].lstrip(_EDGES), marks=())
