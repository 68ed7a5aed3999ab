"""A day."""

from datetime import date
from typing import Any, Literal

from grants.forms.field import FieldDefinition, expect
from grants.rules import DATE, RuleType
from grants.wording import day, read_day


class DateField(FieldDefinition):
    type: Literal["date"]

    def rule_type(self) -> RuleType:
        return DATE

    def _parse(self, text: str) -> date | None:
        return read_day(text)

    def _advice(self, text: str) -> str:
        return (
            "Écrivez une date qui existe : jour, mois et année à quatre chiffres, "
            "par exemple « 12/03/2014 » ou « 12 mars 2014 »."
        )

    def _typed(self, value: date) -> str:
        return f"{value:%d/%m}/{value.year:04}"

    def _shown(self, value: date) -> str:
        return day(value)

    def _to_json(self, value: date) -> str:
        return value.isoformat()

    def _from_json(self, stored: Any) -> date:
        return date.fromisoformat(expect(str, stored))
