"""A sheet with what was recognised on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from grants.documents.questionnaire import Question
from grants.documents.reading.sheet import Line

Source = Literal["anchor", "label"]


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
