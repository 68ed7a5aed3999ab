"""What reading a file gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from grants.documents.reading.layout import Source
from grants.documents.writing.sealing import Origin
from grants.forms import FormDefinition


@dataclass(frozen=True, slots=True)
class Found:
    """What the file holds for one question."""

    key: str
    #: Typed, or Unreadable with the text; None when nothing was answered.
    value: Any
    source: Source
    #: From 0 to 1: how sure it is that this is the question.
    certainty: float
    #: For people: « paragraphe 12 ».
    place: str
    #: Why there is no value although something is there.
    conflict: str = ""


@dataclass(frozen=True, slots=True)
class ReadApart:
    """An opinion, or a decision, found in the file: shown, never imported as an answer."""

    title: str
    form: FormDefinition
    answers: Mapping[str, Found]
    left_over: tuple[str, ...] = ()
    #: That of its `Apart`: « opinion_region_ ».
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """Questions that the file does not ask are absent of `answers`."""

    answers: Mapping[str, Found]
    apart: tuple[ReadApart, ...] = ()
    #: Text that belongs to no question: of the body in order, then of what surrounds it.
    left_over: tuple[str, ...] = ()
    #: What the person should know, in French.
    notices: tuple[str, ...] = ()
    origin: Origin | None = None
    #: Whether the origin is as we wrote it; None when there is nothing to compare.
    authentic: bool | None = None
