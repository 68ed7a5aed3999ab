"""Where each question of a form stands in a sheet: by the anchors left, else by its words."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Final, Literal

from grants.documents.anchors import Anchor, anchor_named, short
from grants.documents.questionnaire import Question
from grants.documents.reading.likeness import LIKE, Labels, likeness, plain, strangers
from grants.documents.reading.sheet import TICKED, UNTICKED, Line, Mark, Sheet

Source = Literal["anchor", "label"]

#: In a file that kept its anchors, a question without one must be spelt out.
_SPELT_OUT: Final = 0.85
#: A row of two cells whose first one is so like a label is a question and its answer.
_ASKED: Final = 0.85
#: Longer texts begin like no label.
_LONGEST_BEGINNING: Final = 400
#: Out of order, a label is known by all its words, and there must be some.
_IN_FULL: Final = 0.96
_LONG_LABEL: Final = 3
#: The right words may stand somewhere by chance.
_BY_WORDS: Final = 0.95
_LAST: Final = 10**9
#: A label takes no more, however narrow the page is.
_MOST_LINES: Final = 8
_ENDED: Final = re.compile(r"[\s,.…]*(:|$)")
#: The dots that a label ends with, and its colon.
_ENDING: Final = re.compile(r"[\s,.…]*:")
#: What a label that was edited is worth.
_EDITED: Final = 0.9


@dataclass(frozen=True, slots=True)
class Place:
    """A label found on its line."""

    question: Question
    line: int
    #: Where the label begins, and where the answer does.
    start: int
    end: int
    source: Source
    certainty: float
    #: Whether other words stand among those of the label.
    mixed: bool = False


@dataclass(frozen=True, slots=True)
class Option:
    """The label of a box, by its anchor."""

    line: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Layout:
    """A sheet with what was recognised on it, in its order."""

    lines: Sequence[Line]
    places: tuple[Place, ...]
    #: By `short` slot.
    options: Mapping[str, Option]
    #: Lines that hold nothing but our own words, or a hint to write.
    fixed: frozenset[int]
    #: Lines that we printed of a dossier, and that answer nothing.
    printed: frozenset[int]
    #: Of each line, its number among those that are not blank.
    counted: tuple[int, ...]


def laid_out(sheet: Sheet, questions: Sequence[Question]) -> Layout:
    lines = tuple(_unfolded(sheet.lines, questions))
    if not sheet.keeps_boxes:
        lines = tuple(_rejoined(lines, questions))
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
    places = [*anchored, *_aligned(lines, free, anchored, questions)]
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


def _rejoined(lines: Sequence[Line], questions: Sequence[Question]) -> Iterator[Line]:
    """Lines of a plain text, those of a label that a mail cut in two put together."""
    labels = Labels((0, words) for each in questions for words in each.wordings)
    wholes = {plain(words) for each in questions for words in each.wordings}
    waiting: Line | None = None
    for line in _put_together(lines, wholes):
        if waiting is None:
            waiting = line
        elif line.follows and (
            _is_cut(waiting.text, line.text, wholes) or _cuts_a_label(waiting.text, line, labels)
        ):
            waiting = replace(waiting, text=f"{waiting.text} {line.text}")
        else:
            yield waiting
            waiting = line
    if waiting is not None:
        yield waiting


def _put_together(lines: Sequence[Line], wholes: set[str]) -> Iterator[Line]:
    """Lines, those that make a label word for word as one."""
    number = 0
    while number < len(lines):
        count = _lines_of_a_label(lines[number : number + _MOST_LINES], wholes)
        text = " ".join(each.text for each in lines[number : number + count])
        yield replace(lines[number], text=text) if count > 1 else lines[number]
        number += count


def _lines_of_a_label(lines: Sequence[Line], wholes: set[str]) -> int:
    """How many of these lines, from the first one, make a label; one for none."""
    text, found = lines[0].text, 1
    said = plain(text)
    begun = {each for each in wholes if said and each.startswith(said)}
    for count, line in enumerate(lines[1:], 2):
        if not begun or not line.follows or line.cells:
            break
        whole = said in begun
        text = f"{text} {line.text}"[:_LONGEST_BEGINNING]
        said = plain(text)
        if any(_says(said, each) for each in begun) and (not whole or _ENDING.match(line.text)):
            found = count
        begun = {each for each in begun if each.startswith(said)}
    return found


def _says(text: str, label: str) -> bool:
    """Whether a text is that label, or that and its answer after a colon."""
    return text.startswith(label) and bool(_ENDED.match(text, len(label)))


def _is_cut(first: str, second: str, wholes: set[str]) -> bool:
    """Whether both make a label, word for word, even if the first begins with another one."""
    joined = f"{first} {second}"
    return len(joined) <= _LONGEST_BEGINNING and plain(joined) in wholes - {plain(first)}


def _cuts_a_label(first: str, line: Line, labels: Labels) -> bool:
    second = line.text
    if (":" in first and not line.wrapped) or len(first) > _LONGEST_BEGINNING:
        return False
    joined = f"{first} {second}"[:_LONGEST_BEGINNING]
    value, end = labels.beginning(joined).get(0, (0.0, 0))
    apart = max(labels.beginning(each).get(0, (0.0, 0))[0] for each in (first, second))
    return value >= _ASKED and end > len(first) and value > apart


def _holds_anchors(table: Line) -> bool:
    return any(anchor.kind in ("question", "title") for _, _, anchor in _anchors(table.rows))


def _lays_out(table: Line, questions: Sequence[Question]) -> bool:
    """Whether most of its rows begin with a label of the form."""
    labelled = [row for row in table.cells if len(row) > 1 and row[0].strip()]
    asked = sum(
        any(likeness(row[0], each.label) >= _ASKED for each in questions if each.slot)
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


# By words


@dataclass(frozen=True, slots=True)
class _Candidate:
    question: int
    line: int
    end: int
    likeness: float


def _aligned(
    lines: Sequence[Line], free: set[int], anchored: Sequence[Place], questions: Sequence[Question]
) -> list[Place]:
    """The other questions, in the form's order, as well as they fit; each at most once, unless
    its label is written again."""
    known = {each.question for each in anchored}
    left = {number: each for number, each in enumerate(questions) if each not in known}
    labels = Labels((number, words) for number, each in left.items() for words in each.wordings)
    between = {number: _between(each, questions, anchored) for number, each in left.items()}
    ranges = set(between.values())
    candidates = [
        _Candidate(question, line, end, value)
        for line in sorted(free)
        if any(line in each for each in ranges)
        for question, (value, end) in labels.beginning(_beginning(lines[line])).items()
        if value >= (_SPELT_OUT if anchored else LIKE)
        and line in between[question]
        and (questions[question].slot or _is_whole(lines[line].text, end))
    ]
    chain = _best_chain(candidates)
    astray = () if anchored else _astray(candidates, chain, questions)
    again = () if anchored else _again(candidates, [*chain, *astray], lines, questions)
    return [_by_words(questions[each.question], each, lines) for each in (*chain, *astray, *again)]


def _by_words(question: Question, found: _Candidate, lines: Sequence[Line]) -> Place:
    certainty = round(_BY_WORDS * found.likeness, 2)
    mixed = bool(strangers(lines[found.line].text[: found.end], question.wordings))
    return Place(question, found.line, 0, found.end, "label", certainty, mixed)


def _astray(
    candidates: list[_Candidate], chain: list[_Candidate], questions: Sequence[Question]
) -> list[_Candidate]:
    """Questions put elsewhere than in the form's order, all their words there."""
    asked, lines = {each.question for each in chain}, {each.line for each in chain}
    found = []
    for each in sorted(candidates, key=lambda each: -each.likeness):
        long = len(questions[each.question].label.split()) >= _LONG_LABEL
        free = each.question not in asked and each.line not in lines
        if long and free and questions[each.question].slot and each.likeness >= _IN_FULL:
            asked.add(each.question)
            lines.add(each.line)
            found.append(each)
    return found


