"""What a call file will give: its public page, its forms, its circuit, its mails."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from wtforms import Form

from grants.calls.calendar import LAST_MINUTE
from grants.calls.definition import CallDefinition
from grants.dossiers.register import KINDS
from grants.forms import AnswerField, FormDefinition, SectionDefinition, compile_section
from grants.web.public.presenting import CallPage, page_of
from grants.wording import joined
from grants.workflows.definition import Clock, Transition


@dataclass(frozen=True, slots=True)
class PreviewedSection:
    title: str
    intro: str | None
    #: Its fields as they will be shown, empty.
    fields: Form


@dataclass(frozen=True, slots=True)
class PreviewedForm:
    title: str
    #: Who fills it.
    who: str
    sections: list[PreviewedSection]

    @property
    def questions(self) -> int:
        return sum(len(list(section.fields)) for section in self.sections)


@dataclass(frozen=True, slots=True)
class PreviewedState:
    label: str
    for_applicant: str
    turn: str
    #: « Rendre l’avis (chef) → Avis rendu ».
    acts: list[str]
    clock: Clock | None


@dataclass(frozen=True, slots=True)
class PreviewedMail:
    to: str
    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Preview:
    definition: CallDefinition
    page: CallPage
    forms: list[PreviewedForm]
    states: list[PreviewedState]
    mails: list[PreviewedMail]
    #: What acts issue → « « Déposer » et « Déposer les compléments » ».
    issued: dict[str, str]


def preview_of(call: CallDefinition) -> Preview:
    """Everything that the file says, in the order in which people will meet it."""
    return Preview(
        definition=call,
        page=page_of(call, call.dates.opens, call.dates.closes + LAST_MINUTE),
        forms=list(_forms(call)),
        states=[_state(call, key) for key in call.circuit.states],
        mails=[
            PreviewedMail(_labels(call, each.to), each.subject, each.body)
            for each in call.messages.values()
        ],
        issued=dict(_issued(call)),
    )


def _issued(call: CallDefinition) -> Iterator[tuple[str, str]]:
    acts = call.circuit.transitions.values()
    by_kind: dict[str, list[Transition]] = {
        "receipt": [each for each in acts if each.receipt],
        "letter": [each for each in acts if each.notifies],
        "minutes": [each for each in acts if each.minutes],
    }
    for kind, giving in by_kind.items():
        if giving:
            yield KINDS[kind], joined([f"« {each.label} »" for each in giving])


def _forms(call: CallDefinition) -> Iterator[PreviewedForm]:
    first = call.circuit.states[call.circuit.initial]
    yield _form("form", "Formulaire du dossier", _labels(call, first.editors), call.form)
    for opinion in call.opinions.values():
        who = _labels(call, opinion.drafted_by)
        yield _form(f"opinion-{opinion.key}", opinion.label, who, opinion.form)
    deciders = [
        role for act in call.circuit.transitions.values() if act.decides for role in act.roles
    ]
    who = _labels(call, tuple(dict.fromkeys(deciders)))
    yield _form("decision", call.decision.label, who, call.decision.form)
    for act in call.circuit.transitions.values():
        if act.form:
            form = call.forms[act.form]
            yield _form(f"act-{act.key}", act.label, _labels(call, act.roles), form)


def _form(prefix: str, title: str, who: str, form: FormDefinition) -> PreviewedForm:
    """The prefix keeps the names of all forms apart on one page."""
    sections = [
        PreviewedSection(each.title, each.intro, _fields(each, f"{prefix}-{key}"))
        for key, each in form.sections.items()
    ]
    return PreviewedForm(title, who, sections)


def _fields(section: SectionDefinition, prefix: str) -> Form:
    """Tables show one row: their columns are read there."""
    form = compile_section(section)(prefix=prefix)
    for field in form:
        if isinstance(field, AnswerField):
            field.blank_rows = 1
    return form


def _state(call: CallDefinition, key: str) -> PreviewedState:
    circuit = call.circuit
    state = circuit.states[key]
    return PreviewedState(
        label=state.labels.manager or state.labels.service,
        for_applicant=state.labels.applicant,
        turn=_labels(call, state.turn),
        acts=[
            f"{act.label} ({_labels(call, act.roles) or 'automatique'}) → "
            f"{circuit.states[act.to].labels.service}"
            for act in circuit.leaving(key)
        ],
        clock=circuit.clock_of(key),
    )


def _labels(call: CallDefinition, roles: tuple[str, ...]) -> str:
    return joined([call.circuit.roles[role].label for role in roles])
