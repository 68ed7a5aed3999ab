"""One event of a dossier's timeline, in the words of whoever reads it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from grants.calls.acts import form_of
from grants.calls.definition import CallDefinition
from grants.dossiers.models import DossierEvent
from grants.dossiers.operations.revisions import knows_act
from grants.forms import FieldDefinition, decode_answers
from grants.workflows.definition import Audience, Phase

TONES = {
    Phase.DRAFT: "warning",
    Phase.REVIEW: "accent",
    Phase.COMPLETION: "turn",
    Phase.DECIDED: "accent",
    Phase.NOTIFIED: "success",
    Phase.CLOSED: "neutral",
}


#: Who did what nobody had to do, once all that it awaited had come.
CIRCUIT = "par le circuit lui-même"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the `timeline` component."""

    at: datetime
    what: str
    who: str
    version: int | None = None
    text: str = ""
    tone: str = "neutral"


def lines_of(
    events: Iterable[DossierEvent], calls: Sequence[CallDefinition], audience: Audience
) -> list[Line]:
    """What `audience` may know of `events`, the latest first.

    :param calls: `definitions_followed`; each event is told in the words of the first that can.
    """
    told = [
        (event, call)
        for event in events
        if (call := next((each for each in calls if knows_act(each, event)), None)) is not None
    ]
    shown = [(event, call) for event, call in told if _is_shown(event, call, audience)]
    return [line_of(event, call, audience) for event, call in reversed(shown)]


def line_of(event: DossierEvent, call: CallDefinition, audience: Audience) -> Line:
    transition = call.circuit.transitions[event.trigger]
    applicant = audience is Audience.APPLICANT
    kept_among_services = applicant and not transition.shared_with_applicant
    return Line(
        at=event.at,
        what=(transition.done_for_applicant if applicant else "") or transition.done,
        who=_who(event, call, audience),
        version=event.version_number or None,
        text="" if kept_among_services else note_of(event, call),
        tone=TONES[call.circuit.states[event.to_state].phase],
    )


def actor_label(event: DossierEvent, call: CallDefinition) -> str:
    """« Responsable du service départemental, par suppléance »; a clock, or the circuit, acts by
    itself."""
    role = call.circuit.roles.get(event.role or "")
    by_itself = call.circuit.transitions[event.trigger].automatic
    label = role.label if role else CIRCUIT if by_itself else "automatiquement"
    return f"{label}, par suppléance" if event.stood_in else label


def note_of(event: DossierEvent, call: CallDefinition) -> str:
    """The answers to the act's own form: a question above each when there are several."""
    told = told_in(event, call)
    if len(told) == 1:
        return "".join(field.display(value) for field, value in told)
    return "\n\n".join(f"{field.label} :\n{field.display(value)}" for field, value in told)


def told_in(event: DossierEvent, call: CallDefinition) -> list[tuple[FieldDefinition, Any]]:
    """The questions of the act's form that were answered, in their order."""
    form = form_of(call, call.circuit.transitions[event.trigger])
    if form is None:
        return []
    answers = decode_answers(form, event.note)
    return [(field, answers[key]) for key, field in form.fields.items() if key in answers]


def _is_shown(event: DossierEvent, call: CallDefinition, audience: Audience) -> bool:
    transition = call.circuit.transitions[event.trigger]
    return audience is not Audience.APPLICANT or transition.visible_to_applicant


def _who(event: DossierEvent, call: CallDefinition, audience: Audience) -> str:
    """To applicants: their own people by name, agents by what they are. To services: both."""
    label = actor_label(event, call)
    if event.actor is None:
        return label
    if audience is not Audience.APPLICANT:
        return f"{event.actor.name}, {label}"
    role = call.circuit.roles.get(event.role or "")
    return event.actor.name if role is not None and role.service is None else label
