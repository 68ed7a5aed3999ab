"""Rows of a table, by the words of its headings and of its fixed rows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import Any, Final

from rapidfuzz.fuzz import ratio

from grants.documents.reading.likeness import Labels, most_like, plain, strangers
from grants.documents.reading.sheet import Cells, Line
from grants.documents.reading.values import (
    is_blank,
    is_figure,
    read_text,
    same_figure,
    text_of,
    written,
)
from grants.forms import Unreadable
from grants.forms.types.money import MoneyField
from grants.forms.types.table import ROW, TableField
from grants.wording import fold

_PARTED: Final = re.compile(r"\s*[|\t]\s*")
_TOTAL: Final = re.compile(r"(sous-)?total( (general|des .*))?")
_EDGES: Final = " :\t\N{NO-BREAK SPACE}"
_WORDS: Final = re.compile(r"[^\W_]+")
#: An empty answer, as a PDF prints it.
_EMPTY: Final = "non renseigne"
_NEARLY: Final = 65
#: In a block, the label that is next in turn may be half illegible.
_IN_TURN: Final = 50


def read_table(field: TableField, lines: Sequence[Line]) -> tuple[Any, list[Line]]:
    """The rows, or the text when it holds no table that can be read; and what is left over."""
    tables = [each for each in lines if each.cells]
    others = written([each for each in lines if not each.cells])
    if tables:
        value, left = _read(field, [row for each in tables for row in _rows(field, each.cells)])
        return value, [*others, *left]
    if all(_is_printed(field, each.text) for each in others):
        return None, []
    for way in (_drawn_rows, _blocks):
        if rows := list(way(field, others)):
            return _read(field, rows)
    return Unreadable(text_of(others)), []


def _is_printed(field: TableField, text: str) -> bool:
    """Whether a line of a table says its headings, those of its rows, and nothing else: no number
    by itself, no word more often than they do."""
    rows = [fold(each) for each in field.rows.values()]
    labels = ["total", fold(field.rows_label), *rows]
    labels += [fold(each.label) for each in field.columns.values()]
    said = fold(text).replace(_EMPTY, " ")
    more = Counter(_WORDS.findall(said)) - Counter(_WORDS.findall(" ".join(labels)))
    return not more and (said.strip() in rows or not said.strip().isdecimal())


@dataclass(frozen=True, slots=True)
class _Row:
    """What a row answers, and its cells."""

    read: dict[str, Any]
    cells: Sequence[str]
    #: The cells that give no value: headings, labels, what was typed over a sum.
    words: Sequence[str]
    #: Of each column that is worked out, the figure there; also of the last row, that of sums.
    figures: Mapping[str, str] = dataclass_field(default_factory=dict)
    #: Whether it is no row of the form, or has cells under none of its columns.
    foreign: bool = False


def _read(field: TableField, rows: Sequence[_Row]) -> tuple[Any, list[Line]]:
    """The value of the rows that are answers; and what is none: rows that are not of the form, a
    fixed one written once more, notes beside headings and sums."""
    labels = ["Total", field.rows_label, *field.rows.values()]
    labels += [each.label for each in field.columns.values()]
    taken: list[dict[str, Any]] = []
    left = []
    for row in rows:
        again = bool(field.rows) and row.read.get(ROW) in [each.get(ROW) for each in taken]
        if row.read and not again:
            taken.append(row.read)
        if row.foreign or again:
            text = " ; ".join(each for each in row.cells if each.strip())
            left += [] if _is_printed(field, text) else [Line(text)]
        else:
            left += [Line(each) for each in row.words if strangers(each, labels)]
    value = _value(field, taken)
    left += [each for row in rows if not row.foreign for each in _other_figures(field, value, row)]
    return value, written(left)


def _other_figures(field: TableField, value: Any, row: _Row) -> Iterator[Line]:
    """The figures of a row that are not those that its answers, or the rows above, come to."""
    alone = _value(field, [row.read]) if row.read else None
    for key, figure in row.figures.items():
        column = field.columns.get(key)
        if not row.read:
            label, ours = "Total", field.total(key, value)
        else:
            label = column.label if column else ""
            ours = _worked_out(field, key, alone, row.read.get(ROW))
        if not is_blank(figure) and not same_figure(figure, ours):
            yield Line(f"{label} : {figure.strip()}")


def _worked_out(field: TableField, key: str, rows: Any, fixed: Any) -> str:
    """What a column comes to in the only row that is filled."""
    found = [each for each in rows or () if not field.rows or each.get(ROW) == fixed]
    return field.columns[key].display(found[0].get(key)) if found else ""


def _value(field: TableField, rows: Sequence[Mapping[str, Any]]) -> Any:
    """The value of rows, through their JSON: what is computed is worked out anew."""
    filled = [each for each in rows if any(cell is not None for cell in each.values())]
    stored = [
        {
            key: cell if key == ROW and field.rows else field.columns[key].encode(cell)
            for key, cell in row.items()
            if cell is not None
        }
        for row in filled
    ]
    if field.rows:
        stored = [row for row in stored if row.keys() - {ROW}]
    return field.decode(stored) if stored else None


def _rows(field: TableField, cells: Cells) -> Iterator[_Row]:
    if not cells:
        return
    headed = _columns(field, cells[0])
    columns, body = (headed, cells[1:]) if headed else (_in_order(field, cells[0]), cells)
    if headed:
        yield _Row({}, cells[0], cells[0])
    for number, row in enumerate(body):
        if _is_total(field, columns, row, last=number == len(body) - 1):
            figures = {
                columns.get(n, str(n)): each for n, each in enumerate(row) if is_figure(each)
            }
            yield _Row({}, row, [each for each in row if not is_figure(each)], figures)
        else:
            yield _row(field, columns, row, number)


def _columns(field: TableField, heading: Sequence[str]) -> dict[int, str]:
    """Column of each cell by the headings; empty when the first row is no heading."""
    labels = {key: each.label for key, each in field.columns.items()}
    if field.rows:
        labels[ROW] = field.rows_label
    found: dict[int, str] = {}
    for number, cell in enumerate(heading):
        key = most_like(
            cell, {key: each for key, each in labels.items() if key not in found.values()}
        )
        if key is not None:
            found[number] = key
    if 2 * len(found) < len(labels):
        return {}
    if len(heading) == len(labels):
        # A heading whose words are gone keeps its place.
        order = [ROW, *field.columns] if field.rows else [*field.columns]
        found |= {
            number: key
            for number, key in enumerate(order)
            if number not in found and key not in found.values()
        }
    return found


def _in_order(field: TableField, row: Sequence[str]) -> dict[int, str]:
    order = [ROW, *field.columns] if field.rows else [*field.columns]
    return dict(enumerate(order)) if len(row) == len(order) else {}


def _is_total(
    field: TableField, columns: Mapping[int, str], row: Sequence[str], *, last: bool
) -> bool:
    """A row of sums: called so, or nearly, with nothing in the cells that take words."""
    words = [each for each in row if each.strip()]
    if not words or _TOTAL.fullmatch(plain(words[0])):
        return True
    said = {columns.get(number) for number, cell in enumerate(row[1:], 1) if cell.strip()}
    amounts = all(isinstance(field.columns.get(key or ""), MoneyField) for key in said)
    return last and amounts and ratio(plain(words[0]), "total") >= _NEARLY


def _row(field: TableField, columns: Mapping[int, str], row: Sequence[str], number: int) -> _Row:
    read: dict[str, Any] = {}
    words, foreign = [], False
    figures = {}
    for place, cell in enumerate(row):
        key = columns.get(place)
        if key is None:
            foreign = foreign or not is_blank(cell)
        elif key == ROW and field.rows:
            named = most_like(cell, field.rows)
            read[ROW] = named or (list(field.rows)[number] if number < len(field.rows) else None)
            words.append(cell)
        elif field.columns[key].source == "inputs":
            read[key] = read_text(field.columns[key], cell)
        elif is_figure(cell):
            figures[key] = cell
        else:
            words.append(cell)
    if field.rows and not read.get(ROW):
        return _Row({}, row, words, foreign=True)
    return _Row(read, row, words, figures, foreign)


# Tables of a plain text


def _drawn_rows(field: TableField, lines: Sequence[Line]) -> Iterator[_Row]:
    """Rows whose cells are parted by bars or tabulations."""
    cells = tuple(tuple(_PARTED.split(each.text.strip("| \t"))) for each in lines)
    if len(cells) > 1 and all(len(row) > 1 for row in cells) and _columns(field, cells[0]):
        yield from _rows(field, cells)


@dataclass(slots=True)
class _Block:
    """A row too wide for a page: one answer a line, each after the label of its column."""

    lines: list[str] = dataclass_field(default_factory=list)
    #: Of each column, as it is labelled and answered there.
    heads: list[str] = dataclass_field(default_factory=list)
    texts: dict[str, str] = dataclass_field(default_factory=dict)

    @property
    def last(self) -> str:
        return next(reversed(self.texts))


def _blocks(field: TableField, lines: Sequence[Line]) -> list[_Row]:
    """The rows of a text in which some column at least is named."""
    columns = {key: each.label for key, each in field.columns.items()}
    if field.rows:
        columns = {ROW: field.rows_label, **columns}
    keys, labels = list(columns), Labels(enumerate(columns.values()))
    blocks = [_Block()]
    for text in (each.text for each in lines):
        block = blocks[-1]
        turn = keys[(keys.index(block.last) + 1) % len(keys)] if block.texts else keys[0]
        key, head, answer = _labelled(text, keys, labels) or _in_turn(text, turn, columns[turn])
        if key and block.texts and keys.index(key) <= keys.index(block.last):
            block = _Block()
            blocks.append(block)
        block.lines.append(text)
        if key:
            block.heads.append(head)
            block.texts[key] = answer
        elif block.texts:
            block.texts[block.last] += "\n" + answer
        else:
            block.heads.append(text)
    return [_read_block(field, each) for each in blocks] if blocks[0].texts else []


def _labelled(text: str, keys: Sequence[str], labels: Labels) -> tuple[str, str, str] | None:
    """The column that a line answers, its words for it, and its answer."""
    found = labels.beginning(text)
    if not found:
        return None
    best = max(found, key=lambda each: found[each])
    end = found[best][1]
    return keys[best], text[:end], text[end:].strip(_EDGES)


def _in_turn(text: str, key: str, label: str) -> tuple[str, str, str]:
    """The column that is next in turn, when its label is not wholly unlike; no key otherwise."""
    head, colon, answer = text.partition(":")
    if colon and ratio(plain(head), plain(label)) >= _IN_TURN:
        return key, head, answer.strip(_EDGES)
    return "", "", text.strip()


def _read_block(field: TableField, block: _Block) -> _Row:
    read: dict[str, Any] = {}
    words, figures = list(block.heads), {}
    for key, text in block.texts.items():
        column = field.columns.get(key)
        if column is None:
            words.append(text)
        elif column.source == "inputs":
            read |= {key: read_text(column, text)} if not is_blank(text) else {}
        elif is_figure(text):
            figures[key] = text
        else:
            words.append(text)
    if not field.rows:
        return _Row(read, block.lines, words, figures)
    named = most_like(block.texts.get(ROW, ""), field.rows)
    if named is None:
        return _Row({}, block.lines, words, foreign=bool(read))
    return _Row({ROW: named, **read}, block.lines, words, figures)
