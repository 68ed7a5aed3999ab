"""What a file answers, held against what is answered here: three ways when it is known with which
answers the file left, two ways otherwise."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final
from zlib import crc32

from grants.documents.reading.found import Found
from grants.forms import Answers, FieldDefinition, FormDefinition, Unreadable

#: Below it, nothing is offered as already chosen.
_SURE: Final = 0.6


class Standing(StrEnum):
    """How the two answers to one question stand to each other."""

    SAME = "same"
    #: Changed in the file alone.
    THERE = "there"
    #: Changed here alone, since the file left.
    HERE = "here"
    #: Changed on both sides.
    CONFLICT = "conflict"
    #: They differ, and nobody knows with what the file left.
    DIFFERS = "differs"
    #: The file contradicts itself: both boxes of a pair are ticked.
    CONTRADICTION = "contradiction"
    #: The file has a text that no input of the question can show: to be copied by hand.
    TO_COPY = "to_copy"


@dataclass(frozen=True, slots=True)
class Departure:
    """The answers with which a file left, as far as they are known."""

    answers: Answers
    #: Questions answered otherwise since then, each with the trace of its answer of that time,
    #: which is lost.
    lost: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Compared:
    """One question that the file asks."""

    key: str
    here: Any
    found: Found
    standing: Standing

    @property
    def is_offered_taken(self) -> bool:
        """Whether the file's answer may be offered as already chosen: it overwrites nothing that
        was written here, and nothing is erased."""
        overwrites = self.standing is Standing.DIFFERS and self.here is not None
        return (
            self.standing in (Standing.THERE, Standing.DIFFERS)
            and not overwrites
            and self.found.value is not None
            and self.found.certainty >= _SURE
        )


def compared(
    form: FormDefinition,
    here: Answers,
    found: Mapping[str, Found],
    departure: Departure | None = None,
) -> Iterator[Compared]:
    """The questions of the form that the file asks and that people answer, in the form's order."""
    for key, each in form.fields.items():
        if each.source == "inputs" and key in found:
            standing = _standing(each, here.get(key), found[key], departure)
            yield Compared(key, here.get(key), found[key], standing)


def trace(encoded: Any) -> str:
    """By which an answer, given encoded, is known again: three digits, for one among few. Of two
    taken for one another, nothing is lost: the one written here is kept, unless it is chosen."""
    return f"{crc32(json.dumps(encoded, sort_keys=True).encode()) % 4096:03x}"


def is_to_copy(question: FieldDefinition, value: Any) -> bool:
    """Whether the value, once written, would be seen by nobody and lost by the next save."""
    return isinstance(value, Unreadable) and not question.shows_any_text


def _standing(
    question: FieldDefinition, here: Any, found: Found, departure: Departure | None
) -> Standing:
    if found.conflict:
        return Standing.CONTRADICTION
    ours, theirs = question.encode(here), question.encode(found.value)
    if ours == theirs:
        return Standing.SAME
    if is_to_copy(question, found.value):
        return Standing.TO_COPY
    return Standing.DIFFERS if departure is None else _changed(question, ours, theirs, departure)


def _changed(question: FieldDefinition, ours: Any, theirs: Any, departure: Departure) -> Standing:
    """Who changed an answer, given encoded, since the file left."""
    if question.key in departure.lost:
        untouched = trace(theirs) == departure.lost[question.key]
        return Standing.HERE if untouched else Standing.CONFLICT
    before = question.encode(departure.answers.get(question.key))
    if before == ours:
        return Standing.THERE
    return Standing.HERE if before == theirs else Standing.CONFLICT
