"""Rows of cells, each cell an answer of a simple type."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, field_validator

from grants.forms.field import (
    FieldDefinition,
    Posted,
    SlotValues,
    Unreadable,
    expect,
    with_keys,
)
from grants.forms.types.choice import ChoiceField
from grants.forms.types.choices import ChoicesField
from grants.forms.types.commune import CommuneField
from grants.forms.types.date import DateField
from grants.forms.types.duration import DurationField
from grants.forms.types.integer import IntegerField
from grants.forms.types.lines import LinesField
from grants.forms.types.long_text import LongTextField
from grants.forms.types.money import MoneyField
from grants.forms.types.siret import SiretField
from grants.forms.types.text import TextField
from grants.forms.types.yes_no import YesNoField
from grants.rules import RuleType, table_of
from grants.wording import money, number

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
)
Column = Annotated[SimpleField, Field(discriminator="type")]

Row = dict[str, Any]


class TableField(FieldDefinition):
    """Values are tuples of rows {column: value}; blank rows are dropped, the order is kept.

    The inputs of a cell are those of its column, named `<name>-<i>-<column>`.
    """

    type: Literal["table"]
    columns: Annotated[dict[str, Column], BeforeValidator(with_keys), Field(min_length=1)]
    max_rows: int = Field(default=50, ge=1, le=500)

    @field_validator("columns")
    @classmethod
    def _without_conditions(cls, columns: dict[str, Column]) -> dict[str, Column]:
        for column in columns.values():
            if column.required_when or column.shown_when or column.slot:
                raise ValueError(
                    f"la colonne « {column.key} » ne peut avoir ni condition ni « slot »"
                )
        return columns

    def read(self, name: str, form: Posted) -> tuple[Row, ...] | Unreadable | None:
        rows = (self._row(f"{name}-{index}", form) for index in _indices(name, form))
        return tuple(row for row in rows if any(cell is not None for cell in row.values())) or None

    def inputs(self, name: str, value: Any) -> dict[str, str | list[str]]:
        shown: dict[str, str | list[str]] = {}
        for index, row in enumerate(_rows(value)):
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

    def problems(self, value: Any) -> list[str]:
        if isinstance(value, Unreadable):
            return [self._advice(value.text)]
        found = [
            f"Ligne {index + 1}, « {column.label} » : {fault[0].lower()}{fault[1:]}"
            for index, column, fault in self._cell_faults(value)
        ]
        if len(_rows(value)) > self.max_rows:
            found.append(f"{number(self.max_rows)} lignes au plus, {number(len(value))} saisies.")
        return found

    def cell_problems(self, name: str, value: Any) -> dict[str, list[str]]:
        """The problems of each cell, by the name of its input."""
        found: dict[str, list[str]] = {}
        for index, column, fault in self._cell_faults(value):
            found.setdefault(f"{name}-{index}-{column.key}", []).append(fault)
        return found

    def slots(self) -> tuple[str, ...]:
        totals = (f"{self.slot_name}_total_{column.key}" for column in self._amounts())
        return (f"{self.slot_name}_rows", *totals)

    def slot_values(self, value: Any) -> SlotValues:
        rows = [
            {key: column.display(row.get(key)) for key, column in self.columns.items()}
            for row in _rows(value)
        ]
        totals = {
            f"{self.slot_name}_total_{column.key}": self._total(column, value)
            for column in self._amounts()
        }
        return {f"{self.slot_name}_rows": rows, **totals}

    def rule_type(self) -> RuleType:
        return table_of({key: column.rule_type() for key, column in self.columns.items()})

    def _row(self, name: str, form: Posted) -> Row:
        return {key: column.read(f"{name}-{key}", form) for key, column in self.columns.items()}

    def _cell_faults(self, value: Any) -> Iterator[tuple[int, SimpleField, str]]:
        for index, row in enumerate(_rows(value)):
            for key, column in self.columns.items():
                cell = row.get(key)
                if cell is None and column.required:
                    yield index, column, "À renseigner."
                for fault in column.problems(cell):
                    yield index, column, fault

    def _amounts(self) -> list[SimpleField]:
        return [column for column in self.columns.values() if isinstance(column, MoneyField)]

    def _total(self, column: SimpleField, value: Any) -> str:
        cells = [row.get(column.key) for row in _rows(value)]
        return money(sum(cell for cell in cells if isinstance(cell, int))) if cells else ""

    def _advice(self, text: str) -> str:
        return "Ce tableau n’a pas pu être lu : saisissez une ligne par élément."

    def _shown(self, value: tuple[Row, ...]) -> str:
        return "\n".join(self._line(row) for row in value)

    def _line(self, row: Row) -> str:
        cells = [column.display(row.get(key)) for key, column in self.columns.items()]
        return " ; ".join(cell.replace("\n", ", ") for cell in cells if cell)

    def _to_json(self, value: tuple[Row, ...]) -> list[dict[str, Any]]:
        return [
            {
                key: column.encode(row[key])
                for key, column in self.columns.items()
                if row.get(key) is not None
            }
            for row in value
        ]

    def _from_json(self, stored: Any) -> tuple[Row, ...]:
        return tuple(
            {key: column.decode(row.get(key)) for key, column in self.columns.items()}
            for row in expect(list, stored)
        )

    def _known(self, value: tuple[Row, ...]) -> tuple[dict[str, object], ...]:
        return tuple(
            {key: column.fact(row.get(key)) for key, column in self.columns.items()}
            for row in value
        )


def _rows(value: Any) -> tuple[Row, ...]:
    return value if isinstance(value, tuple) else ()


def _indices(name: str, form: Posted) -> list[int]:
    """The numbers of the posted rows, in order."""
    beginning = re.compile(rf"{re.escape(name)}-([0-9]{{1,5}})-")
    found = (beginning.match(each) for each in form)
    return sorted({int(match[1]) for match in found if match})
