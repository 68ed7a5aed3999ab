"""What a person may do to a dossier now, and what the rest of it still waits for.

Pages show this, and rehearsals choose among it: what is offered here, with nothing to wait for, is
not refused by `fire` once its form is filled and the answers are complete.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from grants.accounts.models import User
from grants.calls.definition import CallDefinition
from grants.dossiers.awaiting import lacking, returned_already
from grants.dossiers.deadlines import too_late
from grants.dossiers.errors import TransitionRefused
from grants.dossiers.facts import guard_facts
from grants.dossiers.models import Dossier
from grants.dossiers.operations.acting import asked_by
from grants.dossiers.operations.opinions import draft_of, may_draft
from grants.dossiers.operations.parties import lacking_signatures, parties_signed
from grants.dossiers.roles import Standing, party_acting
from grants.forms import gaps, refusals
from grants.workflows.definition import Transition
from grants.workflows.machine import guard_holds, offered


@dataclass(frozen=True, slots=True)
class Offer:
    """An act of the person, and why it is not possible yet; empty when it is."""

    transition: Transition
    not_yet: list[str]


def offers_to(
    session: Session,
    dossier: Dossier,
    call: CallDefinition,
    person: User,
    standing: Standing,
    *,
    now: datetime,
) -> list[Offer]:
    """The acts that the person's roles and the guards allow, but for what he or she has returned
    already. Gaps of the answers, and of the act's own form, are for the person to fill: they are
    told on the act's page."""
    facts = guard_facts(dossier, call)
    return [
        Offer(each, not_yet(session, dossier, call, standing, each, now=now))
        for each in offered(call.circuit, dossier.state, standing.roles)
        if guard_holds(each, facts)
        and returned_already(dossier, each, person, now=now) is None
        and not (each.signs and _is_signed(dossier, call, standing, each))
    ]


def not_yet(
    session: Session,
    dossier: Dossier,
    call: CallDefinition,
    standing: Standing,
    act: Transition,
    *,
    now: datetime,
) -> list[str]:
    """Why the act of somebody who stands so is not possible for now, one sentence each."""
    late = too_late(dossier, act, now=now)
    found = [late] if late else []
    found += lacking(dossier, call, act.awaits, now=now)
    if "signed" in act.requires:
        found += lacking_signatures(dossier, call, party_acting(call, act, standing.roles))
    if act.gives and not may_draft(call, dossier, act.gives, standing.roles):
        found += _unwritten(dossier, call, act.gives)
    if act.books:
        found += _without_slots(session, dossier, call, act, now)
    return found


def _unwritten(dossier: Dossier, call: CallDefinition, opinion: str) -> list[str]:
    """Why an opinion that others write cannot be given yet."""
    draft, form = draft_of(dossier, call, opinion), call.opinions[opinion].form
    if draft.record is None:
        return ["L’avis n’est pas encore rédigé."]
    if gaps(form, draft.answers) or refusals(form, draft.answers):
        return ["La rédaction de l’avis n’est pas terminée."]
    return []


def _without_slots(
    session: Session, dossier: Dossier, call: CallDefinition, act: Transition, now: datetime
) -> list[str]:
    try:
        asked_by(session, dossier, call, act, now=now)
    except TransitionRefused as refusal:
        return refusal.reasons
    return []


def _is_signed(dossier: Dossier, call: CallDefinition, standing: Standing, act: Transition) -> bool:
    """Whether the organisation has signed the answers as they stand."""
    return party_acting(call, act, standing.roles) in parties_signed(dossier, call)
