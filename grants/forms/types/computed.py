"""A number that nobody types: a rule over other answers gives it."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar, Literal

from pydantic import ConfigDict, Field, model_validator

from grants.forms.field import FieldDefinition, Posted
from grants.rules import Kind
from grants.wording import money, number, percent

ShownAs = Literal["percent"] | None


@dataclass(frozen=True, slots=True)
class Computed:
    """What a calculation gave. `value` is exact: cents, not always whole, for an amount."""

    kind: Kind
    value: int | Fraction


def in_french(kind: Kind, value: int | Fraction, shown_as: ShownAs) -> str:
    """A number as people read it: rounded here, and here only."""
    exact = Fraction(value)
    if kind is Kind.MONEY:
        return money(whole_cents(exact))
    if shown_as == "percent":
        return percent(exact)
    return number(exact, 0 if exact.denominator == 1 else 2)


def whole_cents(value: Fraction) -> int:
    """To the nearest whole, halves away from zero, as they are shown."""
    whole = int(abs(value) + Fraction(1, 2))
    return whole if value >= 0 else -whole


class ComputedField(FieldDefinition):
    """Values are Computed. They are never read nor stored: `decode_answers`, or the table for a
    column, works them out of the other answers each time. The type of the rule is known among
    those alone: see `grants.forms.types.calculations`.
    """

    type: Literal["computed"]
    #: A rule worth a number, an amount or a ratio, over the other fields, above or below; for a
    #: column, over the other columns of its row.
    value: str
    #: A ratio may be shown as « 42,6 % ».
    shown_as: ShownAs = Field(default=None, alias="as")

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    source: ClassVar[Literal["inputs", "uploads", "rule"]] = "rule"

    @model_validator(mode="after")
    def _asks_nothing(self) -> "ComputedField":
        if self.required or self.required_when:
            raise ValueError("un calcul ne se remplit pas : ni « required » ni « required_when »")
        return self

    def read(self, name: str, form: Posted) -> None:
        return None

    def inputs(self, name: str, value: Any) -> dict[str, str | list[str]]:
        return {}

    def decode(self, stored: Any) -> None:
        return None

    def problems(self, value: Any) -> list[str]:
        return []

    def _shown(self, value: Computed) -> str:
        return in_french(value.kind, value.value, self.shown_as)

    def _to_json(self, value: Computed) -> str:
        """Tells two values apart."""
        return str(value.value)

    def _known(self, value: Computed) -> int | Fraction:
        return value.value
