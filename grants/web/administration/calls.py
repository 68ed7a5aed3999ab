"""The calls that one manages; one of them, its checklist before opening, its journal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from grants.calls.calendar import last_minute
from grants.calls.loader import definition_of
from grants.calls.models import Call, CallEvent, CallStatus
from grants.calls.operations import CallRefused, close_call, open_call
from grants.calls.queries import journal, managed_calls
from grants.calls.staffing import unstaffed
from grants.dossiers.following import counts_by_phase
from grants.extensions import db
from grants.web import access
from grants.web.administration.room import screens
from grants.web.clock import now
from grants.web.places import quotas_of
from grants.web.public.presenting import call_deadline, status_of
from grants.workflows.definition import Phase

PHASES = {
    Phase.DRAFT: "Brouillons",
    Phase.REVIEW: "En examen",
    Phase.COMPLETION: "À compléter",
    Phase.DECIDED: "Décidés",
    Phase.NOTIFIED: "Notifiés",
    Phase.CLOSED: "Clos",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A call in the list."""

    call: Call
    status: str
    tone: str
    last_minute: datetime
    counts: dict[str, int]


@screens.get("/gestion/appels")
@access.call_manager
def calls() -> str:
    found = managed_calls(db.session(), access.actor())
    counts = counts_by_phase(db.session(), [call.id for call in found])
    lines = [
        Line(call, *status_of(call, now()), last_minute(call.closes_at), counts.get(call.id, {}))
        for call in found
    ]
    return render_template("administration/calls.html", lines=lines, phases=PHASES)


@screens.get("/gestion/appels/<slug>")
@access.call_manager
def call(slug: str) -> str:
    return _page(access.managed_call_or_404(slug))


@screens.post("/gestion/appels/<slug>/ouvrir")
@access.call_manager
def publish(slug: str) -> Response | tuple[str, int]:
    managed = access.managed_call_or_404(slug)
    try:
        open_call(db.session(), managed, actor=access.actor(), now=now())
    except CallRefused as fault:
        return refused(slug, fault.reasons)
    db.session.commit()
    flash("L’appel est publié.", "success")
    return redirect(url_for("administration.call", slug=slug), 303)


@screens.get("/gestion/appels/<slug>/clore")
@access.call_manager
def confirm_closing(slug: str) -> str | tuple[str, int]:
    managed = access.managed_call_or_404(slug)
    if managed.status(now()) is not CallStatus.OPEN:
        return _page(managed, ["Cet appel n’est pas ouvert."]), 409
    counts = counts_by_phase(db.session(), [managed.id]).get(managed.id, {})
    return render_template(
        "administration/close.html", call=managed, drafts=counts.get(Phase.DRAFT, 0)
    )


@screens.post("/gestion/appels/<slug>/clore")
@access.call_manager
def close(slug: str) -> Response | tuple[str, int]:
    managed = access.managed_call_or_404(slug)
    try:
        close_call(db.session(), managed, actor=access.actor(), now=now())
    except CallRefused as fault:
        return refused(slug, fault.reasons)
    db.session.commit()
    flash("L’appel est clos : plus aucun dossier ne peut être déposé.", "success")
    return redirect(url_for("administration.call", slug=slug), 303)


def refused(slug: str, reasons: list[str]) -> tuple[str, int]:
    """The call as it stands, with what kept the act from being done."""
    db.session.rollback()
    return _page(access.managed_call_or_404(slug), reasons), 409


def _page(call: Call, refusal: list[str] | None = None) -> str:
    status, tone = status_of(call, now())
    definition = definition_of(call.revision) if call.revision else None
    counts = counts_by_phase(db.session(), [call.id]).get(call.id, {})
    return render_template(
        "administration/call.html",
        call=call,
        status=status,
        tone=tone,
        state=call.status(now()),
        deadline=call_deadline(call, now()),
        last_minute=last_minute(call.closes_at),
        past=call.closes_at <= now(),
        missing=unstaffed(db.session(), call),
        counts=[{"label": label, "value": counts.get(phase, 0)} for phase, label in PHASES.items()],
        events=[_told(event) for event in journal(db.session(), call)],
        quotas=quotas_of(call.id, definition) if definition else [],
        definition=definition,
        refusal=refusal,
    )


def _told(event: CallEvent) -> dict[str, Any]:
    """A line of the journal."""
    what, tone = {
        "imported": (f"Fichier importé (version {event.detail.get('revision')})", "neutral"),
        "opened": ("Appel publié", "success"),
        "moved": ("Calendrier changé", "accent"),
        "closed": ("Appel clos", "warning"),
        "slots": ("Créneaux d’audition changés", "neutral"),
    }[event.kind]
    return {
        "at": event.at,
        "who": event.actor.name if event.actor else "par la ligne de commande",
        "what": what,
        "tone": tone,
        "text": _moved(event.detail) if event.kind == "moved" else event.detail.get("text", ""),
        "version": None,
    }


def _moved(detail: dict[str, Any]) -> str:
    lines = zip(("Ouverture", "Clôture"), detail["from"], detail["to"], strict=True)
    return "\n".join(f"{what} : {old}, déplacée au {new}" for what, old, new in lines if old != new)
