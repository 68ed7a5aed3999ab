"""Places in a form where an answer may be changed, and the values worth trying there."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Final

from grants.forms import Answers, Count, Duration, FieldDefinition, FormDefinition
from grants.forms.answers import facts_of_visible
from grants.forms.types.choice import ChoiceField
from grants.forms.types.choices import ChoicesField
from grants.forms.types.integer import IntegerField
from grants.forms.types.money import LARGEST, MoneyField
from grants.forms.types.table import TableField
from grants.rehearsal.values import Inventor

#: How far a number is moved to see what becomes of a rule: one euro, one unit.
_ONE_EURO: Final = 100

#: What keeps a rule from not holding, part by part, with a value at a place.
Distance = Callable[[Any], Mapping[str, Fraction]]


@dataclass(frozen=True, slots=True)
class Place:
    """A question, or a cell of a table, or the rows of a table, with the present value."""

    key: str
    definition: FieldDefinition
    value: Any
    #: Of a cell.
    row: int | None = None
    column: str = ""


def places_in(form: FormDefinition, answers: Answers, names: Collection[str]) -> Iterator[Place]:
    """The visible places that `names` speak of: fields, and columns as `table.column`."""
    shown = facts_of_visible(form, answers)
    for name in sorted(names):
        key, _, column = name.partition(".")
        definition = form.fields.get(key)
        if definition is None or key not in shown or definition.source != "inputs":
            continue
        value = answers.get(key)
        if isinstance(definition, TableField) and column:
            yield from _cells(definition, value, column)
        else:
            yield Place(key, definition, value)


def _cells(table: TableField, value: Any, column: str) -> Iterator[Place]:
    definition = table.columns.get(column)
    if definition is not None and definition.source == "inputs":
        for index, row in enumerate(value if isinstance(value, tuple) else ()):
            yield Place(table.key, definition, row.get(column), index, column)
    if not table.rows:
        yield Place(table.key, table, value)


def moved(form: FormDefinition, answers: Answers, place: Place, value: Any) -> dict[str, Any]:
    """The answers with another value at that place."""
    changed = dict(answers)
    if place.row is not None:
        rows = [dict(row) for row in answers[place.key]]
        rows[place.row][place.column] = value
        table = form.fields[place.key]
        value = table.decode(table.encode(tuple(rows)))  # what is computed follows
    changed[place.key] = value
    return {key: each for key, each in changed.items() if each is not None}


def proposals(place: Place, far: Distance, inventor: Inventor) -> Iterator[Any]:
    """Other values for the place, none of them faulty.

    :param far: how far a rule is from not holding, with a value there.
    """
    definition, value = place.definition, place.value
    for each in _others(place, far, inventor):
        if each != value and not definition.problems(each):
            yield each


def _others(place: Place, far: Distance, inventor: Inventor) -> Iterator[Any]:
    definition, value = place.definition, place.value
    if isinstance(definition, TableField):
        yield from _other_rows(definition, value, inventor)
        return
    if isinstance(value, bool):
        yield not value
    elif isinstance(definition, ChoiceField):
        yield from definition.options
    elif isinstance(definition, ChoicesField):
        yield from _toggled(definition, value)
    elif _number(value) is not None:
        yield from _nearer(definition, value, far)
        yield inventor.value(definition)
    else:
        yield inventor.value(definition)
    if not definition.required and value is not None:
        yield None


def _other_rows(table: TableField, value: Any, inventor: Inventor) -> Iterator[Any]:
    """Rows added, taken away, all invented anew."""
    fresh = inventor.value(table)
    rows = value if isinstance(value, tuple) else ()
    yield fresh
    if not table.rows and rows:
        if len(rows) < table.max_rows:
            yield (*rows, fresh[0])
        for index in range(len(rows)):
            yield rows[:index] + rows[index + 1 :] or None


def _toggled(definition: ChoicesField, value: Any) -> Iterator[tuple[str, ...] | None]:
    ticked = set(value or ())
    for option in definition.options:
        kept = ticked ^ {option}
        yield tuple(key for key in definition.options if key in kept) or None


def _nearer(definition: FieldDefinition, value: Any, far: Distance) -> Iterator[Any]:
    """Where the distance would be nothing if it went on as it does here: exact for sums."""
    start = _number(value)
    step = _ONE_EURO if isinstance(definition, MoneyField) else 1
    if start is None:
        return
    here = far(value)
    for direction in (step, -step):
        there = far(_with_number(definition, value, start + direction))
        for name, distance in here.items():
            slope = (distance - there.get(name, Fraction(0))) / direction
            if slope * direction > 0:
                yield _with_number(definition, value, round(start + distance / slope))


def _number(value: Any) -> int | None:
    match value:
        case bool():
            return None
        case int():
            return value
        case Count(number=number):
            return number
        case Duration(months=months):
            return months
        case date():
            return value.toordinal()
    return None


def _with_number(definition: FieldDefinition, value: Any, number: int) -> Any:
    """The value with another number, within the bounds of its question."""
    match value:
        case Count():
            assert isinstance(definition, IntegerField)  # noqa: S101  # a Count is its value
            return Count(max(definition.min, min(number, definition.max)), value.approximate)
        case Duration():
            return Duration(max(1, min(number, 600)), "months")
        case date():
            return date.fromordinal(max(1, min(number, date.max.toordinal())))
    return max(0, min(number, LARGEST))
