"""Rows of cells, each cell an answer of a simple type."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import cached_property
from typing import Annotated, Any, ClassVar, Final, Literal, TypeGuard

from pydantic import BeforeValidator, Field, field_validator, model_validator

from grants.forms.field import (
    FieldDefinition,
    Key,
    Label,
    Posted,
    SlotValues,
    Unreadable,
    expect,
    with_keys,
)
from grants.forms.types.calculations import calculated, calculated_types, reading_order
from grants.forms.types.choice import ChoiceField
from grants.forms.types.choices import ChoicesField
from grants.forms.types.commune import CommuneField
from grants.forms.types.computed import ComputedField, in_french
from grants.forms.types.date import DateField
from grants.forms.types.duration import DurationField
from grants.forms.types.integer import IntegerField
from grants.forms.types.lines import LinesField
from grants.forms.types.long_text import LongTextField
from grants.forms.types.money import MoneyField
from grants.forms.types.siret import SiretField
from grants.forms.types.text import TextField
from grants.forms.types.yes_no import YesNoField
from grants.rules import Kind, RuleType, choice_of, table_of
from grants.wording import number

SimpleField = (
    TextField
    | LongTextField
    | LinesField
    | IntegerField
    | YesNoField
    | ChoiceField
    | ChoicesField
    | MoneyField
    | DurationField
    | DateField
    | CommuneField
    | SiretField
    | ComputedField
)
Column = Annotated[SimpleField, Field(discriminator="type")]

Row = dict[str, Any]

#: In a row of a table with fixed rows, and in rules: the key of the row.
ROW: Final = "row"


class TableField(FieldDefinition):
    """Values are tuples of rows {column: value}; blank rows are dropped, the order is kept.

    With fixed `rows`, a value holds every row, in that order, each with its key under `row`; it is
    None as long as all the cells are blank. Once one of them is filled, a required column is asked
    in every row.

    The inputs of a cell are those of its column, named `<name>-<i>-<column>`. Cells of computed
    columns have none: they are worked out when a row is read or decoded, and not stored.
    """

    type: Literal["table"]
    columns: Annotated[dict[str, Column], BeforeValidator(with_keys), Field(min_length=1)]
    max_rows: int = Field(default=50, ge=1, le=500)
    #: Fixed rows: key → label.
    rows: dict[Key, Label] = Field(default_factory=dict, max_length=100)
    #: Above the labels of fixed rows.
    rows_label: Label = "Ligne"

    shows_any_text: ClassVar[bool] = False

    @field_validator("columns")
    @classmethod
    def _without_conditions(cls, columns: dict[str, Column]) -> dict[str, Column]:
        for column in columns.values():
            if column.required_when or column.shown_when or column.slot:
                raise ValueError(
                    f"la colonne « {column.key} » ne peut avoir ni condition ni « slot »"
                )
        if all(isinstance(column, ComputedField) for column in columns.values()):
            raise ValueError("il faut au moins une colonne à remplir")
        return columns

    @model_validator(mode="after")
    def _of_distinct_names(self) -> TableField:
        if self.rows and ROW in self.columns:
            raise ValueError(f"« {ROW} » est le nom des lignes fixes : renommer la colonne")
        taken = set(self._general_slots())
        for name in (self._cell_slot(row, key) for row in self.rows for key in self.columns):
            if name in taken:
                raise ValueError(
                    f"l’emplacement Word « {name} » désigne deux choses : changer la clé de la "
                    "ligne ou de la colonne"
                )
            taken.add(name)
        return self

    @property
    def types_of_filled_columns(self) -> dict[str, RuleType]:
        types = {key: choice_of(self.rows) for key in (ROW,) if self.rows}
        return types | {
            key: column.rule_type()
            for key, column in self.columns.items()
            if not isinstance(column, ComputedField)
        }

    @cached_property
    def column_types(self) -> dict[str, RuleType]:
        """What rules know of a row; a computed column at fault is left out."""
        types = self.types_of_filled_columns
        return types | calculated_types(self.columns, types)[0]

    @cached_property
    def computed(self) -> tuple[ComputedField, ...]:
        """The computed columns that are right, each after those that it rests on."""
        columns = (self.columns[key] for key in reading_order(self.columns))
        return tuple(
            column
            for column in columns
            if isinstance(column, ComputedField) and column.key in self.column_types
        )

    def read(self, name: str, form: Posted) -> tuple[Row, ...] | Unreadable | None:
        return self._kept([*self.posted_rows(name, form).values()]) or None

    def inputs(self, name: str, value: Any) -> dict[str, str | list[str]]:
        shown: dict[str, str | list[str]] = {}
        for index, row in enumerate(self.shown_rows(value)):
            for key, column in self.columns.items():
                shown |= column.inputs(f"{name}-{index}-{key}", row.get(key))
        return shown

    def blank_row(self, name: str, index: int) -> dict[str, str | list[str]]:
        """The inputs of one more row."""
        return {
            key: value
            for column in self.columns.values()
            for key, value in column.inputs(f"{name}-{index}-{column.key}", None).items()
        }

    def shown_rows(self, value: Any) -> tuple[Row, ...]:
        """The rows that a page or a document shows: fixed ones are there, even if blank."""
        return _rows(value) or tuple(self._completed({}, key) for key in self.rows)

    def row_label(self, row: Row, index: int) -> str:
        return self.rows[row[ROW]] if self.rows else f"Ligne {index + 1}"

    def posted_rows(self, name: str, form: Posted) -> dict[int, Row]:
        """The rows of a posted page by their number, blank ones included."""
        indices = range(len(self.rows)) if self.rows else _indices(name, form)
        keys: list[str | None] = [*self.rows] or [None] * len(indices)
        return {
            index: self._completed(self._row(f"{name}-{index}", form), key)
            for index, key in zip(indices, keys, strict=True)
        }

    def computed_texts(self, name: str, rows: Mapping[int, Row]) -> dict[str, str]:
        """What the computed cells show, by the name that an input would have."""
        return {
            f"{name}-{index}-{key}": column.display(row.get(key))
            for index, row in rows.items()
            for key, column in self.columns.items()
            if column.source == "rule"
        }

    def problems(self, value: Any) -> list[str]:
        if isinstance(value, Unreadable):
            return [self._advice(value.text)]
        found = [
            f"{self.row_label(row, index)}, « {column.label} » : {fault[0].lower()}{fault[1:]}"
            for index, row, column, fault in self._cell_faults(value)
        ]
        if not self.rows and len(_rows(value)) > self.max_rows:
            found.append(f"{number(self.max_rows)} lignes au plus, {number(len(value))} saisies.")
        return found

    def cell_problems(self, name: str, value: Any) -> dict[str, list[str]]:
        """The problems of each cell, by the name of its input."""
        found: dict[str, list[str]] = {}
        for index, _row, column, fault in self._cell_faults(value):
            found.setdefault(f"{name}-{index}-{column.key}", []).append(fault)
        return found

    def slots(self) -> tuple[str, ...]:
        cells = [self._cell_slot(row, key) for row in self.rows for key in self.columns]
        return (*self._general_slots(), *cells)

    def slot_values(self, value: Any) -> SlotValues:
        rows = [self._texts(row) for row in self.shown_rows(value)]
        totals = {self._total_slot(key): self.total(key, value) for key in self._amounts()}
        cells = {
            self._cell_slot(key, column): texts[column]
            for key, texts in zip(self.rows, rows, strict=bool(self.rows))
            for column in self.columns
        }
        if self.rows:
            labels = self.rows.values()
            rows = [{ROW: label, **texts} for label, texts in zip(labels, rows, strict=True)]
        return {f"{self.slot_name}_rows": rows, **totals, **cells}

    def total(self, column: str, value: Any) -> str:
        """The sum of a column of amounts; empty when there is no row, or for another column."""
        if column not in self._amounts() or not _rows(value):
            return ""
        cells = [self.columns[column].fact(row.get(column)) for row in _rows(value)]
        return in_french(Kind.MONEY, sum(cell for cell in cells if _is_number(cell)), None)

    def rule_type(self) -> RuleType:
        return table_of(self.column_types)

    def _row(self, name: str, form: Posted) -> Row:
        return {key: column.read(f"{name}-{key}", form) for key, column in self.columns.items()}

    def _kept(self, rows: list[Row]) -> tuple[Row, ...]:
        """The rows with something in them; if any has, all the fixed ones."""
        filled = [row for row in rows if self._typed_cells(row)]
        return tuple(rows if self.rows and filled else filled)

    def _completed(self, cells: Row, fixed: str | None = None) -> Row:
        """The row with its key, when it is fixed, and with what its computed columns come to."""
        row = {key: cells.get(key) for key in self.columns}
        facts = {key: column.fact(row[key]) for key, column in self.columns.items()}
        if fixed is not None:
            row = {ROW: fixed, **row}
            facts[ROW] = fixed
        for column in self.computed:
            value = calculated(column, self.column_types[column.key].kind, facts)
            row[column.key] = value
            facts[column.key] = column.fact(value)
        return row

    def _cell_faults(self, value: Any) -> Iterator[tuple[int, Row, SimpleField, str]]:
        for index, row in enumerate(_rows(value)):
            for key, column in self.columns.items():
                cell = row.get(key)
                if cell is None and column.required:
                    yield index, row, column, "À renseigner."
                for fault in column.problems(cell):
                    yield index, row, column, fault

    def _amounts(self) -> list[str]:
        """The columns that are worth a total."""
        types = self.column_types
        return [key for key in self.columns if key in types and types[key].kind is Kind.MONEY]

    def _general_slots(self) -> tuple[str, ...]:
        return (f"{self.slot_name}_rows", *map(self._total_slot, self._amounts()))

    def _total_slot(self, column: str) -> str:
        return f"{self.slot_name}_total_{column}"

    def _cell_slot(self, row: str, column: str) -> str:
        return f"{self.slot_name}_{row}_{column}"

    def _texts(self, row: Row) -> dict[str, str]:
        return {key: column.display(row.get(key)) for key, column in self.columns.items()}

    def _advice(self, text: str) -> str:
        return "Ce tableau n’a pas pu être lu : saisissez une ligne par élément."

    def _shown(self, value: tuple[Row, ...]) -> str:
        return "\n".join(filter(None, map(self._line, value)))

    def _line(self, row: Row) -> str:
        """The filled cells of a row; a fixed row with none of its own is left out."""
        if self.rows and not self._typed_cells(row):
            return ""
        cells = [cell.replace("\n", ", ") for cell in self._texts(row).values() if cell]
        label = f"{self.rows[row[ROW]]} : " if self.rows else ""
        return label + " ; ".join(cells)

    def _typed_cells(self, row: Row) -> dict[str, Any]:
        """The encoded cells that people filled."""
        return {
            key: column.encode(row[key])
            for key, column in self.columns.items()
            if row.get(key) is not None and column.source == "inputs"
        }

    def _to_json(self, value: tuple[Row, ...]) -> list[dict[str, Any]] | None:
        cells = [self._typed_cells(row) for row in value]
        if not self.rows:
            return cells
        if not any(cells):
            return None
        return [{ROW: row[ROW], **typed} for row, typed in zip(value, cells, strict=True)]

    def _from_json(self, stored: Any) -> tuple[Row, ...] | None:
        if not self.rows:
            return tuple(self._completed(self._decoded(row)) for row in expect(list, stored))
        by_key = {row[ROW]: self._decoded(row) for row in expect(list, stored)}
        if not by_key.keys() <= self.rows.keys() or len(by_key) < len(stored):
            raise ValueError
        return self._kept([self._completed(by_key.get(key, {}), key) for key in self.rows]) or None

    def _decoded(self, row: Any) -> Row:
        return {key: column.decode(row.get(key)) for key, column in self.columns.items()}

    def _known(self, value: tuple[Row, ...]) -> tuple[dict[str, object], ...]:
        return tuple(
            {key: row[key] for key in (ROW,) if self.rows}
            | {key: column.fact(row.get(key)) for key, column in self.columns.items()}
            for row in value
        )


def _rows(value: Any) -> tuple[Row, ...]:
    return value if isinstance(value, tuple) else ()


def _is_number(fact: object) -> TypeGuard[int | Fraction]:
    return isinstance(fact, int | Fraction)


def _indices(name: str, form: Posted) -> list[int]:
    """The numbers of the posted rows, in order."""
    beginning = re.compile(rf"{re.escape(name)}-([0-9]{{1,5}})-")
    found = (beginning.match(each) for each in form)
    return sorted({int(match[1]) for match in found if match})
