"""A presentation built from the forms of a call that gives no Word model of its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil

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

#: Twips between the margins.
_WIDTH = 9638
#: More columns than these do not fit the page: each row is then a block of answers.
_COLUMNS_AT_MOST = 6
#: The line of a question has room for three boxes, beside words of that many letters and after a
#: label of that many, or of more where boxes are fewer.
_BOXES_ON_A_LINE, _LETTERS_OF_A_BOX, _LETTERS_OF_A_LABEL, _LETTERS_MORE = 3, 9, 53, 12
_BLANK_ROWS = 3
_BLANK_BLOCKS = 2
_MORE = "Recopiez ces lignes pour chaque élément de plus."
#: Twips of a letter of a heading, in bold, and of what stands around it in its cell.
_LETTER, _AROUND = 125, 230
#: Twips that a column of that kind takes at least: « 1 300 000 € », « 12 000 », some words.
_LEAST = {"money": 1300, "integer": 800, "computed": 1300}
_LEAST_OF_WORDS = 1300
_SHARE_OF_WORDS = 3


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
    columns = _columns(field)
    if len(columns) > _COLUMNS_AT_MOST:
        return question(_text(field.label)) + _blocks(field, slot)
    return question(_text(field.label)) + table(
        _text(field.label), "Une ligne par élément.", columns, _rows(field, slot, columns)
    )


def _columns(field: TableField) -> list[Column]:
    """Each as wide as its longest word and its figures, what is left shared, to texts the most."""
    kinds = {key: each.type for key, each in field.columns.items()}
    names = {key: _text(each.label) for key, each in field.columns.items()}
    if field.rows:
        kinds, names = {"row": "text", **kinds}, {"row": _text(field.rows_label), **names}
    least = {key: _least(names[key], kind) for key, kind in kinds.items()}
    shares = {key: 1 if kind in _LEAST else _SHARE_OF_WORDS for key, kind in kinds.items()}
    share = max(0, _WIDTH - sum(least.values())) // sum(shares.values())
    return [
        Column(
            names[key],
            key,
            least[key] + share * shares[key],
            "right" if kind in _LEAST else "left",
        )
        for key, kind in kinds.items()
    ]


def _least(heading: str, kind: str) -> int:
    """Twips below which a word of its heading would be cut, or an amount parted from its unit."""
    longest = max(map(len, heading.split()), default=0)
    return max(longest * _LETTER + _AROUND, _LEAST.get(kind, _LEAST_OF_WORDS))


def _rows(field: TableField, slot: str, columns: list[Column]) -> list[str]:
    rows = f"{slot}_rows"
    total = _total(field, slot, columns)
    blanks = len(field.rows) or _BLANK_ROWS
    return [
        row_tag(f"if {rows}", columns),
        row_tag(f"for row in {rows}", columns),
        row(*(cell(column, f"{{{{ row.{column.name} }}}}") for column in columns)),
        row_tag("endfor", columns),
        row_tag("else", columns),
        *(_blank(columns, kept=bool(total) or n < blanks) for n in range(1, blanks + 1)),
        row_tag("endif", columns),
        *total,
    ]


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


def _blocks(field: TableField, slot: str) -> str:
    """One block of answers for each row, on one page where it can."""
    *columns, last = _columns(field)
    answers = [short(each.heading, f"row.{each.name}", kept=True) for each in columns]
    answers.append(short(last.heading, f"row.{last.name}"))
    shown = each("row", f"{slot}_rows", *answers, paragraph("Field"))
    lines = [short_blank(each.heading, kept=True) for each in columns]
    blank = "".join([*lines, short_blank(last.heading), paragraph("Field")])
    more = paragraph("Normal", run(_MORE, "Precision"))
    return when(f"{slot}_rows", shown, otherwise=blank * _BLANK_BLOCKS + more)


_BY_TYPE: dict[str, Callable[[FieldDefinition, str], str]] = {
    "long_text": _long,
    "lines": _lines,
    "yes_no": _yes_no,
    "choice": _boxes,
    "choices": _boxes,
    "table": _table,
}
