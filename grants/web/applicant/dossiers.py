"""The list of the applicant's dossiers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import render_template

from grants.accounts.models import User
from grants.calls.loader import definition_of
from grants.dossiers.models import Dossier
from grants.dossiers.queries import dossiers_of_applicant
from grants.extensions import db
from grants.web import access
from grants.web.applicant.deadlines import Deadline, deadline_of
from grants.web.applicant.room import screens
from grants.web.applicant.situation import TONES, roles_of_member, state_of, to_do
from grants.web.clock import now
from grants.workflows.definition import Phase


@dataclass(frozen=True, slots=True)
class Card:
    dossier: Dossier
    title: str
    status: str
    tone: str
    to_do: str
    deadline: Deadline | None
    deposited: bool
    closed: bool


@screens.get("/mes-dossiers")
@access.applicant
def dossiers() -> str:
    user, instant = access.actor(), now()
    cards = [_card(each, user, instant) for each in dossiers_of_applicant(db.session(), user)]
    return render_template("applicant/dossiers.html", cards=cards)


def _card(dossier: Dossier, user: User, instant: datetime) -> Card:
    call = definition_of(dossier.revision)
    state = state_of(dossier, call)
    roles = roles_of_member(user, dossier, call)
    mine = bool(roles & set(state.turn))
    return Card(
        dossier=dossier,
        title=dossier.title or "Projet sans nom",
        status=state.labels.applicant,
        tone="turn" if mine and dossier.phase != Phase.DRAFT else TONES[state.phase],
        to_do=to_do(state, roles),
        deadline=deadline_of(dossier, instant),
        deposited=dossier.submitted_at is not None,
        closed=dossier.phase == Phase.CLOSED,
    )
