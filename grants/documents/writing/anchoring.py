"""Puts anchors into a Word model, by its slots: whoever writes a model need not know of them.

What stands before a slot is its label, what follows a box is its option, and the words that lead
to no slot are titles; between an « else » and its « endif » they only invite to write.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import Final

from docx.document import Document
from docx.oxml.ns import qn
from lxml import etree

from grants.documents.anchors import Kind, anchor
from grants.documents.framing import framing_of
from grants.documents.opening import opened
from grants.documents.packing import archive, packed
from grants.documents.questionnaire import Question, Questionnaire
from grants.documents.writing.sealing import with_custom_part
from grants.forms.types.table import TableField
from grants.wording import fold

_TAG: Final = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_PRINTED: Final = re.compile(r"\{\{(?:r\s)?\s*([a-z_][a-z0-9_]*)(?!\w*\.)\b")
_LOOPED: Final = re.compile(r"\bfor\s+\w+\s+in\s+([a-z_][a-z0-9_]*)")
_STEP: Final = re.compile(r"\{%-?(?:p|tr|tc|r)?\s*(if|elif|else|endif|for|endfor)\b")
_EDGES: Final = " \t\n\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}:"
_OUTLINE: Final = ("question", "title")
_FIRST_ID: Final = 90_000
_P, _R, _T, _TBL, _TR = (qn(f"w:{each}") for each in ("p", "r", "t", "tbl", "tr"))


def anchored(model: bytes, questionnaire: Questionnaire) -> bytes:
    """The model with its anchors, and with a place for the origin of what is written from it.

    :raises DocumentError: when it is no Word model.
    """
    main = opened(model).part.partname.lstrip("/")
    with zipfile.ZipFile(io.BytesIO(model)) as source:
        members = {name: source.read(name) for name in source.namelist()}
    root = etree.fromstring(members[main], etree.XMLParser(resolve_entities=False))
    _place(_spots(root, _Owners(questionnaire)), root)
    members[main] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return archive(packed(with_custom_part(members).items()))


def outlined(model: bytes, questionnaire: Questionnaire) -> Questionnaire:
    """The questionnaire in the order and words of its Word model; what the model does not ask
    stays after the question before it.

    :raises DocumentError: when it is no Word model.
    """
    document = opened(model)
    outline = _outline(spots_of(document, questionnaire), questionnaire)
    framing = framing_of(document, _Owners(questionnaire).questions)
    return replace(questionnaire, outline=outline, framing=framing)


def spots_of(model: Document, questionnaire: Questionnaire) -> list[Named]:
    """The labels and titles of a model, in its order."""
    root = etree.fromstring(model.part.blob, etree.XMLParser(resolve_entities=False))
    named = [each for each in _spots(root, _Owners(questionnaire)) if each.kind in _OUTLINE]
    return sorted(named, key=_order_of(root))


def _order_of(root: etree._Element) -> Callable[[Named], tuple[int, int]]:
    places = {each: number for number, each in enumerate(root.iter(_P))}
    return lambda each: (places[each.spot.paragraph], each.spot.start)


def _outline(named: list[Named], questionnaire: Questionnaire) -> tuple[Question, ...]:
    by_slot = {each.slot: each for each in questionnaire.questions_of_form if each.slot}
    found: list[Question] = []
    for each, after in zip(named, [*named[1:], None], strict=True):
        if each.kind == "title":
            found.append(Question("", each.spot.text))
        else:
            # Of several questions under one label, the last one is told by its words.
            shared = after is not None and after.spot == each.spot
            also = () if shared else (each.spot.text,)
            found.append(replace(by_slot[each.slot], also=also))
    return tuple(_with_others(found, questionnaire))


def _with_others(found: list[Question], questionnaire: Questionnaire) -> list[Question]:
    """Those that the model leaves out, each where the form puts it."""
    titles = {fold(each.label) for each in found}
    asked = {each.slot for each in found if each.slot}
    before = None
    for each in questionnaire.questions_of_form:
        missing = each.slot not in asked if each.slot else fold(each.label) not in titles
        if missing:
            at = _position(found, before) + 1
            found.insert(at, each)
            before = each
        elif each.slot:
            before = next(other for other in found if other.slot == each.slot)
    return found


def _position(found: list[Question], question: Question | None) -> int:
    return -1 if question is None else found.index(question)


@dataclass(frozen=True, slots=True)
class Spot:
    """Words of a paragraph, `[start, end)` of its text."""

    paragraph: etree._Element
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Named:
    kind: Kind
    slot: str
    spot: Spot


class _Owners:
    """Which question each slot of the model is of."""

    def __init__(self, questionnaire: Questionnaire) -> None:
        self.questions: dict[str, Question] = {}
        self.options: dict[str, str] = {}
        for question in questionnaire.questions:
            prefix = question.apart.prefix if question.apart else ""
            slots = [prefix + slot for each in question.fields[:1] for slot in each.slots()]
            for slot in filter(None, [question.slot, *slots]):
                self.questions.setdefault(slot, question)
            self.options |= {slot: label for slot, (_, label) in question.options.items()}


def _spots(root: etree._Element, owners: _Owners) -> list[Named]:
    walk = _Walk(owners)
    for paragraph in root.iter(_P):
        walk.read(paragraph)
    walk.leave_table()
    walk.settle()
    return walk.found


@dataclass(slots=True)
class _Walk:
    """Reads the paragraphs of a model in order."""

    owners: _Owners
    found: list[Named] = field(default_factory=list)
    #: Words that wait for the slot they are the label of.
    waiting: Spot | None = None
    used: bool = False
    hinting: bool = False
    #: The same above the table that is being read.
    above: Spot | None = None
    above_used: bool = False
    table: etree._Element | None = None
    row: etree._Element | None = None
    #: Open blocks: « if », « else » or « for ».
    blocks: list[str] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)
    numbers: Counter[str] = field(default_factory=Counter)

    def read(self, paragraph: etree._Element) -> None:
        self._enter(paragraph)
        text = "".join(node.text or "" for node in _texts(paragraph))
        end, fresh, option = 0, True, ""
        for tag in _TAG.finditer(text):
            self._words(paragraph, text, end, tag.start(), option=option, fresh=fresh)
            end, option = tag.end(), ""
            if self._is_alone(tag, text):
                self._note_printed(Spot(paragraph, tag.start(), tag.end(), tag.group()))
            if slot := self._slot(tag.group(), paragraph):
                fresh = False
                option = slot if slot in self.owners.options else ""
            self._step(tag.group())
        self._words(paragraph, text, end, len(text), option=option, fresh=fresh)
        if not fresh and self.waiting is not None and not self.used:
            # Words after a printed value, such as a unit, name nothing.
            self.waiting = self.waiting if self.waiting.paragraph is not paragraph else None

    def settle(self) -> None:
        """Words that led to no slot are a title, or a hint."""
        if self.waiting is not None and not self.used:
            self._note_fixed(self.waiting)
        self.waiting = None

    def leave_table(self) -> None:
        if self.table is not None:
            self.waiting, self.used = self.above, self.above_used
            self.table = self.row = self.above = None

    def _enter(self, paragraph: etree._Element) -> None:
        table = next(paragraph.iterancestors(_TBL), None)
        if table is not self.table:
            self.leave_table()
            if table is not None:
                self.above, self.above_used = self.waiting, self.used
                self.table, self.waiting = table, None
        row = next(paragraph.iterancestors(_TR), None)
        if row is not self.row:
            self.row, self.waiting = row, None

    def _words(
        self,
        paragraph: etree._Element,
        text: str,
        start: int,
        end: int,
        *,
        option: str,
        fresh: bool,
    ) -> None:
        words = text[start:end]
        kept = words.strip(_EDGES)
        if not kept or "for" in self.blocks:
            return
        start += words.index(kept)
        if option:
            self._note_option(Spot(paragraph, start, start + len(kept), kept), option)
            return
        if self.table is None:
            self.settle()
        self.waiting = Spot(paragraph, start, start + len(kept), kept)
        self.used = False
        self.hinting = "else" in self.blocks

    def _slot(self, tag: str, paragraph: etree._Element) -> str:
        """The slot that a tag prints, once its label is noted."""
        match = _PRINTED.match(tag) or (tag.startswith("{%") and _LOOPED.search(tag)) or None
        if match is None or "for" in self.blocks:
            return ""
        question = self.owners.questions.get(match[1])
        if question is None:
            if self.waiting is not None and self.waiting.paragraph is paragraph:
                self.waiting = None  # « Dossier n° … » names what no form asks
        elif question.slot not in self.asked:
            self._note_question(question)
        return match[1]

    def _note_question(self, question: Question) -> None:
        label = self.waiting
        if self.table is not None:
            rows = any(isinstance(each, TableField) for each in question.fields)
            label = self.above if rows or label is None else label
        if label is None:
            return
        self.asked.add(question.slot)
        self.found.append(Named("question", question.slot, label))
        if label is self.above:
            self.above_used = True
        else:
            self.used = True

    def _note_option(self, spot: Spot, slot: str) -> None:
        label = self.owners.options[slot]
        if fold(spot.text).startswith(fold(label)) and len(spot.text) > len(label):
            spot = Spot(
                spot.paragraph, spot.start, spot.start + len(label), spot.text[: len(label)]
            )
        self.found.append(Named("option", slot, spot))

    def _note_fixed(self, spot: Spot) -> None:
        kind: Kind = "hint" if self.hinting else "title"
        self.numbers[kind] += 1
        self.found.append(Named(kind, str(self.numbers[kind]), spot))

    def _is_alone(self, tag: re.Match[str], text: str) -> bool:
        """Whether a paragraph is one printed slot, of no question."""
        match = _PRINTED.match(tag.group())
        known = match is None or match[1] in self.owners.questions or "for" in self.blocks
        return not known and text.strip() == tag.group()

    def _note_printed(self, spot: Spot) -> None:
        self.numbers["printed"] += 1
        self.found.append(Named("printed", str(self.numbers["printed"]), spot))

    def _step(self, tag: str) -> None:
        step = _STEP.match(tag)
        match step[1] if step else "":
            case "if" | "for" as opened_block:
                self.blocks.append(opened_block)
            case "else" | "elif" if self.blocks:
                self.blocks[-1] = "else"
            case "endif" | "endfor" if self.blocks:
                self.blocks.pop()


def _texts(paragraph: etree._Element) -> Iterator[etree._Element]:
    """The texts of a paragraph, those of a text box inside it left to its own paragraphs."""
    for node in paragraph.iter(_T):
        if next(node.iterancestors(_P)) is paragraph:
            yield node


# Placing them


def _place(named: list[Named], root: etree._Element) -> None:
    """From the last words of a paragraph to the first, so that places stay true."""
    taken = {each.get(qn("w:name")) for each in root.iter(qn("w:bookmarkStart"))}
    numbered = enumerate(named, start=_FIRST_ID)
    ordered = sorted(numbered, key=lambda each: each[1].spot.start, reverse=True)
    for number, each in ordered:
        name = anchor(each.kind, each.slot, each.spot.text).name
        if name not in taken:
            taken.add(name)
            _bookmark(each.spot, name, number)


def _bookmark(spot: Spot, name: str, number: int) -> None:
    first = _run_from(spot.paragraph, spot.start)
    last = _run_until(spot.paragraph, spot.end)
    first.addprevious(_mark("bookmarkStart", {"id": str(number), "name": name}))
    last.addnext(_mark("bookmarkEnd", {"id": str(number)}))


def _mark(tag: str, attributes: Mapping[str, str]) -> etree._Element:
    return etree.Element(qn(f"w:{tag}"), {qn(f"w:{key}"): each for key, each in attributes.items()})


def _run_from(paragraph: etree._Element, place: int) -> etree._Element:
    """The run that begins at that place of the text, cut where it must."""
    offset = 0
    for node in _texts(paragraph):
        length = len(node.text or "")
        if offset <= place < offset + length:
            return _cut(node, place - offset)
        offset += length
    raise LookupError(place)


def _run_until(paragraph: etree._Element, place: int) -> etree._Element:
    """The run that ends at that place."""
    offset = 0
    for node in _texts(paragraph):
        length = len(node.text or "")
        if offset < place <= offset + length:
            after = _cut(node, place - offset) if place < offset + length else None
            run = next(node.iterancestors(_R))
            if after is None:
                return run
            before = after.getprevious()
            return run if before is None else before
        offset += length
    raise LookupError(place)


def _cut(node: etree._Element, place: int) -> etree._Element:
    """The run whose text begins at `place` of `node`: the whole one, or its second part."""
    run = next(node.iterancestors(_R))
    if place == 0 and _begins(run, node):
        return run
    text = node.text or ""
    after = deepcopy(run)
    position = list(run).index(node)
    for each in list(run)[position + 1 :]:
        run.remove(each)
    for each in list(after)[:position]:
        if each.tag != qn("w:rPr"):
            after.remove(each)
    _write(node, text[:place])
    _write(next(after.iter(_T)), text[place:])
    run.addnext(after)
    return after


def _begins(run: etree._Element, node: etree._Element) -> bool:
    """Whether nothing of the run stands before the text."""
    return all(each.tag == qn("w:rPr") for each in list(run)[: list(run).index(node)])


def _write(node: etree._Element, text: str) -> None:
    node.text = text
    node.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
