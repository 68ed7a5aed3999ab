"""Computed fields among the others: what each rests on, in which order, of which type."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from graphlib import CycleError, TopologicalSorter
from typing import Final

from grants.forms.field import FieldDefinition
from grants.forms.types.computed import Computed, ComputedField
from grants.rules import (
    Kind,
    RuleError,
    RuleType,
    evaluate,
    parse,
    refuse_division_by_zero,
    type_of,
)

#: What a figure, or a calculation, may be worth.
NUMBERS: Final = frozenset({Kind.NUMBER, Kind.MONEY, Kind.RATIO})

Fields = Mapping[str, FieldDefinition]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with the computed field `key`, in its `part`: `value` or `as`."""

    key: str
    part: str
    message: str


def reading_order(fields: Fields) -> tuple[str, ...]:
    """Keys such that each comes after those that it rests on; those that go round are left out."""
    rests_on = _rests_on(fields)
    for circle in _circles(rests_on):
        for key in circle:
            rests_on.pop(key, None)
    return tuple(key for key in TopologicalSorter(rests_on).static_order() if key in rests_on)


def calculated(field: ComputedField, kind: Kind, facts: Mapping[str, object]) -> Computed | None:
    """What the rule gives on those facts; None when it is unknown."""
    value = evaluate(parse(field.value), facts)
    return Computed(kind, value) if isinstance(value, int | Fraction) else None


def calculated_types(
    fields: Fields,
    types: Mapping[str, RuleType],
    wrong: Collection[str] = (),
    foreign: Mapping[str, str] | None = None,
) -> tuple[dict[str, RuleType], list[Fault]]:
    """The types of the computed fields that are right, given those of the others; the faults.

    What speaks of a field that is `wrong` already has no type, and no fault of its own.
    `foreign`: names that a calculation may not speak of, each with the reason.
    """
    return _Calculations(fields, dict(types), set(wrong), foreign or {}).result()


@dataclass(slots=True)
class _Calculations:
    fields: Fields
    types: dict[str, RuleType]
    wrong: set[str]
    foreign: Mapping[str, str]

    def result(self) -> tuple[dict[str, RuleType], list[Fault]]:
        faults: list[Fault] = []
        for circle in _circles(_rests_on(self.fields)):
            self.wrong.update(circle)
            faults += self._circle_faults(circle)
        found: dict[str, RuleType] = {}
        for key in reading_order(self.fields):
            field = self.fields[key]
            if isinstance(field, ComputedField):
                own = None if _names(field.value) & self.wrong else self._type(field, faults)
                if own is None:
                    self.wrong.add(key)
                else:
                    found[key] = self.types[key] = own
        return found, faults

    def _circle_faults(self, circle: list[str]) -> Iterator[Fault]:
        """One, at the first computed field of the circle."""
        for key, field in self.fields.items():
            if key in circle and isinstance(field, ComputedField):
                at = circle.index(key)
                way = " → ".join([*circle[at:], *circle[:at], key])
                yield Fault(key, "value", f"ce calcul tourne en rond : {way}")
                return

    def _type(self, field: ComputedField, faults: list[Fault]) -> RuleType | None:
        """The type of a rule; None after its fault."""
        try:
            found = self._sound(field.value)
        except RuleError as fault:
            faults.append(Fault(field.key, "value", str(fault)))
            return None
        if field.shown_as == "percent" and found.kind is Kind.MONEY:
            faults.append(Fault(field.key, "as", "un montant ne s’affiche pas en pourcentage"))
        return found

    def _sound(self, source: str) -> RuleType:
        """:raises RuleError: with what is wrong with the rule."""
        expression = parse(source)
        for name in sorted(expression.names - self.types.keys()):
            if name in self.foreign:
                raise RuleError(f"« {name} » : {self.foreign[name]}")
        found = type_of(expression, self.types)
        refuse_division_by_zero(expression)
        if found.kind not in NUMBERS:
            raise RuleError("un calcul donne un nombre, un montant ou une part")
        return found


def _rests_on(fields: Fields) -> dict[str, set[str]]:
    """For each field, those that its value or its place on the page depend on."""
    rests_on: dict[str, set[str]] = {}
    for key, field in fields.items():
        # A condition that reads fields placed after is a fault of its own.
        names = _names(field.shown_when) & rests_on.keys()
        if isinstance(field, ComputedField):
            names |= _names(field.value) & fields.keys()
        rests_on[key] = names
    return rests_on


def _names(rule: str | None) -> set[str]:
    """None for a rule that cannot be read: it is told where it is typed."""
    try:
        return set(parse(rule).names) if rule is not None else set()
    except RuleError:
        return set()


def _circles(rests_on: Mapping[str, set[str]]) -> Iterator[list[str]]:
    """Each circle, every field of which rests on the next one."""
    graph = dict(rests_on)
    while True:
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as error:
            circle = error.args[1][:0:-1]
            yield circle
            graph = {key: names - set(circle) for key, names in graph.items() if key not in circle}
        else:
            return
