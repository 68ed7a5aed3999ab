"""Record the decision on the version in hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from grants.accounts.models import User
from grants.calls.definition import CallDefinition
from grants.dossiers.models import Decision, Dossier, DossierVersion
from grants.forms import Count, FormDefinition, Gap, decode_answers

#: What each outcome rests on, and what to say when a call's own form did not ask for it.
SUBSTANCE = {
    "selected": ("amount", "Une décision favorable donne un montant, supérieur à zéro."),
    "waiting_list": ("rank", "Une mise en liste d’attente donne un rang, à partir de 1."),
    "rejected": ("reason", "Un refus donne son motif."),
}


def missing_substance(form: FormDefinition, answers: Mapping[str, Any]) -> list[Gap]:
    """What a decision lacks whatever its form says: the tables ask for the same."""
    outcome = answers.get("outcome")
    if not isinstance(outcome, str) or outcome not in SUBSTANCE:
        return []
    key, message = SUBSTANCE[outcome]
    value = answers.get(key)
    known = value.number if isinstance(value, Count) else value
    return [] if known else [Gap(form.section_of(key).key, key, message)]


def _of_its_outcome(answers: dict[str, Any]) -> dict[str, Any]:
    """Without an amount beside a refusal, nor a rank beside an amount."""
    of_others = {"amount": "selected", "rank": "waiting_list"}
    return {
        key: value
        for key, value in answers.items()
        if of_others.get(key, answers["outcome"]) == answers["outcome"]
    }


def record_decision(
    session: Session,
    dossier: Dossier,
    call: CallDefinition,
    note: dict[str, Any],
    version: DossierVersion,
    *,
    actor: User,
    stood_in: bool,
    now: datetime,
) -> Decision:
    """Add a decision from the answers of the decision form, `note`. Called by `fire` alone."""
    answers = _of_its_outcome(decode_answers(call.decision.form, note))
    count = session.scalar(
        select(func.count()).select_from(Decision).where(Decision.dossier_id == dossier.id)
    )
    rank = answers.get("rank")
    decision = Decision(
        dossier_id=dossier.id,
        number=(count or 0) + 1,
        outcome=answers["outcome"],
        amount_cents=answers.get("amount"),
        rank=rank.number if rank is not None else None,
        reason=answers.get("reason"),
        answers=note,
        version_id=version.id,
        decided_at=now,
        decided_by=actor,
        stood_in=stood_in,
    )
    session.add(decision)
    dossier.decision = decision
    session.flush()
    return decision
