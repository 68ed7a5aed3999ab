"""What a printed document says: the plan of its Word model, with the content that fills it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from grants.documents.columns import BLANK_ROWS, COLUMNS_AT_MOST, OF_SCORES, columns_of
from grants.documents.printing.blocks import (
    Block,
    Boxes,
    Bullets,
    Given,
    Heading,
    Label,
    Long,
    Option,
    Records,
    Short,
    Table,
    Words,
)
from grants.documents.printing.plan import Asked, Plan, Prose, Title
from grants.documents.questionnaire import Apart, Question
from grants.forms.field import TICKED, UNTICKED
from grants.forms.types.lines import LinesField
from grants.forms.types.long_text import LongTextField
from grants.forms.types.table import TableField
from grants.wording import fold

#: Longer answers stand under their label.
_BESIDE_A_LABEL: Final = 120

Content = Mapping[str, Any]


def blocks_of(
    plan: Plan, content: Content, *, grids: Mapping[str, str], on_demand: Collection[str]
) -> tuple[Block, ...]:
    """The document, block by block; titles that nothing follows are left out.

    :param content: as `grants.documents.render` takes it; without a `reference`, the blank form.
    :param grids: title of each scoring grid → prefix of its slots.
    :param on_demand: prefixes of the forms that are left out until they are given.
    """
    writer = _Writer(content, plan.slots, {fold(each): grids[each] for each in grids}, on_demand)
    for step in plan.steps:
        match step:
            case Title():
                writer.title(step)
            case Asked():
                writer.ask(step)
            case Prose(text):
                writer.written.append(Words(text))
    return tuple(_without_bare_titles(writer.written))


@dataclass(slots=True)
class _Writer:
    content: Content
    #: What the Word model prints.
    slots: frozenset[str]
    grids: Mapping[str, str]
    on_demand: Collection[str]
    written: list[Block] = field(default_factory=list)
    #: The model's own levels of the title in hand and of those above it: printed ones skip none.
    above: list[int] = field(default_factory=list)
    #: Forms of which something is written.
    begun: set[str] = field(default_factory=set)

    def title(self, title: Title) -> None:
        self.above = [*(each for each in self.above if each < title.level), title.level]
        self.written.append(Heading(len(self.above), title.label))
        if prefix := self.grids.get(fold(title.label.text)):
            self.written += _scores(self.content, prefix)

    def ask(self, asked: Asked) -> None:
        label = asked.label
        for question in asked.questions:
            if self._is_left_out(question):
                continue
            self._begin(question.apart)
            self.written.append(self._answer(question, label))
            label = Label()

    def _is_left_out(self, question: Question) -> bool:
        """A form that nobody gave, unless it is always asked; what does not apply."""
        apart = question.apart
        if apart and apart.prefix in self.on_demand and not self._given(apart):
            return True
        return (
            not self._is_blank(question)
            and question.fields[0].shown_when is not None
            and not self._is_answered(question)
        )

    def _begin(self, apart: Apart | None) -> None:
        """Under the great title of a form apart, when it was given."""
        if apart is None or apart.prefix in self.begun:
            return
        self.begun.add(apart.prefix)
        if given := self._given(apart):
            titles = [
                place
                for place, each in enumerate(self.written)
                if isinstance(each, Heading) and each.level == 1
            ]
            self.written.insert(titles[-1] + 1 if titles else 0, Given(given))

    def _given(self, apart: Apart) -> str:
        return str(self.content.get(f"{apart.prefix}given", ""))

    def _is_blank(self, question: Question) -> bool:
        """Whether the question is still to be answered, by hand perhaps."""
        if question.apart:
            return not self._given(question.apart)
        return not self.content["reference"]

    def _is_answered(self, question: Question) -> bool:
        slots = [question.slot, f"{question.slot}_rows", *question.options]
        told = (self.content.get(slot) for slot in slots)
        return any(each for each in told if each != UNTICKED)

    def _answer(self, question: Question, label: Label) -> Block:
        slot, blank = question.slot, self._is_blank(question)
        if question.options.keys() & self.slots:
            return Boxes(label, tuple(self._options(question)))
        match question.fields[0]:
            case TableField() as table if not question.written:
                return self._table(table, slot, label, blank=blank)
            case LinesField() if not question.written:
                return Bullets(label, tuple(self.content[slot]), blank)
            case LongTextField() if not question.written:
                return Long(label, paragraphs_of(self.content[slot]), blank)
        text = self.content[slot]
        if "\n" in text or len(text) > _BESIDE_A_LABEL or not label.text:
            return Long(label, paragraphs_of(text), blank)
        return Short(label, text, blank)

    def _options(self, question: Question) -> Iterator[Option]:
        for slot, (_, label) in question.options.items():
            yield Option(label, self.content[slot] == TICKED)

    def _table(self, table: TableField, slot: str, label: Label, *, blank: bool) -> Block:
        rows = self.content[f"{slot}_rows"]
        columns = columns_of(table)
        keys = [each.key for each in columns]
        if len(columns) > COLUMNS_AT_MOST:
            if not rows and not blank:
                return Long(label, ())
            shown = rows or [dict.fromkeys(keys, "")]
            records = tuple(
                tuple((each.heading, row[each.key]) for each in columns) for row in shown
            )
            return Records(label, records, blank)
        return Table(
            label,
            columns,
            tuple(tuple(row[key] for key in keys) for row in rows),
            self._total(slot, keys),
            0 if rows else BLANK_ROWS,
        )

    def _total(self, slot: str, columns: Iterable[str]) -> tuple[str, ...]:
        """The last row, when there is something to add up."""
        slots = [f"{slot}_total_{each}" for each in columns]
        if not any(each in self.content for each in slots):
            return ()
        first, *others = (self.content.get(each, "") for each in slots)
        return (first or "Total", *others)


def _scores(content: Content, prefix: str) -> Iterator[Block]:
    """What the sheets of a grid say together; in detail for those who may read it."""
    if mean := content.get(f"{prefix}mean"):
        yield Given(f"Moyenne : {mean} ({content[f'{prefix}sheets']})")
        if rows := content[f"{prefix}rows"]:
            told = tuple(tuple(row[each.key] for each in OF_SCORES) for row in rows)
            yield Table(Label(), OF_SCORES, told)


def paragraphs_of(text: str) -> tuple[str, ...]:
    """Blank lines separate paragraphs, as in the Word document."""
    found = re.split(r"\n(?:[ \t]*\n)+", text.strip("\n"))
    return tuple(found) if any(found) else ()


def _without_bare_titles(written: list[Block]) -> list[Block]:
    kept: list[Block] = []
    for each in reversed(written):
        below = kept[-1] if kept else None
        bare = below is None or (isinstance(below, Heading) and below.level <= _level(each))
        if not (isinstance(each, Heading) and bare):
            kept.append(each)
    return kept[::-1]


def _level(block: Block) -> int:
    return block.level if isinstance(block, Heading) else 0
