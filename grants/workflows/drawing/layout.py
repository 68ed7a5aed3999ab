"""Where everything stands in the picture of a chart, in whole pixels.

The main way goes down the left; other places stand on the right, near what leads to them. Between
the two columns arrows leave a box with their label above them, run down or up a lane, and join
those to the same place. Heights on the left are multiples of `GRID` and those on the right lie
half-way between: two arrows never lie on one another.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean
from typing import Final

from grants.workflows.drawing.boxes import BOX, GRID, Box, Line, Port, label_of, rows_of, up
from grants.workflows.drawing.chart import Chart, Move, Place
from grants.workflows.drawing.lanes import Stream, lanes_of
from grants.workflows.drawing.lettering import ACT, width_of, wrapped

MARGIN: Final = 12
#: Widest label beside a box, and below it.
BESIDE: Final = 138
BELOW: Final = 190
LANE: Final = 12
#: Between a box and the label of an arrow that leaves it.
AWAY: Final = 10

Point = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Arrow:
    """`points` turn at right angles; the last one is the tip."""

    move: Move
    points: tuple[Point, ...]
    label: tuple[Line, ...]

    @property
    def straight(self) -> bool:
        """Whether it goes down the main way, from one box to the next."""
        return len(self.points) == 2


@dataclass(frozen=True, slots=True)
class Layout:
    width: int
    height: int
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]


def layout_of(chart: Chart) -> Layout:
    straight = _straight(chart)
    boxes = {
        each.key: Box(each, list(rows_of(chart, each)), left=each.key in chart.way)
        for each in chart.places
    }
    streams = _connect(chart, boxes, [move for moves in straight.values() for move in moves])
    main = [boxes[key] for key in chart.way]
    sides = [each for each in boxes.values() if not each.left]
    _stack_main(main, straight)
    _stack_sides(sides, boxes, chart)
    for box in boxes.values():
        _place_ports(box, boxes)
    across = _set_across(main, sides, straight, list(streams.values()))
    for box in sides:
        box.x = across.right
    arrows = [*_down(main, straight), *_across(boxes, across)]
    width = (across.right + BOX if sides else across.right) + MARGIN
    bottom = max(box.bottom for box in boxes.values()) + MARGIN
    return Layout(width, bottom, tuple(boxes.values()), tuple(arrows))


# --- what is joined to what


def _straight(chart: Chart) -> dict[str, list[Move]]:
    """By place of the main way: the moves to the next one."""
    return {
        place: [move for move in chart.leaving(place) if move.target == following]
        for place, following in pairwise(chart.way)
    }


def _connect(
    chart: Chart, boxes: dict[str, Box], straight: list[Move]
) -> dict[tuple[str, bool], Stream]:
    """Give boxes their ports, and tell the streams by target and sense."""
    streams: dict[tuple[str, bool], Stream] = {}
    for move in chart.moves:
        if move.loops or move in straight:
            continue
        key = (move.target, move.back)
        if key not in streams:
            streams[key] = Stream(*key)
            boxes[move.target].ports.append(Port(None, streams[key], []))
        label = wrapped(label_of(move), ACT, BESIDE)
        boxes[move.source].ports.append(Port(move, streams[key], label))
    return streams


# --- heights


def _stack_main(main: list[Box], straight: dict[str, list[Move]]) -> None:
    y = MARGIN
    for box in main:
        box.x, box.y = MARGIN, y
        lines = len(_below(straight.get(box.place.key, [])))
        y = box.bottom + up(max(2 * GRID, lines * ACT.leading + 22 if lines else 0))


def _below(moves: Iterable[Move]) -> list[str]:
    """The lines between a box and the next one."""
    return [line for move in moves for line in wrapped(label_of(move), ACT, BELOW)]


def _stack_sides(sides: list[Box], boxes: dict[str, Box], chart: Chart) -> None:
    """Each as near to what it is joined to as the others let it."""
    wanted = _wanted_middles(sides, boxes, chart)
    sides.sort(key=lambda box: wanted[box.place.key])
    gap = 2 * GRID
    above = 0
    tops: list[float] = []
    for box in sides:
        tops.append(wanted[box.place.key] - box.height / 2 - above)
        above += box.height + gap
    above = 0
    highest = 0
    for box, top in zip(sides, _rising(tops), strict=True):
        box.y = max(highest, round(top / GRID) * GRID + above, _level(box.place, boxes))
        above += box.height + gap
        highest = box.bottom + gap


def _level(place: Place, boxes: dict[str, Box]) -> int:
    """The height of the main place that comes before: nothing stands above what leads to it."""
    before = [box for box in boxes.values() if box.left and box.place.rank < place.rank]
    return max((box.y for box in before), default=MARGIN)


def _wanted_middles(sides: list[Box], boxes: dict[str, Box], chart: Chart) -> dict[str, float]:
    """The mean height of a side's neighbours, main ones first, then one another's."""
    middles = {box.place.key: float(box.middle) for box in boxes.values() if box.left}
    lowest = max(middles.values())
    for _ in range(4):
        for box in sides:
            key = box.place.key
            near = [
                middles[other]
                for move in chart.moves
                for this, other in ((move.source, move.target), (move.target, move.source))
                if this == key and other != key and other in middles
            ]
            middles[key] = fmean(near) if near else lowest
    return middles


def _rising(values: Sequence[float]) -> list[float]:
    """The nearest values that never fall (pool adjacent violators)."""
    blocks: list[tuple[float, int]] = []
    for value in values:
        mean, count = value, 1
        while blocks and blocks[-1][0] > mean:
            before, many = blocks.pop()
            mean, count = (before * many + mean * count) / (many + count), many + count
        blocks.append((mean, count))
    return [mean for mean, count in blocks for _ in range(count)]


def _place_ports(box: Box, boxes: dict[str, Box]) -> None:
    """Those that lead up stand above those that lead down."""
    box.ports.sort(key=lambda port: _other_end(port, boxes))
    needed = sum(port.height for port in box.ports)
    y = box.y + (box.height - needed) // 2 // GRID * GRID
    for port in box.ports:
        y += port.height
        port.y = y if box.left else y - GRID // 2
        (port.stream.left if box.left else port.stream.right).append(port.y)


def _other_end(port: Port, boxes: dict[str, Box]) -> float:
    if port.move:
        return boxes[port.move.target].middle
    return fmean(
        box.middle
        for box in boxes.values()
        for each in box.ports
        if each.move and each.stream is port.stream
    )


# --- widths


@dataclass(frozen=True, slots=True)
class Across:
    """Where the lanes are, from left to right, and where the right column begins."""

    lane_of: dict[tuple[str, bool], int]
    right: int


def _set_across(
    main: list[Box], sides: list[Box], straight: dict[str, list[Move]], streams: list[Stream]
) -> Across:
    below = [_widest(_below(moves)) - BOX // 2 + AWAY for moves in straight.values()]
    first = MARGIN + BOX + LANE + max([_beside(main), *below])
    lanes = lanes_of(streams)
    xs = [first + LANE * lane for lane in lanes]
    keys = [(stream.target, stream.back) for stream in streams]
    right = max(xs, default=first) + LANE + _beside(sides)
    return Across(dict(zip(keys, xs, strict=True)), right)


def _beside(boxes: list[Box]) -> int:
    """The room for labels between boxes and lanes."""
    widest = max((_widest(port.lines) for box in boxes for port in box.ports), default=0)
    return AWAY + widest


def _widest(lines: list[str]) -> int:
    return round(max((width_of(line, ACT) for line in lines), default=0))


# --- arrows


def _down(main: list[Box], straight: dict[str, list[Move]]) -> Iterable[Arrow]:
    """From each box of the main way to the next one: one run, the labels one below the other."""
    for box, following in pairwise(main):
        x = box.x + BOX // 2
        y = box.bottom + 4
        for move in straight[box.place.key]:
            lines = []
            for text in _below([move]):
                y += ACT.leading
                lines.append(Line(x + AWAY, y, text, ACT))
            yield Arrow(move, ((x, box.bottom), (x, following.y)), tuple(lines))


def _across(boxes: dict[str, Box], across: Across) -> Iterable[Arrow]:
    arrivals = {
        (port.stream.target, port.stream.back): port
        for box in boxes.values()
        for port in box.ports
        if port.move is None
    }
    for box in boxes.values():
        for port in box.ports:
            if port.move is None:
                continue
            key = (port.stream.target, port.stream.back)
            lane, arrival, target = across.lane_of[key], arrivals[key].y, boxes[port.move.target]
            points = (box.side, port.y), (lane, port.y), (lane, arrival), (target.side, arrival)
            yield Arrow(port.move, points, _label_lines(box, port))


def _label_lines(box: Box, port: Port) -> tuple[Line, ...]:
    x = box.side + AWAY if box.left else box.side - AWAY
    first = port.y - 5 - ACT.leading * (len(port.lines) - 1)
    return tuple(
        Line(x, first + ACT.leading * number, text, ACT, ends=not box.left)
        for number, text in enumerate(port.lines)
    )
