"""Record the decision on the version in hand."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from grants.accounts.models import User
from grants.calls.definition import CallDefinition
from grants.dossiers.models import Decision, Dossier, DossierVersion
from grants.forms import decode_answers


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
    answers = decode_answers(call.decision.form, note)
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
