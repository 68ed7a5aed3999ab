"""Rows of a table, by the words of its headings and of its fixed rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from rapidfuzz.fuzz import ratio

from grants.documents.reading.likeness import Labels, most_like, plain
from grants.documents.reading.sheet import Cells, Line
from grants.documents.reading.values import is_blank, read_text, text_of, written
from grants.forms import Unreadable
from grants.forms.types.money import MoneyField
from grants.forms.types.table import ROW, TableField
from grants.wording import fold

_PARTED: Final = re.compile(r"\s*[|\t]\s*")
_TOTAL: Final = re.compile(r"(sous-)?total( (general|des .*))?")
_EDGES: Final = " :\t\N{NO-BREAK SPACE}"
_WORD: Final = re.compile(r"[^\W\d_]+")
_NEARLY: Final = 65
#: In a block, the label that is next in turn may be half illegible.
_IN_TURN: Final = 50


def read_table(field: TableField, lines: Sequence[Line]) -> tuple[Any, list[Line]]:
    """The rows, or the text when it holds no table that can be read; and what is left over."""
    tables = [each for each in lines if each.cells]
    others = written([each for each in lines if not each.cells])
    if tables:
        rows, strays = _parted(field, [row for each in tables for row in _rows(field, each.cells)])
        value = _value(field, rows)
        texts = [cell for each in tables for row in each.cells for cell in row]
        return value, [*others, *strays, *_unread(field, value, texts, strays)]
    for read in (_drawn_rows, _blocks):
        if rows := list(read(field, others)):
            value = _value(field, rows)
            return value, _unread(field, value, [each.text for each in others], [])
    return (Unreadable(text_of(others)) if others else None), []


@dataclass(frozen=True, slots=True)
class _Row:
    """What a row answers, and its cells."""

    read: dict[str, Any]
    cells: Sequence[str]
    #: Whether some of them stand under no column.
    beyond: bool


def _parted(field: TableField, rows: Sequence[_Row]) -> tuple[list[dict[str, Any]], list[Line]]:
    """The rows that are answers, and those of which something is not: no row of the form, a fixed
    one once more, cells beyond its columns."""
    taken: list[dict[str, Any]] = []
    strays = []
    for row in rows:
        again = bool(field.rows) and row.read.get(ROW) in [each.get(ROW) for each in taken]
        if row.read and not again:
            taken.append(row.read)
        if row.beyond or again or not row.read:
            strays.append(Line(" ; ".join(each for each in row.cells if each.strip())))
    return taken, written(strays)


def _unread(
    field: TableField, value: Any, texts: Iterable[str], told: Sequence[Line]
) -> list[Line]:
    """The texts that hold words of neither the value nor the form, nor of what is told already.

    A note under a heading, beside a total or a calculation would be lost otherwise.
    """
    known = {"total", *_words(field.display(value)), *_words(field.rows_label)}
    for row in value if isinstance(value, tuple) else ():
        for key, column in field.columns.items():
            known.update(_words(column.display(row.get(key))))
    known |= {word for each in field.columns.values() for word in _words(each.label)}
    known |= {word for label in field.rows.values() for word in _words(label)}
    known |= {word for each in told for word in _words(each.text)}
    return [Line(each) for each in texts if not set(_words(each)) <= known]


def _words(text: str) -> list[str]:
    return _WORD.findall(fold(text))


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
    for number, row in enumerate(body):
        if not _is_total(field, columns, row, last=number == len(body) - 1):
            beyond = any(each.strip() for place, each in enumerate(row) if place not in columns)
            yield _Row(_row(field, columns, row, number), row, beyond)


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


def _row(
    field: TableField, columns: Mapping[int, str], row: Sequence[str], number: int
) -> dict[str, Any]:
    read: dict[str, Any] = {}
    for place, cell in enumerate(row):
        key = columns.get(place)
        if key == ROW and field.rows:
            named = most_like(cell, field.rows)
            read[ROW] = named or (list(field.rows)[number] if number < len(field.rows) else None)
        elif key is not None and field.columns[key].source == "inputs":
            read[key] = read_text(field.columns[key], cell)
    return read if not field.rows or read.get(ROW) else {}


# Tables of a plain text


def _drawn_rows(field: TableField, lines: Sequence[Line]) -> Iterator[dict[str, Any]]:
    """Rows whose cells are parted by bars or tabulations."""
    cells = tuple(tuple(_PARTED.split(each.text.strip("| \t"))) for each in lines)
    if len(cells) > 1 and all(len(row) > 1 for row in cells) and _columns(field, cells[0]):
        yield from (row.read for row in _rows(field, cells))


def _blocks(field: TableField, lines: Sequence[Line]) -> Iterator[dict[str, Any]]:
    """Rows too wide for a page: one answer a line, each after the label of its column."""
    columns = {key: each.label for key, each in field.columns.items()}
    if field.rows:
        columns = {ROW: field.rows_label, **columns}
    keys, labels = list(columns), Labels(enumerate(columns.values()))
    row: dict[str, str] = {}
    for line in lines:
        turn = keys[(keys.index(next(reversed(row))) + 1) % len(keys)] if row else keys[0]
        key, text = _labelled(line.text, keys, labels) or _in_turn(line.text, turn, columns[turn])
        if not key:
            if row:
                row[next(reversed(row))] += "\n" + text
            continue
        if key in row:
            yield _read_block(field, row)
            row = {}
        row[key] = text
    if row:
        yield _read_block(field, row)


def _labelled(text: str, keys: Sequence[str], labels: Labels) -> tuple[str, str] | None:
    """The column that a line answers, and its answer."""
    found = labels.beginning(text)
    if not found:
        return None
    best = max(found, key=lambda each: found[each])
    return keys[best], text[found[best][1] :].strip(_EDGES)


def _in_turn(text: str, key: str, label: str) -> tuple[str, str]:
    """The column that is next in turn, when its label is not wholly unlike; no key otherwise."""
    head, colon, answer = text.partition(":")
    if colon and ratio(plain(head), plain(label)) >= _IN_TURN:
        return key, answer.strip(_EDGES)
    return "", text.strip()


def _read_block(field: TableField, row: Mapping[str, str]) -> dict[str, Any]:
    named = most_like(row.get(ROW, ""), field.rows) if field.rows else None
    read: dict[str, Any] = {ROW: named} if named else {}
    for key, text in row.items():
        column = field.columns.get(key)
        if column is not None and column.source == "inputs" and not is_blank(text):
            read[key] = read_text(column, text)
    return read if named or not field.rows else {}