def _again(
    candidates: list[_Candidate],
    chosen: Sequence[_Candidate],
    lines: Sequence[Line],
    questions: Sequence[Question],
) -> list[_Candidate]:
    """Labels written once more, word for word and with a colon, that no other question has; a
    third time is text, which the two others are shown with."""
    known = Counter(words for each in questions for words in {*map(plain, each.wordings)})
    asked, taken = {each.question for each in chosen}, {each.line for each in chosen}
    found: dict[int, _Candidate] = {}
    for each in candidates:
        question, head = questions[each.question], lines[each.line].text[: each.end]
        written = head.endswith(":") and plain(head) in map(plain, question.wordings)
        alone = len(head.split()) >= _LONG_LABEL and known[plain(head)] == 1
        more = question.slot and each.question in asked and each.line not in taken
        if written and alone and more:
            found.setdefault(each.question, each)
    return [*found.values()]


def _is_whole(text: str, end: int) -> bool:
    """A title is alone on its line."""
    return not text[end:].strip(" :\t")


def _beginning(line: Line) -> str:
    return line.text[:_LONGEST_BEGINNING]


def _between(question: Question, questions: Sequence[Question], found: Sequence[Place]) -> range:
    """The lines between the anchored questions before it and after it."""
    at = questions.index(question)
    places = {each.question: each.line for each in found}
    before = next((places[each] for each in questions[at::-1] if each in places), -1)
    after = next((places[each] for each in questions[at:] if each in places), _LAST)
    return range(before + 1, after) if before < after else range(_LAST)


def _best_chain(candidates: list[_Candidate]) -> list[_Candidate]:
    """The candidates that go on in both orders and are most like their labels, in sum."""
    ordered = sorted(candidates, key=lambda each: (each.line, -each.question))
    # For each last question, the best sum so far: kept growing in both.
    lasts: list[int] = []
    sums: list[float] = []
    chains: list[_Link] = []
    for each in ordered:
        place = bisect_left(lasts, each.question)
        before = chains[place - 1] if place else None
        total = (sums[place - 1] if place else 0.0) + _gain(each)
        if place < len(lasts) and lasts[place] == each.question:
            if sums[place] >= total:
                continue
        elif place and sums[place - 1] >= total:
            continue
        end = place
        while end < len(lasts) and sums[end] <= total:
            end += 1
        lasts[place:end], sums[place:end] = [each.question], [total]
        chains[place:end] = [_Link(each, before)]
    return list(_unlinked(chains[-1] if chains else None))


def _gain(candidate: _Candidate) -> float:
    return candidate.likeness - LIKE + 0.15


@dataclass(frozen=True, slots=True)
class _Link:
    candidate: _Candidate
    before: _Link | None


def _unlinked(link: _Link | None) -> list[_Candidate]:
    found = []
    while link is not None:
        found.append(link.candidate)
        link = link.before
    return found[::-1]
