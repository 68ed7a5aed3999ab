"""Where each question of a form stands in a sheet: by the anchors left, else by its words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import accumulate
from typing import Final

from grants.documents.anchors import Anchor, anchor_named, short
from grants.documents.questionnaire import Question
from grants.documents.reading.aligning import aligned
from grants.documents.reading.layout import Layout, Option, Place
from grants.documents.reading.likeness import ASKED, Labels, likeness, strangers
from grants.documents.reading.rejoining import rejoined
from grants.documents.reading.sheet import TICKED, UNTICKED, Line, Mark, Sheet

#: What a label that was edited is worth.
_EDITED: Final = 0.9


def laid_out(sheet: Sheet, questions: Sequence[Question]) -> Layout:
    lines = tuple(_unfolded(sheet.lines, questions))
    if not sheet.keeps_boxes:
        lines = tuple(rejoined(lines, questions))
    anchors = list(_anchors(lines))
    by_slot = {short(each.slot): each for each in questions if each.slot}
    first = {
        anchor.slot: _anchored(by_slot[anchor.slot], line, lines[line].text, mark, anchor)
        for line, mark, anchor in reversed(anchors)
        if anchor.kind == "question" and anchor.slot in by_slot
    }
    anchored = list(first.values())
    options = {
        anchor.slot: Option(line, mark.start, mark.end)
        for line, mark, anchor in anchors
        if anchor.kind == "option"
    }
    titles, hints = _fixed(lines, anchors)
    foreign = {n for n, _, each in anchors if each.kind == "question" and each.slot not in by_slot}
    boxed = {each.line for each in options.values()}
    printed = {line for line, _, anchor in anchors if anchor.kind == "printed"}
    taken = titles | hints | printed | boxed | {each.line for each in anchored}
    free = {number for number, line in enumerate(lines) if number not in taken and _begins(line)}
    places = [*anchored, *aligned(lines, free, anchored, questions)]
    order = {each: number for number, each in enumerate(questions)}
    places.sort(key=lambda each: (each.line, each.start, order[each.question]))
    return Layout(
        lines=lines,
        places=tuple(_with_titles(lines, places, titles, foreign)),
        options=options,
        fixed=frozenset(hints),
        printed=frozenset(printed),
        counted=tuple(accumulate(bool(each.text.strip() or each.cells) for each in lines)),
    )


def _begins(line: Line) -> bool:
    """Whether it may begin with a label: a box is no label, even of the same words."""
    return line.text.lstrip()[:1] not in ("", TICKED, UNTICKED)


def _unfolded(lines: Sequence[Line], questions: Sequence[Question]) -> Iterator[Line]:
    """Tables that only lay questions out become lines; the others stay tables."""
    anchored = next(_anchors(lines), None) is not None
    for line in lines:
        if line.cells and (_holds_anchors(line) or (not anchored and _lays_out(line, questions))):
            yield from (
                _asked_row(row, cells) for row, cells in zip(line.rows, line.cells, strict=True)
            )
        else:
            yield line


def _holds_anchors(table: Line) -> bool:
    return any(anchor.kind in ("question", "title") for _, _, anchor in _anchors(table.rows))


def _lays_out(table: Line, questions: Sequence[Question]) -> bool:
    """Whether most of its rows begin with a label of the form."""
    labelled = [row for row in table.cells if len(row) > 1 and row[0].strip()]
    asked = sum(
        any(likeness(row[0], each.label) >= ASKED for each in questions if each.slot)
        for row in labelled
    )
    return asked > 1 and 2 * asked > len(labelled)


def _asked_row(row: Line, cells: tuple[str, ...]) -> Line:
    """A row as a line « label : answer »."""
    if row.marks or len(cells) < 2 or cells[0].rstrip().endswith(":"):
        return row
    return Line(f"{cells[0]} :\t" + "\t".join(cells[1:]))


def _anchors(lines: Sequence[Line]) -> Iterator[tuple[int, Mark, Anchor]]:
    for number, line in enumerate(lines):
        for mark in line.marks:
            if anchor := anchor_named(mark.name):
                yield number, mark, anchor


def _anchored(question: Question, line: int, text: str, mark: Mark, anchor: Anchor) -> Place:
    words = text[mark.start : mark.end]
    if anchor.covers(words):
        return Place(question, line, mark.start, mark.end, "anchor", 1.0)
    # Typed into, or emptied by a word processor: the label's own words tell where it ends.
    own = Labels((0, each) for each in question.wordings).beginning(text[mark.start :])
    end = mark.start + own[0][1] if own else mark.end
    mixed = bool(strangers(text[mark.start : end], question.wordings))
    end = max(end, mark.end) if mixed else end
    return Place(question, line, mark.start, end, "anchor", _EDITED, mixed)


def _fixed(
    lines: Sequence[Line], anchors: list[tuple[int, Mark, Anchor]]
) -> tuple[set[int], set[int]]:
    """Lines of titles, and of hints, that are still as they were written."""
    titles: set[int] = set()
    hints: set[int] = set()
    for number, mark, anchor in anchors:
        text = lines[number].text
        words = text[mark.start : mark.end]
        whole = text.strip() == words.strip() and anchor.covers(words)
        if whole and anchor.kind in ("title", "hint"):
            (titles if anchor.kind == "title" else hints).add(number)
    return titles, hints


def _with_titles(
    lines: Sequence[Line], places: list[Place], titles: set[int], foreign: set[int]
) -> list[Place]:
    """And what stands under a title, or under a question of another form, is of no question."""
    known = {each.line for each in places}
    headings = {number for number, line in enumerate(lines) if line.heading and line.text.strip()}
    blank = Question("", "")
    found = [
        Place(blank, line, 0, len(lines[line].text) if line in titles else 0, "anchor", 1.0)
        for line in (titles | headings | foreign) - known
    ]
    return _of_what_follows(sorted([*places, *found], key=lambda each: each.line))


def _of_what_follows(places: list[Place]) -> list[Place]:
    """A title is of the form whose question comes next."""
    apart = None
    found = []
    for each in reversed(places):
        if each.question.slot:
            apart = each.question.apart
            found.append(each)
        else:
            found.append(replace(each, question=Question("", each.question.label, apart=apart)))
    return found[::-1]
