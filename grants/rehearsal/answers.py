"""Invented answers to a whole form, mended until nothing blocks."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from math import log1p
from typing import Any, Final

from grants.forms import (
    Answers,
    Check,
    FieldDefinition,
    FormDefinition,
    Gap,
    findings,
    gaps,
    missing,
    visible,
)
from grants.forms.answers import facts_of_visible
from grants.forms.types.table import TableField
from grants.rehearsal.distance import distance, parts
from grants.rehearsal.moves import Distance, Place, moved, places_in, proposals
from grants.rehearsal.values import Inventor
from grants.rules import FUNCTIONS, LITERALS, evaluate, parse

#: How often the search begins again, and how many moves it makes each time.
_BEGINNINGS: Final = 6
_MOVES: Final = 250
#: Places in the form that one move looks at.
_LOOKED_AT: Final = 14
#: How often a question that may be left unanswered is answered.
_ANSWERED: Final = 0.6

Objections = Callable[[Answers], Iterable[Gap]]


class NoAnswers(Exception):
    """No answers were found that nothing blocks; `reasons` are what blocked the last ones."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


def no_objection(_answers: Answers) -> Iterable[Gap]:
    return ()


def invent(
    form: FormDefinition,
    inventor: Inventor,
    *,
    given: Answers | None = None,
    objections: Objections = no_objection,
) -> dict[str, Any]:
    """Typed answers to every visible question that asks for one and to some of the others, without
    a gap and without a blocking check, justifications included. Same chance, same answers.

    :param given: answers to begin from.
    :param objections: what else stands in the way of some answers.
    :raises NoAnswers: when chance and search found none.
    """
    search = _Search(form, inventor, objections, dict(given or {}))
    for _ in range(_BEGINNINGS):
        search.begin()
        for _ in range(_MOVES):
            if not search.mended_something():
                return search.answers
    raise NoAnswers(search.faults() or ["La recherche n’a pas abouti."])


