"""How close two wordings are, whatever the accents, capitals, numbers and precisions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal, TypeVar

from rapidfuzz.fuzz import ratio
from rapidfuzz.process import extract

from grants.documents.reading.sheet import TICKED, UNTICKED
from grants.wording import fold

#: Below it two wordings have nothing to do with one another.
LIKE: Final = 0.75
#: A row of two cells whose first one is so like a label is a question and its answer; and lines put
#: together that are so like one are a label.
ASKED: Final = 0.85
#: Longer texts begin like no label.
LONGEST_BEGINNING: Final = 400
_BETWEEN_SHORT: Final = 0.8
_SHORT: Final = 8
#: What a heading without its precision is worth, beside the whole.
_BARE: Final = 0.98
#: A label followed by its answer without a colon.
_UNPARTED: Final = 0.93
_FEWEST_WORDS: Final = 3
#: A label before a bracket or a dash, where a longer one may go on.
_CUT: Final = 0.97

_NUMBERED: Final = re.compile(r"^(?:[#*•·‣▪–-]+ ?|(?:[0-9]{1,2}[.)]? ?){1,3}(?=[a-z])|[a-z][.)] )+")
_TRAILING: Final = re.compile(r"[\s:;,*_#.…?]+$")
_PRECISION: Final = re.compile(r" ?\([^()]*\)?| - .*$")
#: Where a head may end, besides a colon; the first ones are part of what follows.
_KEPT: Final = TICKED + UNTICKED
_PARTING: Final = re.compile(rf"[{_KEPT}\t?=]")
_CUTTING: Final = re.compile(r"\(| [-–—] ")
_PLACES: Final = 6
#: A mistyped word is still that near, and not that much longer.
_NEAR: Final = 0.6
_LONGER: Final = 0.2
_PLURAL: Final = 2
#: A slip leaves nothing to know such words by.
_TOO_SHORT: Final = 2
_WORD: Final = re.compile(r"[^\W_]+")

Key = TypeVar("Key")


@lru_cache(maxsize=20_000)
def plain(text: str) -> str:
    """The words of a label alone."""
    return _TRAILING.sub("", _NUMBERED.sub("", fold(text)))


@lru_cache(maxsize=20_000)
def bare(text: str) -> str:
    """A label without what it says between brackets or after a dash."""
    return _TRAILING.sub("", _PRECISION.sub("", plain(text)))


def likeness(text: str, label: str) -> float:
    """From 0 to 1; 0 when they are not alike."""
    whole = _ratio(plain(text), plain(label))
    without = _BARE * _ratio(bare(text), bare(label))
    return max(whole, without)


def _ratio(text: str, label: str) -> float:
    least = _BETWEEN_SHORT if len(label) < _SHORT else LIKE
    return ratio(text, label, score_cutoff=100 * least) / 100 if text and label else 0.0


def most_like(text: str, labels: Mapping[Key, str]) -> Key | None:
    """The key of the label that is closest; none when two are as close."""
    scored = sorted(((likeness(text, each), key) for key, each in labels.items()), key=_score)
    if not scored or not scored[-1][0]:
        return None
    alone = len(scored) == 1 or scored[-2][0] < scored[-1][0]
    return scored[-1][1] if alone else None


def strangers(text: str, wordings: Iterable[str]) -> list[str]:
    """The words of a text that are in none of the wordings, nor a slip of the keyboard from it."""
    own, known = plain(text), [plain(each) for each in wordings]
    if own in known:
        return []
    return min((_foreign(own, each) for each in known), key=len, default=_words(own))


def _foreign(text: str, wording: str) -> list[str]:
    left, found = _words(wording), []
    for word in _words(text):
        near = max(left, key=lambda each: ratio(word, each), default="")
        if word == near or (word.isalpha() and _is_slip(word, near)):
            left.remove(near)
        elif len(word) > _TOO_SHORT or not word.isalpha():
            found.append(word)
    return found


def _is_slip(word: str, near: str) -> bool:
    """Whether one may have been typed for the other; another word stuck to it is no slip."""
    more = len(word) - len(near)
    stuck = more > _PLURAL and word.startswith(near) | word.endswith(near)
    return not stuck and more <= _LONGER * len(near) + 1 and ratio(word, near) >= 100 * _NEAR


def _words(text: str) -> list[str]:
    return _WORD.findall(text)


def _score(found: tuple[float, object]) -> float:
    return found[0]


class Labels:
    """Wordings that a line may begin with, each the `owner` number of a question."""

    def __init__(self, wordings: Iterable[tuple[int, str]]) -> None:
        found = [(owner, text) for owner, text in wordings if plain(text)]
        self.owners = [owner for owner, _ in found]
        self.plain = [plain(text) for _, text in found]
        self.bare = [bare(text) for _, text in found]
        self.words = [len(text.split()) for _, text in found]

    def beginning(self, text: str) -> dict[int, tuple[float, int]]:
        """The owners whose words the text begins with: how much so, and where they end."""
        found: dict[int, tuple[float, int]] = {}
        for head in heads_of(text):
            for number, value in self._like(head):
                owner = self.owners[number]
                found[owner] = max(found.get(owner, (0.0, 0)), (value, head.end))
        if ":" not in text:
            self._part_by_words(text, found)
        return found

    def _like(self, head: Head) -> Iterator[tuple[int, float]]:
        for number, score in _extracted(plain(head.text), self.plain):
            yield number, score if head.ending != "cut" else _CUT * score
        if head.ending == "cut":
            return
        for number, score in _extracted(bare(head.text), self.bare):
            # A label without a precision leaves out none: an answer would be lost with it.
            bracketed = head.ending == "parted" and " - " not in plain(head.text)
            if bracketed or self.bare[number] != self.plain[number]:
                yield number, _BARE * score

    def _part_by_words(self, text: str, found: dict[int, tuple[float, int]]) -> None:
        """A label that nothing parts from its answer ends with its last word."""
        words = list(re.finditer(r"\S+", text))
        for count in {each for each in self.words if each < len(words)}:
            end = words[count - 1].end()
            for number, value in self._like(Head(text[:end], end, "whole")):
                owner = self.owners[number]
                known, place = found.get(owner, (0.0, len(text)))
                alone = count >= _FEWEST_WORDS and value >= _UNPARTED
                better = place == len(text) and value > known and (known or alone)
                if self.words[number] == count and better:
                    found[owner] = (value, end)


def _extracted(text: str, labels: list[str]) -> Iterator[tuple[int, float]]:
    if not text:
        return
    for label, score, number in extract(
        text, labels, scorer=ratio, score_cutoff=100 * LIKE, limit=None
    ):
        if len(label) >= _SHORT or score >= 100 * _BETWEEN_SHORT:
            yield number, score / 100


@dataclass(frozen=True, slots=True)
class Head:
    """The beginning of a line that may be a label."""

    text: str
    #: Where what follows begins.
    end: int
    #: By a sign that parts it from an answer, by the end of the line, or where a precision or an
    #: answer may begin.
    ending: Literal["parted", "whole", "cut"]


def heads_of(text: str) -> Iterator[Head]:
    colons = [found.start() for found in re.finditer(":", text)][:_PLACES]
    yield from (Head(text[:place], place + 1, "parted") for place in colons)
    for found in list(_PARTING.finditer(text))[:_PLACES]:
        kept = found[0] in _KEPT
        yield Head(text[: found.start()], found.start() if kept else found.end(), "parted")
    for found in list(_CUTTING.finditer(text))[:_PLACES]:
        yield Head(text[: found.start()], found.start() if found[0] == "(" else found.end(), "cut")
    yield Head(text, len(text), "whole")
