"""Where the dossiers of a call stand; drafts without what is written in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import render_template, request, url_for

from grants.calls.definition import CallDefinition
from grants.calls.loader import definition_of
from grants.dossiers.following import dossiers_of_call
from grants.dossiers.models import Dossier
from grants.dossiers.queries import counts_by_state
from grants.extensions import db
from grants.web import access
from grants.web.administration.room import screens
from grants.web.clock import now
from grants.web.deadlines import due_words
from grants.web.paging import Paging
from grants.web.turns import turn_of
from grants.wording import joined, local_day
from grants.workflows.definition import Audience, State

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Line:
    """A dossier in the list."""

    dossier: Dossier
    deposited: bool
    state: str
    turn: str
    #: « dans 3 jours », and its tone; empty without a due date.
    due: tuple[str, str]


@screens.get("/gestion/appels/<slug>/dossiers")
@access.call_manager
def dossiers(slug: str) -> str:
    call = access.managed_call_or_404(slug)
    definition = definition_of(call.revision) if call.revision else None
    states = definition.circuit.states if definition else {}
    asked = request.args.get("etat")
    state = asked if asked in states else None
    counts = counts_by_state(db.session(), call)
    total = counts.get(state, 0) if state else sum(counts.values())
    paging = Paging.asked(request.args.get("page"), PER_PAGE)
    found = dossiers_of_call(
        db.session(), call, state=state, limit=paging.size, offset=paging.offset
    )
    return render_template(
        "administration/dossiers.html",
        call=call,
        lines=[_line(each, local_day(now())) for each in found],
        states=_tabs(slug, states, counts, state),
        total=total,
        page=paging.number,
        pages=paging.pages(total),
        address=lambda number: url_for(
            "administration.dossiers", slug=slug, etat=state, page=number
        ),
    )


def _tabs(
    slug: str, states: dict[str, State], counts: dict[str, int], current: str | None
) -> list[dict[str, Any]]:
    """All dossiers, then each state that holds some or is being looked at."""
    every = {
        "label": "Tous",
        "url": url_for("administration.dossiers", slug=slug),
        "current": current is None,
        "count": sum(counts.values()),
    }
    return [every] + [
        {
            "label": state.labels.of(Audience.MANAGER),
            "url": url_for("administration.dossiers", slug=slug, etat=key),
            "current": key == current,
            "count": counts.get(key, 0),
        }
        for key, state in states.items()
        if counts.get(key) or key == current
    ]


def _line(dossier: Dossier, today: date) -> Line:
    call: CallDefinition = dossier.definition
    state = call.circuit.states[dossier.state]
    turn = turn_of(call, dossier.turn, dossier.department_code, dossier.region_code)
    return Line(
        dossier=dossier,
        deposited=dossier.submitted_at is not None,
        state=state.labels.of(Audience.MANAGER),
        turn=joined(turn),
        due=due_words(dossier.due_on, today) if dossier.due_on else ("", "neutral"),
    )
