"""The timeline for services: every act, its note, who, under which role, on which version."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import render_template

from grants.calls.definition import CallDefinition
from grants.dossiers.models import DossierEvent
from grants.dossiers.operations.fire import act_form
from grants.forms import decode_answers
from grants.web import access
from grants.web.access import Seen
from grants.web.casework import screens
from grants.web.casework.reading import Given, actor_label, given
from grants.web.casework.review import list_url


@screens.get("/instruction/<reference>/historique")
@access.signed_in
def history(reference: str) -> str:
    seen = access.agents_dossier_or_404(reference)
    events = [event_line(seen.call, each) for each in reversed(seen.dossier.events)]
    return render_template(
        "casework/history.html",
        dossier=seen.dossier,
        events=events,
        rounds=_rounds(seen),
        list_url=list_url(seen),
    )


def event_line(call: CallDefinition, event: DossierEvent) -> dict[str, Any]:
    """One act for the `timeline` component."""
    transition = call.circuit.transitions[event.trigger]
    label = actor_label(call, event)
    state = call.circuit.states[event.to_state].labels.service
    return {
        "at": event.at,
        "what": transition.done,
        "who": f"{event.actor.name}, {label}" if event.actor else label,
        "version": event.version_number or None,
        "text": _note(call, event),
        "state": state,
        "tone": "accent" if transition.style == "primary" else "neutral",
    }


def _note(call: CallDefinition, event: DossierEvent) -> str:
    """The answers to the act's own form: a question above each when there are several."""
    form = act_form(call, call.circuit.transitions[event.trigger])
    if form is None:
        return ""
    answers = decode_answers(form, event.note)
    if len(answers) == 1:
        return "".join(form.fields[key].display(value) for key, value in answers.items())
    return "\n".join(
        f"{form.fields[key].label} : {form.fields[key].display(value)}"
        for key, value in answers.items()
    )


def _rounds(seen: Seen) -> Sequence[Given]:
    """All opinions given, the earlier rounds included."""
    return [
        given(seen.dossier, seen.call, each)
        for key in seen.call.opinions
        for each in seen.dossier.opinions
        if each.opinion_key == key and each.given_at is not None
    ]
