"""Figures of several dossiers beside one another: as text, summed, with their median."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from statistics import median

from grants.calls.definition import CallDefinition
from grants.rules import Kind
from grants.web.acts.amounts import is_quotient
from grants.wording import money, number, percent


@dataclass(frozen=True, slots=True)
class Column:
    """A list figure of a call."""

    key: str
    label: str
    is_money: bool
    is_share: bool
    #: A quotient has a median and no total.
    summed: bool

    def text(self, value: Fraction | None) -> str:
        if value is None:
            return "—"
        if self.is_money:
            return money(int(value + Fraction(1, 2)))
        if self.is_share:
            return percent(value)
        return number(value, 0 if value.denominator == 1 else 1)

    def total(self, values: Sequence[Fraction | None]) -> str:
        known = [each for each in values if each is not None]
        return self.text(sum(known, Fraction(0))) if self.summed and known else ""

    def median(self, values: Sequence[Fraction | None]) -> Fraction | None:
        known = [each for each in values if each is not None]
        return Fraction(median(known)) if known else None


def columns_of(call: CallDefinition) -> list[Column]:
    form = call.form
    return [
        Column(
            key=key,
            label=form.figures[key].label,
            is_money=form.rule_types[key].kind is Kind.MONEY,
            is_share=form.figures[key].shown_as == "percent",
            summed=not is_quotient(form, key),
        )
        for key in call.list_figures
    ]


def exact(stored: str | None) -> Fraction | None:
    """A figure as a version keeps it."""
    return None if stored is None else Fraction(stored)


def beside_median(value: Fraction | None, middle: Fraction | None) -> str:
    """« 12 % au-dessus de la médiane »; empty when it cannot be said."""
    if value is None or not middle:
        return ""
    gap = value / middle - 1
    if abs(gap) < Fraction(1, 200):
        return "à la médiane"
    return f"{percent(abs(gap))} {'au-dessus' if gap > 0 else 'au-dessous'} de la médiane"
