"""The list of the applicant's dossiers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import render_template

from grants.accounts.models import User
from grants.calls.definition import CallDefinition
from grants.calls.models import CallStatus, HearingSlot
from grants.calls.queries import published_calls
from grants.dossiers.awaiting import slot_words
from grants.dossiers.deadlines import too_late
from grants.dossiers.models import Dossier
from grants.dossiers.queries import dossiers_of_applicant, slots_to_come
from grants.dossiers.roles import roles_of_member
from grants.extensions import db
from grants.web import access
from grants.web.applicant.room import screens
from grants.web.applicant.situation import deposit_transition, state_of, to_do
from grants.web.clock import now
from grants.web.deadlines import Deadline, deadline_of
from grants.web.timeline import TONES
from grants.workflows.definition import Phase


@dataclass(frozen=True, slots=True)
class Card:
    dossier: Dossier
    title: str
    status: str
    tone: str
    to_do: str
    #: Why it can no longer be deposited.
    too_late: str | None
    call: CallDefinition
    deadline: Deadline | None
    deposited: bool
    closed: bool
    #: What is booked and to come: « Audition devant le jury : 19 avril 2019 à 9 h 10 ».
    hearings: list[str]


@screens.get("/mes-dossiers")
@access.applicant
def dossiers() -> str:
    user, instant = access.actor(), now()
    found = dossiers_of_applicant(db.session(), user)
    slots = slots_to_come(db.session(), found, instant)
    cards = [_card(each, user, instant, slots.get(each.id, [])) for each in found]
    calls = [
        each for each in published_calls(db.session()) if each.status(instant) is CallStatus.OPEN
    ]
    return render_template("applicant/dossiers.html", cards=cards, calls=calls)


def _card(dossier: Dossier, user: User, instant: datetime, slots: Sequence[HearingSlot]) -> Card:
    call = dossier.definition
    state = state_of(dossier, call)
    roles = roles_of_member(user, dossier, call)
    deposit = deposit_transition(call.circuit, dossier.state)
    late = too_late(dossier, deposit, now=instant) if deposit else None
    mine = bool(roles & set(dossier.turn)) and not late
    return Card(
        dossier=dossier,
        title=dossier.title or "Projet sans nom",
        status=state.labels.applicant,
        tone="turn" if mine and dossier.phase != Phase.DRAFT else TONES[state.phase],
        to_do="" if late else to_do(dossier, call, roles),
        too_late=late,
        call=call,
        deadline=deadline_of(dossier, instant),
        deposited=dossier.submitted_at is not None,
        closed=dossier.phase == Phase.CLOSED,
        hearings=[
            f"{call.hearings[each.hearing_key].label} : {slot_words(each)}"
            for each in slots
            if each.hearing_key in call.hearings
        ],
    )
