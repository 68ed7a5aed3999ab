"""A length of time, in months or in years as it was said."""

from dataclasses import dataclass
from typing import Any, Final, Literal

from grants.forms.field import FieldDefinition, expect
from grants.rules import DURATION, RuleType
from grants.wording import DurationUnit, duration, read_duration

_LONGEST_MONTHS: Final = 50 * 12
_UNITS: Final[dict[str, DurationUnit]] = {"months": "months", "years": "years"}


@dataclass(frozen=True, slots=True)
class Duration:
    number: int
    unit: DurationUnit

    @property
    def months(self) -> int:
        return self.number * 12 if self.unit == "years" else self.number


class DurationField(FieldDefinition):
    """Values are Durations from one month to fifty years; any other one is Unreadable."""

    type: Literal["duration"]

    def rule_type(self) -> RuleType:
        return DURATION

    def _parse(self, text: str) -> Duration | None:
        found = read_duration(text)
        value = Duration(*found) if found else None
        return value if value and 1 <= value.months <= _LONGEST_MONTHS else None

    def _advice(self, text: str) -> str:
        if read_duration(text):
            return "Une durée va d’un mois à cinquante ans, par exemple « 3 ans »."
        return "Écrivez une durée en mois ou en années, par exemple « 18 mois » ou « 3 ans »."

    def _shown(self, value: Duration) -> str:
        return duration(value.number, value.unit)

    def _to_json(self, value: Duration) -> dict[str, Any]:
        return {"number": value.number, "unit": value.unit}

    def _from_json(self, stored: Any) -> Duration:
        return Duration(expect(int, stored["number"]), _UNITS[stored["unit"]])
