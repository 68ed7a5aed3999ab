"""The picture of a chart, as SVG that stands alone: every look is an attribute, no style is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from xml.etree.ElementTree import Element, SubElement, tostring

from grants.workflows.definition import Phase
from grants.workflows.drawing.boxes import BOX, INDENT, Box, Glyph, Line
from grants.workflows.drawing.chart import Chart
from grants.workflows.drawing.layout import MARGIN, Arrow, Point, layout_of
from grants.workflows.drawing.lettering import FAMILY, ITEM, width_of
from grants.workflows.drawing.telling import summary_of

INK: Final = "#1a2325"
SOFT: Final = "#525a59"
ACCENT: Final = "#0d4a54"
WASH: Final = "#e2eded"
SHEET: Final = "#fffdf8"
SHADE: Final = "#ece7d9"
BACK: Final = "6 4"
UNSEEN: Final = "2 4"
#: Wider pictures may be made smaller to fit a column of text, down to this.
COLUMN: Final = 736

PHASES: Final = {
    Phase.DRAFT: "brouillon",
    Phase.REVIEW: "examen",
    Phase.COMPLETION: "à compléter",
    Phase.DECIDED: "décision prise",
    Phase.NOTIFIED: "décision notifiée",
    Phase.CLOSED: "dossier clos",
}
#: Beyond the rounded box with a thin edge: what tells a phase without its colour.
LOOKS: Final[dict[Phase, dict[str, str]]] = {
    Phase.DRAFT: {"rx": "10", "stroke-dasharray": "7 4"},
    Phase.REVIEW: {"rx": "10"},
    Phase.COMPLETION: {"rx": "4"},
    Phase.DECIDED: {"rx": "10"},
    Phase.NOTIFIED: {"rx": "20", "stroke-width": "3"},
    Phase.CLOSED: {"rx": "0", "fill": SHADE},
}
THICK: Final = {"stroke-width": "2.5"}
GLYPHS: Final[dict[Glyph, dict[str, str]]] = {
    "here": {"d": "M0 -4a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0 -9 0z", "fill": ACCENT},
    "passed": {"d": "M0 -4l3.5 4l6 -8", "stroke-width": "2"},
    "loop": {"d": "M8.5 -1.5a4.5 4.5 0 1 1 1 -4.5m.5 -3v3.5h-3.5"},
    "parallel": {"d": "M2 -4.5a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0 -5 0z", "fill": ACCENT},
}


def svg_of(chart: Chart, *, title: str, name: str = "circuit") -> str:
    """:param name: begins the identifiers: two pictures of one page have two names."""
    layout = layout_of(chart)
    legend = list(_legend(chart, layout.width))
    height = layout.height + 22 * (legend[-1].row + 1) + MARGIN
    svg = Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "class": "circuit-drawing wide" if layout.width > COLUMN else "circuit-drawing",
            "viewBox": f"0 0 {layout.width} {height}",
            "width": str(layout.width),
            "height": str(height),
            "role": "img",
            "aria-labelledby": f"{name}-title {name}-desc",
            "font-family": FAMILY,
            "fill": INK,
        },
    )
    SubElement(svg, "title", id=f"{name}-title").text = title
    SubElement(svg, "desc", id=f"{name}-desc").text = summary_of(chart)
    SubElement(svg, "rect", width="100%", height="100%", fill=SHEET)
    for box in layout.boxes:
        _draw_box(svg, box)
    for arrow in layout.arrows:
        _draw_arrow(svg, arrow)
    _draw_legend(svg, legend, layout.height + MARGIN)
    return tostring(svg, encoding="unicode")


# --- boxes


def _draw_box(svg: Element, box: Box) -> None:
    group = SubElement(svg, "g", {"class": "place", "data-place": box.place.key})
    here, frame = box.place.here, (box.x, box.y, BOX, box.height)
    if here:
        _rectangle(group, _around(frame, 5), rx="14", fill="none", stroke=ACCENT, **THICK)
    fill = WASH if here or box.place.visited else "#fff"
    _draw_phase(group, box.place.phase, frame, fill)
    for line in box.lines:
        _draw_line(group, line, ACCENT if line.style.name == "mark" else INK)


def _draw_phase(group: Element, phase: Phase, frame: tuple[int, int, int, int], fill: str) -> None:
    _rectangle(group, frame, **{"fill": fill, "stroke": INK, "stroke-width": "1.4", **LOOKS[phase]})
    x, y, _, height = frame
    if phase is Phase.COMPLETION:
        _rectangle(group, (x, y, 6, height), rx="2", fill=INK)
    if phase is Phase.DECIDED:
        _rectangle(group, _around(frame, -3), rx="7", fill="none", stroke=INK)


def _around(frame: tuple[int, int, int, int], by: int) -> tuple[int, int, int, int]:
    x, y, width, height = frame
    return x - by, y - by, width + 2 * by, height + 2 * by


def _rectangle(group: Element, frame: tuple[int, int, int, int], **look: str) -> None:
    names = ("x", "y", "width", "height")
    sizes = {name: str(size) for name, size in zip(names, frame, strict=True)}
    SubElement(group, "rect", {**sizes, **look})


def _draw_line(group: Element, line: Line, fill: str) -> None:
    look = {"x": str(line.x), "y": str(line.y), "font-size": str(line.style.size), "fill": fill}
    if line.style.bold:
        look["font-weight"] = "600"
    if line.ends:
        look["text-anchor"] = "end"
    if line.glyph:
        _draw_glyph(group, line)
    SubElement(group, "text", look).text = line.text


def _draw_glyph(group: Element, line: Line) -> None:
    look = {"fill": "none", "stroke": ACCENT, "stroke-width": "1.5", **GLYPHS[line.glyph]}
    SubElement(group, "path", {**look, "transform": f"translate({line.x - INDENT} {line.y})"})


# --- arrows


def _draw_arrow(svg: Element, arrow: Arrow) -> None:
    group = SubElement(svg, "g", {"class": "move", "data-act": arrow.move.act or ""})
    # From the tip back: the dashes of arrows that join fall on one another.
    SubElement(group, "path", {"d": _path(arrow.points[::-1]), "fill": "none", **_stroke(arrow)})
    SubElement(group, "path", d=_tip(*arrow.points[-2:]), fill=_ink(arrow))
    for line in arrow.label:
        _draw_line(group, line, INK)


def _stroke(arrow: Arrow) -> dict[str, str]:
    look = {"stroke": _ink(arrow), "stroke-width": "2" if arrow.straight else "1.5"}
    if arrow.move.back:
        look["stroke-dasharray"] = BACK
    if arrow.move.act is None:
        look["stroke-dasharray"] = UNSEEN
    return look


def _ink(arrow: Arrow) -> str:
    return ACCENT if arrow.straight else SOFT


def _path(points: tuple[Point, ...]) -> str:
    """A line with its corners rounded."""
    first, *corners, last = points
    steps = [f"M{first[0]} {first[1]}"]
    for before, corner, after in zip(points, corners, points[2:], strict=False):
        start, end = _towards(corner, before), _towards(corner, after)
        steps.append(f"L{start[0]} {start[1]}Q{corner[0]} {corner[1]} {end[0]} {end[1]}")
    return "".join([*steps, f"L{last[0]} {last[1]}"])


def _towards(corner: Point, other: Point) -> Point:
    """A little way from a corner, half-way at most."""
    (x, y), (to_x, to_y) = corner, other
    step = min(6, (abs(to_x - x) + abs(to_y - y)) // 2)
    return x + step * _sign(to_x - x), y + step * _sign(to_y - y)


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)


def _tip(before: Point, tip: Point) -> str:
    (x, y), (from_x, from_y) = tip, before
    along = _sign(from_x - x), _sign(from_y - y)
    base_x, base_y = x + 9 * along[0], y + 9 * along[1]
    across_x, across_y = 4 * along[1], 4 * along[0]
    return (
        f"M{x} {y}L{base_x + across_x} {base_y + across_y}L{base_x - across_x} {base_y - across_y}z"
    )


# --- legend


@dataclass(frozen=True, slots=True)
class Entry:
    """A sign and its meaning, at its place under the picture."""

    sign: Phase | str
    meaning: str
    x: int
    row: int


def _legend(chart: Chart, width: int) -> Iterator[Entry]:
    x, row = MARGIN, 0
    for sign, meaning in _meanings(chart):
        room = round(width_of(meaning, ITEM)) + 52
        if x > MARGIN and x + room > width:
            x, row = MARGIN, row + 1
        yield Entry(sign, meaning, x, row)
        x += room


def _meanings(chart: Chart) -> Iterator[tuple[Phase | str, str]]:
    """What the picture holds, and nothing else."""
    phases = {place.phase for place in chart.places}
    yield from ((phase, words) for phase, words in PHASES.items() if phase in phases)
    if any(move.back for move in chart.moves):
        yield BACK, "retour en arrière"
    if any(move.act is None for move in chart.moves):
        yield UNSEEN, "étape interne"


def _draw_legend(svg: Element, legend: list[Entry], top: int) -> None:
    group = SubElement(svg, "g", {"class": "legend"})
    for entry in legend:
        y = top + 22 * entry.row
        if isinstance(entry.sign, Phase):
            # The swatch is a box made smaller, for its corners to keep their proportions.
            swatch = SubElement(group, "g", transform=f"translate({entry.x} {y}) scale(.5)")
            _draw_phase(swatch, entry.sign, (0, 0, 52, 32), "#fff")
        else:
            look = {"stroke": SOFT, "stroke-width": "1.5", "stroke-dasharray": entry.sign}
            SubElement(group, "path", {"d": f"M{entry.x} {y + 8}h26", **look})
        _draw_line(group, Line(entry.x + 33, y + 12, entry.meaning, ITEM), SOFT)
