"""A presentation built from the forms of a call that gives no Word model of its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil

from grants.documents.columns import (
    BLANK_ROWS,
    COLUMNS_AT_MOST,
    OF_SCORES,
    ONE_MORE,
    PrintedColumn,
    columns_of,
)
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
    short_blank,
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
from grants.forms.types.table import TableField

#: The line of a question has room for three boxes, beside words of that many letters and after a
#: label of that many, or of more where boxes are fewer.
_BOXES_ON_A_LINE, _LETTERS_OF_A_BOX, _LETTERS_OF_A_LABEL, _LETTERS_MORE = 3, 9, 53, 12
_BLANK_BLOCKS = 2


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
    detail = when(rows, table(title, "Une ligne par critère.", _SCORES, _criteria(rows)))
    return when(mean, heading(1, title) + told + detail)


def _criteria(rows: str) -> list[str]:
    return [
        row_tag(f"for row in {rows}", _SCORES),
        _printed(_SCORES),
        row_tag("endfor", _SCORES),
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
    label = _text(field.label)
    return _choices(label, {f"{slot}_yes": "oui", f"{slot}_no": "non"})


def _boxes(field: FieldDefinition, slot: str) -> str:
    assert isinstance(field, ChoiceField | ChoicesField)  # noqa: S101  # by `_BY_TYPE`
    choices = {f"{slot}_{key}": _text(label) for key, label in field.options.items()}
    return _choices(_text(field.label), choices)


def _choices(label: str, choices: dict[str, str]) -> str:
    """Boxes on the line of their question where all of them fit, else one under the other."""
    if len(label) <= _letters_before([*choices.values()]):
        return options(label, choices)
    return question(label) + box_list(choices)


def _letters_before(words: list[str]) -> int:
    """The letters that boxes with those words leave to the label on their line."""
    *before, last = map(len, words)
    free = _BOXES_ON_A_LINE - len(before) - ceil(last / _LETTERS_OF_A_BOX)
    if free < 0 or any(each > _LETTERS_OF_A_BOX for each in before):
        return 0
    return _LETTERS_OF_A_LABEL + free * _LETTERS_MORE


def _table(field: FieldDefinition, slot: str) -> str:
    assert isinstance(field, TableField)  # noqa: S101  # by `_BY_TYPE`
    columns = _columns(columns_of(field))
    if len(columns) > COLUMNS_AT_MOST:
        return question(_text(field.label)) + _blocks(columns, slot)
    return question(_text(field.label)) + table(
        _text(field.label), "Une ligne par élément.", columns, _rows(field, slot, columns)
    )


def _columns(columns: Sequence[PrintedColumn]) -> list[Column]:
    return [
        Column(_text(each.heading), each.key, each.width, "right" if each.figures else "left")
        for each in columns
    ]


_SCORES = _columns(OF_SCORES)


def _rows(field: TableField, slot: str, columns: list[Column]) -> list[str]:
    rows = f"{slot}_rows"
    total = _total(field, slot, columns)
    blanks = len(field.rows) or BLANK_ROWS
    return [
        row_tag(f"if {rows}", columns),
        *_filled(rows, columns, kept=bool(total)),
        row_tag("else", columns),
        *(_blank(columns, kept=bool(total) or n < blanks) for n in range(1, blanks + 1)),
        row_tag("endif", columns),
        *total,
    ]


def _filled(rows: str, columns: list[Column], *, kept: bool) -> list[str]:
    """A row for each; the last one `kept` on the page of what follows."""
    loop, end = row_tag(f"for row in {rows}", columns), row_tag("endfor", columns)
    if not kept:
        return [loop, _printed(columns), end]
    last, other, done = (row_tag(each, columns) for each in ("if loop.last", "else", "endif"))
    return [loop, last, _printed(columns, kept=True), other, _printed(columns), done, end]


def _printed(columns: list[Column], *, kept: bool = False) -> str:
    return row(*(cell(each, f"{{{{ row.{each.name} }}}}", kept=kept) for each in columns))


def _blank(columns: list[Column], *, kept: bool) -> str:
    return row(*(cell(column, "", kept=kept) for column in columns), height=400)


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


def _blocks(all_columns: list[Column], slot: str) -> str:
    """One block of answers for each row, on one page where it can."""
    *columns, last = all_columns
    answers = [short(each.heading, f"row.{each.name}", kept=True) for each in columns]
    answers.append(short(last.heading, f"row.{last.name}"))
    shown = each("row", f"{slot}_rows", *answers, paragraph("Field"))
    lines = [short_blank(each.heading, kept=True) for each in columns]
    blank = "".join([*lines, short_blank(last.heading), paragraph("Field")])
    more = paragraph("Normal", run(ONE_MORE, "Precision"))
    return when(f"{slot}_rows", shown, otherwise=blank * _BLANK_BLOCKS + more)


_BY_TYPE: dict[str, Callable[[FieldDefinition, str], str]] = {
    "long_text": _long,
    "lines": _lines,
    "yes_no": _yes_no,
    "choice": _boxes,
    "choices": _boxes,
    "table": _table,
}