@dataclass(slots=True)
class _Search:
    """Mends one fault after the other; checks that go on firing weigh more and more."""

    form: FormDefinition
    inventor: Inventor
    objections: Objections
    given: dict[str, Any]
    answers: dict[str, Any] = field(default_factory=dict)
    decided: set[str] = field(default_factory=set)
    weights: Counter[str] = field(default_factory=Counter)

    def begin(self) -> None:
        self.answers = {
            key: each for key, each in self.given.items() if key not in self.form.computed
        }
        self.decided = set(self.answers)
        self.weights = Counter()

    def faults(self) -> list[str]:
        return [each.message for each in self._gaps()] + [
            each.message for each in findings(self.form, self.answers) if each.level == "blocking"
        ]

    def mended_something(self) -> bool:
        """Whether there was something to mend; it may take several times."""
        if self._answer_what_shows():
            return True
        if faulty := self._gaps():
            self._answer_anew(self.inventor.chance.choice(faulty).field)
            return True
        return self._mend_checks()

    def _answer_what_shows(self) -> bool:
        """Decide upon each question that shows for the first time."""
        fresh = [each for each in visible(self.form, self.answers) if each.key not in self.decided]
        for each in fresh:
            self.decided.add(each.key)
            if each.required or self.inventor.chance.random() < _ANSWERED:
                self._set(each)
        return bool(fresh)

    def _set(self, definition: FieldDefinition) -> None:
        value = self.inventor.value(definition)
        if value is not None:
            self.answers[definition.key] = value

    def _gaps(self) -> list[Gap]:
        return [*gaps(self.form, self.answers), *self.objections(self.answers)]

    def _answer_anew(self, key: str) -> None:
        self._set(self.form.answerable(key))

    def _mend_checks(self) -> bool:
        found = findings(self.form, self.answers)
        for each in found:
            asked = each.justification
            if asked is not None and missing(asked, self.answers.get(asked.key)):
                self._set(asked)
                return True
        firing = [each.check for each in found if each.level == "blocking"]
        if firing:
            self._move_for(self.form.checks[self.inventor.chance.choice(firing)])
        return bool(firing)

    def _move_for(self, check: Check) -> None:
        """The best of some moves; when none is better, what fires weighs more from now on."""
        now = self._weight(self.answers)
        trials = list(self._trials(check))
        best = min(trials, key=lambda each: each[0], default=None)
        if best is not None and best[0] < now:
            self.answers = best[1]
            return
        self.weights.update(key for key, far in self._distances(self.answers).items() if far)
        if trials and self.inventor.chance.random() < 0.2:
            self.answers = self.inventor.chance.choice(trials)[1]

    def _trials(self, check: Check) -> Iterator[tuple[float, dict[str, Any]]]:
        spoken_of = names_behind(self.form, check.when)
        all_places = list(places_in(self.form, self.answers, spoken_of))
        chance = self.inventor.chance
        for place in chance.sample(all_places, min(_LOOKED_AT, len(all_places))):
            for value in proposals(place, self._far_with(check, place), self.inventor):
                answers = moved(self.form, self.answers, place, value)
                yield self._weight(answers), answers

    def _far_with(self, check: Check, place: Place) -> Distance:
        return lambda value: parts(
            check.when, facts_behind(self.form, moved(self.form, self.answers, place, value))
        )

    def _distances(self, answers: Answers) -> dict[str, Any]:
        facts = facts_behind(self.form, answers)
        return {
            key: distance(check.when, facts)
            for key, check in self.form.checks.items()
            if check.level == "blocking"
        }

    def _weight(self, answers: Answers) -> float:
        checks = sum(
            (1 + self.weights[key]) * (1 + log1p(float(far)) / 50)
            for key, far in self._distances(answers).items()
            if far
        )
        # An answer taken away leaves a rule unknown: that mends nothing.
        return checks + (1 + max(self.weights.values(), default=0)) * len(self.form.checks) * len(
            gaps(self.form, answers)
        )


def facts_behind(form: FormDefinition, answers: Answers) -> Mapping[str, object]:
    """What the checks of a form know: visible answers, then figures."""
    facts = facts_of_visible(form, answers)
    for figure in form.figures.values():
        facts[figure.key] = evaluate(parse(figure.value), facts)
    return facts


def names_behind(form: FormDefinition, rule: str) -> frozenset[str]:
    """The fields, and the columns as `table.column`, that a rule rests on, through figures and
    calculations; a table spoken of as a whole is there by its name."""
    found: set[str] = set()
    waiting = [rule]
    read = set()
    while waiting:
        source = waiting.pop()
        if source in read:
            continue
        read.add(source)
        for name in _names_in(source):
            if name in form.figures:
                waiting.append(form.figures[name].value)
            elif name in form.computed:
                waiting.append(form.computed[name].value)
            else:
                found |= set(_with_computed_columns(form, name))
    return frozenset(found)


def _with_computed_columns(form: FormDefinition, name: str) -> Iterator[str]:
    """A computed column stands for all the columns of its table."""
    table, _, column = name.partition(".")
    definition = form.fields.get(table)
    if column and isinstance(definition, TableField):
        computed = {each.key for each in definition.computed}
        if column in computed:
            yield from (f"{table}.{key}" for key in definition.columns if key not in computed)
            return
    yield name


def _names_in(rule: str) -> Iterator[str]:
    """`table.column` for a cell, and the table itself when its rows are counted."""
    tree = parse(rule).node
    cells = {id(each.value): each for each in ast.walk(tree) if isinstance(each, ast.Attribute)}
    for each in ast.walk(tree):
        if isinstance(each, ast.Name) and each.id not in FUNCTIONS and each.id not in LITERALS:
            cell = cells.get(id(each))
            yield f"{each.id}.{cell.attr}" if cell is not None else each.id
