"""A presentation built from the forms of a call that gives no Word model of its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from grants.documents.writing.form import (
    box_list,
    bullets,
    demo_notice,
    footer,
    heading,
    long,
    options,
    question,
    running_header,
    short,
    yes_no,
)
from grants.documents.writing.package import Model, pack
from grants.documents.writing.wordml import (
    Column,
    cell,
    each,
    paragraph,
    row,
    row_tag,
    run,
    table,
    value,
    when,
)
from grants.forms import FieldDefinition, FormDefinition
from grants.forms.types.choice import ChoiceField
from grants.forms.types.choices import ChoicesField
from grants.forms.types.computed import ComputedField
from grants.forms.types.integer import IntegerField
from grants.forms.types.money import MoneyField
from grants.forms.types.table import TableField

#: Twips between the margins.
_WIDTH = 9638
#: More columns than these do not fit the page: each row is then a block of answers.
_COLUMNS_AT_MOST = 6
#: As many short boxes fit a line.
_BOXES_ON_A_LINE, _LETTERS_ON_A_LINE = 3, 40
_BLANK_ROWS = 3


@dataclass(frozen=True, slots=True)
class Part:
    """One form of the document."""

    title: str
    form: FormDefinition
    #: Put before the slots of the form: « opinion_region_ ».
    prefix: str = ""
    #: The slot that says when it was given.
    given: str | None = None
    #: Left out while it is not given.
    only_when_given: bool = False


@dataclass(frozen=True, slots=True)
class Scoring:
    """What the sheets of one grid say together; left out while there is none to tell."""

    title: str
    #: Put before the slots `mean`, `sheets` and `rows`: « grid_project_ ».
    prefix: str


def presentation_model(
    kind: str, call_title: str, name: str, parts: Sequence[Part | Scoring]
) -> bytes:
    """The Word model: the call, the dossier, then each part in order, question by question.

    :param kind: « Appel à projets », above the title.
    :param name: the document's own name.
    """
    return pack(
        Model(
            title=f"{_text(name)} - {_text(call_title)}",
            body=_opening(kind, call_title, name) + "".join(_written(each) for each in parts),
            first_header=demo_notice() + paragraph("Header"),
            header=running_header(),
            footer=footer(
                _text(name), "{% if printed_on %} · éditée le {{ printed_on }}{% endif %}"
            ),
        )
    )


def _text(words: str) -> str:
    """Words of a call file inside a model: braces there are no tags."""
    return re.sub("[{}%]", lambda found: found[0] + "\N{WORD JOINER}", words)


def _opening(kind: str, call_title: str, name: str) -> str:
    identity = (
        "Dossier {{ reference }}"
        "{% if version_label %} · {{ version_label }}{% endif %}"
        "{% if holder %} · {{ holder }}{% endif %}"
        "{% if status_label %} · {{ status_label }}{% endif %}"
    )
    return (
        paragraph("Overline", run(_text(kind)))
        + paragraph("Title", run(_text(call_title)))
        + when("reference", paragraph("Identity", run(identity)))
        + heading(1, _text(name))
    )


def _written(part: Part | Scoring) -> str:
    return _scoring(part) if isinstance(part, Scoring) else _part(part)


def _scoring(part: Scoring) -> str:
    mean, sheets, rows = (part.prefix + each for each in ("mean", "sheets", "rows"))
    title = _text(part.title)
    told = paragraph("Given", run(f"Moyenne : {{{{ {mean} }}}} ({{{{ {sheets} }}}})"))
    detail = when(rows, table(title, "Une ligne par critère.", _CRITERION, _criteria(rows)))
    return when(mean, heading(1, title) + told + detail)


_CRITERION = [
    Column("Critère", "criterion", _WIDTH - 3600),
    Column("Coefficient", "weight", 1600, "right"),
    Column("Moyenne", "mean", 2000, "right"),
]


def _criteria(rows: str) -> list[str]:
    filled = row(*(cell(column, f"{{{{ row.{column.name} }}}}") for column in _CRITERION))
    return [
        row_tag(f"for row in {rows}", _CRITERION),
        filled,
        row_tag("endfor", _CRITERION),
    ]


def _part(part: Part) -> str:
    titled = heading(1, _text(part.title)) if part.prefix else ""
    given = when(part.given, paragraph("Given", value(part.given))) if part.given else ""
    written = titled + given + "".join(_sections(part))
    return when(part.given, written) if part.given and part.only_when_given else written


def _sections(part: Part) -> list[str]:
    written = []
    for section in part.form.sections.values():
        if section.title:
            written.append(heading(2, _text(section.title)))
        written += [_field(field, part.prefix) for field in section.fields.values()]
    return written


def _field(field: FieldDefinition, prefix: str) -> str:
    slot = prefix + field.slot_name
    written = _BY_TYPE.get(field.type, _short)(field, slot)
    if field.shown_when is None:
        return written
    # On the blank form everything is asked; in a dossier, what does not apply is left out.
    filled = " or ".join(prefix + each for each in _tested(field))
    return when(f"not reference or {filled}", written)


def _tested(field: FieldDefinition) -> tuple[str, ...]:
    """Slots one of which is filled when the field is answered."""
    if isinstance(field, ChoiceField | ChoicesField):
        return (field.slot_name,)
    return field.slots()[:1]


def _short(field: FieldDefinition, slot: str) -> str:
    return short(_text(field.label), slot)


def _long(field: FieldDefinition, slot: str) -> str:
    return long(_text(field.label), slot)


def _lines(field: FieldDefinition, slot: str) -> str:
    return bullets(_text(field.label), slot)


def _yes_no(field: FieldDefinition, slot: str) -> str:
    return yes_no(_text(field.label), slot)


def _boxes(field: FieldDefinition, slot: str) -> str:
    assert isinstance(field, ChoiceField | ChoicesField)  # noqa: S101  # by `_BY_TYPE`
    choices = {f"{slot}_{key}": _text(label) for key, label in field.options.items()}
    letters = sum(len(each) for each in choices.values())
    if len(choices) <= _BOXES_ON_A_LINE and letters <= _LETTERS_ON_A_LINE:
        return options(_text(field.label), choices)
    return question(_text(field.label)) + box_list(choices)


def _table(field: FieldDefinition, slot: str) -> str:
    assert isinstance(field, TableField)  # noqa: S101  # by `_BY_TYPE`
    columns = _columns(field)
    if len(columns) > _COLUMNS_AT_MOST:
        return question(_text(field.label)) + _blocks(field, slot)
    return question(_text(field.label)) + table(
        _text(field.label), "Une ligne par élément.", columns, _rows(field, slot, columns)
    )


def _columns(field: TableField) -> list[Column]:
    named = [(_text(each.label), key, _alignment(each)) for key, each in field.columns.items()]
    if field.rows:
        named = [(_text(field.rows_label), "row", "left"), *named]
    weights = [1 if alignment == "right" else 2 for _, _, alignment in named]
    unit = _WIDTH // sum(weights)
    return [
        Column(label, name, unit * weight, alignment)
        for (label, name, alignment), weight in zip(named, weights, strict=True)
    ]


def _alignment(column: FieldDefinition) -> str:
    return "right" if isinstance(column, MoneyField | IntegerField | ComputedField) else "left"


def _rows(field: TableField, slot: str, columns: list[Column]) -> list[str]:
    rows = f"{slot}_rows"
    filled = row(*(cell(column, f"{{{{ row.{column.name} }}}}") for column in columns))
    blank = row(*(cell(column, "") for column in columns), height=400)
    return [
        row_tag(f"if {rows}", columns),
        row_tag(f"for row in {rows}", columns),
        filled,
        row_tag("endfor", columns),
        row_tag("else", columns),
        *[blank] * (len(field.rows) or _BLANK_ROWS),
        row_tag("endif", columns),
        *_total(field, slot, columns),
    ]


def _total(field: TableField, slot: str, columns: list[Column]) -> list[str]:
    """The last row, when there is something to add up."""
    totals = set(field.slots())
    cells = [
        f"{{{{ {slot}_total_{column.name} }}}}"
        if f"{field.slot_name}_total_{column.name}" in totals
        else ""
        for column in columns
    ]
    if not any(cells):
        return []
    cells[0] = cells[0] or "Total"
    return [
        row(
            *(
                cell(column, text, "CellHeading")
                for column, text in zip(columns, cells, strict=True)
            )
        )
    ]


def _blocks(field: TableField, slot: str) -> str:
    """One block of answers for each row."""
    answers = "".join(short(column.heading, f"row.{column.name}") for column in _columns(field))
    shown = each("row", f"{slot}_rows", answers, paragraph("Field"))
    blank = "".join(
        paragraph("Field", run(f"{each.heading} :", "Label")) for each in _columns(field)
    )
    return when(f"{slot}_rows", shown, otherwise=blank)


_BY_TYPE: dict[str, Callable[[FieldDefinition, str], str]] = {
    "long_text": _long,
    "lines": _lines,
    "yes_no": _yes_no,
    "choice": _boxes,
    "choices": _boxes,
    "table": _table,
}
