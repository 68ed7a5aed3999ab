"""An answer of several rows, as a table to be read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from grants.forms import FieldDefinition
from grants.forms.types.table import TableField

#: Types of columns that are read from the right.
NUMERIC = frozenset({"computed", "integer", "money"})


@dataclass(frozen=True, slots=True)
class Table:
    #: (label, read from the right)
    heads: list[tuple[str, bool]]
    rows: list[list[str]]
    #: Under each column; empty texts when nothing is summed.
    totals: list[str]


def table_of(field: FieldDefinition, value: Any) -> Table | None:
    """None when the answer has no rows, or could not be read as such."""
    if not isinstance(field, TableField) or not isinstance(value, tuple) or not value:
        return None
    heads = [(each.label, each.type in NUMERIC) for each in field.columns.values()]
    rows = [[each.display(row.get(key)) for key, each in field.columns.items()] for row in value]
    totals = [field.total(key, value) for key in field.columns]
    if field.rows:
        heads = [(field.rows_label, False), *heads]
        rows = [[field.row_label(row, 0), *cells] for row, cells in zip(value, rows, strict=True)]
        totals = ["", *totals]
    return Table(heads, rows, totals)
