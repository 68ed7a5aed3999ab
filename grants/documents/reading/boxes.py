"""Which boxes are ticked: by their signs, or by the words left of them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from grants.documents.reading.likeness import most_like, plain, strangers
from grants.documents.reading.sheet import TICKED, UNTICKED, Line

_BOX: Final = re.compile(rf"(?P<sign>[{TICKED}{UNTICKED}])\s*(?P<label>[^{TICKED}{UNTICKED}\t\n]*)")
#: Stands for what was read; stripped with the blanks around it.
_READ: Final = "\t"


@dataclass(slots=True)
class Ticks:
    """Keys of the options; `ticked` and `unticked` by signs, `named` by words alone."""

    ticked: list[str] = field(default_factory=list)
    unticked: list[str] = field(default_factory=list)
    named: list[str] = field(default_factory=list)

    def add(self, key: str, sign: str) -> None:
        (self.ticked if sign == TICKED else self.unticked).append(key)

    @property
    def found(self) -> bool:
        return bool(self.ticked or self.unticked or self.named)

    def chosen(self, options: Mapping[str, str]) -> tuple[str, ...]:
        """The options taken. When only their words are left, all of them say nothing; some of
        them are those that were not struck out."""
        if self.ticked or self.unticked:
            taken = set(self.ticked)
        else:
            taken = set(self.named) if set(self.named) != set(options) else set()
        return tuple(key for key in options if key in taken)


def take_signed(lines: Sequence[Line], options: Mapping[str, str]) -> tuple[Ticks, list[Line]]:
    """The signs before each option; the lines without them."""
    ticks, rest = Ticks(), []
    for line in lines:
        boxes = [] if line.cells else list(_BOX.finditer(line.text))
        text = line.text
        for number, box in reversed(list(enumerate(boxes))):
            key = most_like(box["label"], options)
            if key is None and len(boxes) == len(options) and len(options) > 1:
                key = list(options)[number]  # its words are lost, its place is not
            if key is not None:
                ticks.add(key, box["sign"])
                beyond = _beyond(box["label"], options[key])
                text = text[: box.start()] + _READ + " ".join(beyond) + text[box.end() :]
        rest.append(replace(line, text=text))
    return ticks, rest


def _beyond(words: str, option: str) -> list[str]:
    """What stands after the words of an option; all of them when others are among its own."""
    found, length = words.split(), len(option.split())
    return found if strangers(" ".join(found[:length]), [option]) else found[length:]


def take_named(lines: Sequence[Line], options: Mapping[str, str]) -> tuple[Ticks, list[Line]]:
    """Options whose signs are lost; the lines without their words."""
    ticks, rest = Ticks(), []
    lengths = {key: len(label.split()) for key, label in options.items()}
    for line in lines:
        words = line.text.split()
        while words and (key := _first(words, options, lengths)) is not None:
            ticks.named.append(key)
            words = words[lengths[key] :]
        rest.append(
            line if len(words) == len(line.text.split()) else replace(line, text=" ".join(words))
        )
    return ticks, rest


def _first(words: list[str], options: Mapping[str, str], lengths: Mapping[str, int]) -> str | None:
    for key in sorted(options, key=lambda each: -lengths[each]):
        if plain(" ".join(words[: lengths[key]])) == plain(options[key]):
            return key
    return None


def sign_before(text: str, place: int) -> int | None:
    """Where the box of a label stands; none when it is gone."""
    before = len(text[:place].rstrip()) - 1
    return before if before >= 0 and text[before] in TICKED + UNTICKED else None
