"""The timeline for services: every act, its note, who, under which role, on which version."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import render_template

from grants.calls.definition import CallDefinition
from grants.dossiers.models import DossierEvent
from grants.web import access
from grants.web.access import Seen
from grants.web.casework import screens
from grants.web.casework.reading import Given, actor_label, given, note_of
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
        "text": note_of(call, event),
        "state": state,
        "tone": "accent" if transition.style == "primary" else "neutral",
    }


def _rounds(seen: Seen) -> Sequence[Given]:
    """All opinions given, the earlier rounds included."""
    return [
        given(seen.dossier, seen.call, each)
        for key in seen.call.opinions
        for each in seen.dossier.opinions
        if each.opinion_key == key and each.given_at is not None
    ]
