"""Where the questions without an anchor stand, by the words of their labels."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from grants.documents.questionnaire import Question
from grants.documents.reading.layout import Place
from grants.documents.reading.likeness import LIKE, LONGEST_BEGINNING, Labels, plain, strangers
from grants.documents.reading.sheet import Line

#: In a file that kept its anchors, a question without one must be spelt out.
_SPELT_OUT: Final = 0.85
#: Out of order, a label is known by all its words, and there must be some.
_IN_FULL: Final = 0.96
_LONG_LABEL: Final = 3
#: The right words may stand somewhere by chance.
_BY_WORDS: Final = 0.95
_LAST: Final = 10**9


@dataclass(frozen=True, slots=True)
class _Candidate:
    question: int
    line: int
    end: int
    likeness: float


def aligned(
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
    return line.text[:LONGEST_BEGINNING]


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
