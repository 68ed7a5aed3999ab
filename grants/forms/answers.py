"""What the answers of a form amount to: which fields show, what is missing, what to notice."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from grants.forms.definition import Check, Figure, FormDefinition
from grants.forms.field import FieldDefinition
from grants.forms.types.computed import Computed, ComputedField, in_french, whole_cents
from grants.rules import Kind, RuleType, evaluate, holds, parse
from grants.wording import fill

#: {field key: typed value}; what is not answered is absent, or None.
Answers = Mapping[str, Any]

NOT_KNOWN = "—"


@dataclass(frozen=True, slots=True)
class Gap:
    """What keeps a field from being submitted; a sentence that says what to do."""

    section: str
    field: str
    message: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A check that fires."""

    check: str
    level: str
    message: str
    fields: tuple[str, ...]
    #: Where to answer, for a check of level `justify`.
    justification: FieldDefinition | None = None


@dataclass(frozen=True, slots=True)
class FigureValue:
    label: str
    #: Cents for an amount; None when unknown.
    value: int | Fraction | None
    #: The value in French, « — » when unknown.
    text: str


def decode_answers(form: FormDefinition, stored: Mapping[str, Any]) -> dict[str, Any]:
    """Typed answers of stored JSON, in the form's order; keys that the form lacks are left out."""
    known = {**form.fields, **form.justifications}
    decoded = {key: field.decode(stored[key]) for key, field in known.items() if key in stored}
    return completed(form, {key: each for key, each in decoded.items() if each is not None})


def completed(form: FormDefinition, answers: Answers) -> dict[str, Any]:
    """The answers with those that rules give, in the form's order; a hidden one is absent.

    Pages, documents, checks and versions agree because all of them read answers that went through
    here: nothing computed is stored.
    """
    given = {key: value for key, value in answers.items() if key not in form.computed}
    if not form.computed:
        return given
    facts = facts_of_visible(form, given)
    for key in form.computed:
        value = facts.get(key)
        if isinstance(value, int | Fraction):
            given[key] = Computed(form.field_types[key].kind, value)
    places = {key: place for place, key in enumerate(form.fields)}
    return dict(sorted(given.items(), key=lambda each: places.get(each[0], len(places))))


def missing(field: FieldDefinition, value: Any) -> bool:
    """Whether nothing was answered; what cannot be read is not missing."""
    return field.encode(value) in (None, "", [])


def visible(form: FormDefinition, answers: Answers) -> list[FieldDefinition]:
    """The fields to show: those whose `shown_when`, if any, is known to be true."""
    return [form.fields[key] for key in facts_of_visible(form, answers)]


def gaps(form: FormDefinition, answers: Answers) -> list[Gap]:
    """What visible fields lack or hold wrong, in the form's order."""
    facts = _facts(form, answers)
    found = [
        Gap(form.section_of(field.key).key, field.key, f"{field.label} : {message}")
        for field in visible(form, answers)
        for message in _gaps_of(field, answers.get(field.key), facts)
    ]
    for finding in findings(form, answers):
        if finding.justification is not None:
            found += _gaps_of_justification(form, finding.justification, answers)
    return found


def findings(form: FormDefinition, answers: Answers) -> list[Finding]:
    """The checks whose condition is true, in the form's order."""
    facts = _facts(form, answers)
    answers = completed(form, answers)
    return [
        Finding(
            check=check.key,
            level=check.level,
            message=_message(form, check, answers, facts),
            fields=check.fields,
            justification=form.justifications.get(check.justification_key),
        )
        for check in form.checks.values()
        if holds(parse(check.when), facts)
    ]


def refusals(form: FormDefinition, answers: Answers) -> list[Gap]:
    """The blocking checks that fire, each at the first of its fields."""
    first = next(iter(form.fields))
    return [
        Gap(form.section_of(field).key, field, finding.message)
        for finding in findings(form, answers)
        if finding.level == "blocking"
        for field in (next(iter(finding.fields), first),)
    ]


def figures(form: FormDefinition, answers: Answers) -> dict[str, FigureValue]:
    """Every figure of the form, by key."""
    facts = _facts(form, answers)
    return {
        figure.key: _figure_value(figure, form.rule_types[figure.key], facts[figure.key])
        for figure in form.figures.values()
    }


def facts_of_visible(form: FormDefinition, answers: Answers) -> dict[str, object]:
    """What rules know of each visible field, computed ones included, in the form's order."""
    facts: dict[str, object] = {}
    # One after the other, for a rule reads what it rests on.
    for key in form.reading_order:
        field = form.fields[key]
        if field.shown_when is None or holds(parse(field.shown_when), facts):
            facts[key] = (
                evaluate(parse(field.value), facts)
                if isinstance(field, ComputedField)
                else field.fact(answers.get(key))
            )
    return {key: facts[key] for key in form.fields if key in facts}


def _facts(form: FormDefinition, answers: Answers) -> dict[str, object]:
    """Facts of visible fields, then exact figures; a hidden answer counts for nothing."""
    facts = facts_of_visible(form, answers)
    for figure in form.figures.values():
        facts[figure.key] = evaluate(parse(figure.value), facts)
    return facts


def _gaps_of(field: FieldDefinition, value: Any, facts: Mapping[str, object]) -> list[str]:
    if not missing(field, value):
        return [_inside(fault) for fault in field.problems(value)]
    needed = field.required or (
        field.required_when is not None and holds(parse(field.required_when), facts)
    )
    return ["à renseigner"] if needed else []


def _gaps_of_justification(
    form: FormDefinition, field: FieldDefinition, answers: Answers
) -> list[Gap]:
    """The faults of a justification; one that is not given is told by its finding."""
    section = form.section_of(field.key).key
    return [
        Gap(section, field.key, f"{field.label} : {_inside(fault)}")
        for fault in field.problems(answers.get(field.key))
    ]


def _inside(sentence: str) -> str:
    """A sentence after a colon."""
    return sentence[0].lower() + sentence[1:]


def _message(
    form: FormDefinition, check: Check, answers: Answers, facts: Mapping[str, object]
) -> str:
    def shown(name: str) -> str:
        if name in form.figures:
            return _figure_value(form.figures[name], form.rule_types[name], facts[name]).text
        value = answers.get(name) if name in facts else None
        return form.fields[name].display(value) or NOT_KNOWN

    return fill(check.message, shown)


def _figure_value(figure: Figure, kind: RuleType, fact: object) -> FigureValue:
    if not isinstance(fact, int | Fraction):
        return FigureValue(figure.label, None, NOT_KNOWN)
    value = Fraction(fact)
    text = in_french(kind.kind, value, figure.shown_as)
    return FigureValue(figure.label, whole_cents(value) if kind.kind is Kind.MONEY else value, text)
