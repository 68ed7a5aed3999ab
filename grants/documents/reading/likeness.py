"""How close two wordings are, whatever the accents, capitals, numbers and precisions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Final, TypeVar

from rapidfuzz.fuzz import ratio
from rapidfuzz.process import extract

from grants.documents.reading.sheet import TICKED, UNTICKED
from grants.wording import fold

#: Below it two wordings have nothing to do with one another.
LIKE: Final = 0.75
_BETWEEN_SHORT: Final = 0.8
_SHORT: Final = 8
#: What a heading without its precision is worth, beside the whole.
_BARE: Final = 0.98
#: A label followed by its answer without a colon.
_UNPARTED: Final = 0.93
_FEWEST_WORDS: Final = 3

_NUMBERED: Final = re.compile(r"^(?:[#*•·‣▪–-]+ ?|(?:[0-9]{1,2}[.)]? ?){1,3}(?=[a-z])|[a-z][.)] )+")
_TRAILING: Final = re.compile(r"[\s:;,*_#.…?]+$")
_PRECISION: Final = re.compile(r" ?\([^()]*\)?| - .*$")
_SIGNS: Final = TICKED + UNTICKED
_PLACES_OF_COLONS: Final = 6

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


def _score(found: tuple[float, object]) -> float:
    return found[0]


class Labels:
    """Wordings that a line may begin with, each the `owner` number of a question."""

    def __init__(self, wordings: Iterable[tuple[int, str]]) -> None:
        found = [(owner, text) for owner, text in wordings if plain(text)]
        self.owners = [owner for owner, _ in found]
        self.plain = [plain(text) for _, text in found]
        self.bare = [bare(text) for _, text in found]
        self.counts = sorted({len(text.split()) for _, text in found}, reverse=True)

    def beginning(self, text: str) -> dict[int, tuple[float, int]]:
        """The owners whose words the text begins with: how much so, and where they end."""
        found: dict[int, tuple[float, int]] = {}
        for head, end in heads_of(text):
            for owner, value in self._like(head):
                found[owner] = max(found.get(owner, (0.0, 0)), (value, end))
        if not found and ":" not in text:
            for owner, value, end in self._like_words(text):
                found[owner] = max(found.get(owner, (0.0, 0)), (value, end))
        return found

    def _like(self, head: str) -> Iterator[tuple[int, float]]:
        for text, labels, worth in ((plain(head), self.plain, 1.0), (bare(head), self.bare, _BARE)):
            if not text:
                continue
            for label, score, number in extract(
                text, labels, scorer=ratio, score_cutoff=100 * LIKE, limit=None
            ):
                if len(label) >= _SHORT or score >= 100 * _BETWEEN_SHORT:
                    yield self.owners[number], worth * score / 100

    def _like_words(self, text: str) -> Iterator[tuple[int, float, int]]:
        """A label that nothing parts from what follows: it must be nearly exact."""
        words = list(re.finditer(r"\S+", text))
        for count in self.counts:
            if _FEWEST_WORDS <= count < len(words):
                end = words[count - 1].end()
                for owner, value in self._like(text[:end]):
                    if value >= _UNPARTED:
                        yield owner, value, end


def heads_of(text: str) -> Iterator[tuple[str, int]]:
    """The beginnings of a line that may be a label, and where what follows begins."""
    ends = {len(text)}
    colons = [found.start() for found in re.finditer(":", text)][:_PLACES_OF_COLONS]
    for place in colons:
        ends.add(place)
        yield text[:place], place + 1
    for place in (found.start() for found in re.finditer(rf"[{_SIGNS}\t?]", text)):
        if place not in ends:
            yield text[:place], place + (text[place] == "?")
        ends.add(place)
        if len(ends) > 2 * _PLACES_OF_COLONS:
            break
    yield text, len(text)
