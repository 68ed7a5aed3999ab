"""How the columns of a table share the page, in Word as in PDF."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from grants.forms.types.table import ROW, TableField

#: Twips between the margins.
PAGE_WIDTH: Final = 9638
#: More columns than these do not fit it: each row is then a block of answers.
COLUMNS_AT_MOST: Final = 6
#: Rows to write in, where nothing is known yet.
BLANK_ROWS: Final = 3

#: How to add a block of answers to those that are printed blank.
ONE_MORE: Final = "Recopiez ces lignes pour chaque élément de plus."

#: Twips of a letter of a heading, in bold, and of what stands around it in its cell.
_LETTER, _AROUND = 125, 230
#: Twips that figures of that type take at least: « 1 300 000 € », « 12 000 »; then words.
_LEAST: Final = {"money": 1300, "integer": 800, "computed": 1300}
_LEAST_OF_WORDS: Final = 1300
#: Parts of what is left that a column of words takes; one of figures takes one.
_SHARE_OF_WORDS: Final = 3


@dataclass(frozen=True, slots=True)
class PrintedColumn:
    """`width` in twips; `figures` are read from their right edge."""

    key: str
    heading: str
    figures: bool
    width: int


def columns_of(table: TableField) -> tuple[PrintedColumn, ...]:
    """Those of a table; rows that are given have theirs first."""
    columns = [(key, each.label, each.type) for key, each in table.columns.items()]
    rows = [(ROW, table.rows_label, "text")] if table.rows else []
    return sharing_the_page([*rows, *columns])


def sharing_the_page(columns: Sequence[tuple[str, str, str]]) -> tuple[PrintedColumn, ...]:
    """Columns of that key, heading and type of field: no word of a heading is cut, no amount parted
    from its unit, and what is left goes to words most."""
    least = [_least(heading, kind) for _, heading, kind in columns]
    parts = [1 if kind in _LEAST else _SHARE_OF_WORDS for _, _, kind in columns]
    part = max(0, PAGE_WIDTH - sum(least)) // sum(parts)
    return tuple(
        PrintedColumn(key, heading, kind in _LEAST, width + part * count)
        for (key, heading, kind), width, count in zip(columns, least, parts, strict=True)
    )


def _least(heading: str, kind: str) -> int:
    longest = max(map(len, heading.split()), default=0)
    return max(longest * _LETTER + _AROUND, _LEAST.get(kind, _LEAST_OF_WORDS))


#: What the sheets of a grid say together, criterion by criterion.
OF_SCORES: Final = sharing_the_page(
    [
        ("criterion", "Critère", "long_text"),
        ("weight", "Coefficient", "integer"),
        ("mean", "Moyenne", "integer"),
    ]
)
