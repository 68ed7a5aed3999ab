"""The order and words of a call's official document, read from its Word model."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import dropwhile, groupby
from typing import Final

from docx.document import Document
from docx.oxml.ns import qn
from lxml import etree

from grants.documents.engine import slots_of
from grants.documents.opening import opened
from grants.documents.printing.blocks import Label
from grants.documents.questionnaire import Question, Questionnaire
from grants.documents.writing.anchoring import Spot, spots_of

#: The style of what a label adds in smaller letters, in models of the house.
_PRECISION: Final = "Precision"
_DEEPEST: Final = 3
#: The outline level of what is no title.
_BODY: Final = 9
#: Put after a brace so that words of a call file are no tag.
_JOINER: Final = re.compile("(?<=[{}%])\N{WORD JOINER}")


@dataclass(frozen=True, slots=True)
class Title:
    level: int
    label: Label


@dataclass(frozen=True, slots=True)
class Prose:
    """Words that ask nothing."""

    text: str


@dataclass(frozen=True, slots=True)
class Asked:
    """Questions under one label, which is empty when they stand right under a title."""

    label: Label
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    steps: tuple[Title | Prose | Asked, ...]
    #: What the model prints: an answer in boxes, or in words.
    slots: frozenset[str]


def plan_of(model: bytes, questionnaire: Questionnaire) -> Plan:
    """What a model asks, from its first title on: before it, the call is named.

    :raises DocumentError: when it is no Word model.
    """
    steps = _steps(opened(model), questionnaire)
    from_title = dropwhile(lambda each: isinstance(each, Prose), steps)
    return Plan(tuple(from_title), slots_of(model).names)


def _steps(model: Document, questionnaire: Questionnaire) -> Iterator[Title | Prose | Asked]:
    levels = _levels(model)
    by_slot = {each.slot: each for each in questionnaire.questions_of_form if each.slot}
    for spot, named in groupby(spots_of(model, questionnaire), key=lambda each: each.spot):
        asked = tuple(by_slot[each.slot] for each in named if each.kind == "question")
        label, level = _label(spot), levels.get(_style(spot.paragraph, "w:pPr", "w:pStyle"))
        if level is not None:
            yield Title(level, label)
        if asked:
            yield Asked(label if level is None else Label(), asked)
        elif level is None:
            yield Prose(f"{label.text} {label.precision}".strip())


def _label(spot: Spot) -> Label:
    """The words of a spot, what is written in smaller letters apart."""
    strong, small, offset = "", "", 0
    for run in spot.paragraph.iter(qn("w:r")):
        text = "".join(node.text or "" for node in run.iter(qn("w:t")))
        kept = text[max(spot.start - offset, 0) : max(spot.end - offset, 0)]
        offset += len(text)
        if small or _style(run, "w:rPr", "w:rStyle") == _PRECISION:
            small += kept
        else:
            strong += kept
    return Label(_JOINER.sub("", strong).strip(), _JOINER.sub("", small).strip())


def _style(element: etree._Element, properties: str, style: str) -> str:
    found = element.find(f"{qn(properties)}/{qn(style)}")
    return "" if found is None else found.get(qn("w:val"), "")


def _levels(model: Document) -> dict[str, int]:
    """Style of a title → its level, from 1."""
    found = {}
    for style in model.styles.element.iter(qn("w:style")):
        level = style.find(f"{qn('w:pPr')}/{qn('w:outlineLvl')}")
        if level is not None and (depth := int(level.get(qn("w:val"), "9"))) < _BODY:
            found[style.get(qn("w:styleId"), "")] = min(depth + 1, _DEEPEST)
    return found
