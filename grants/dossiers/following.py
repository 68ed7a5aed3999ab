"""Where the dossiers of a call stand, for those who manage it. Each a fixed number of queries."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from grants.calls.models import Call
from grants.dossiers.models import Dossier, DossierParty


def counts_by_phase(session: Session, call_ids: Collection[int]) -> dict[int, dict[str, int]]:
    """{call id: {phase: number of dossiers}}; calls without a dossier are absent."""
    rows = session.execute(
        select(Dossier.call_id, Dossier.phase, func.count())
        .where(Dossier.call_id.in_(call_ids))
        .group_by(Dossier.call_id, Dossier.phase)
    )
    counts: dict[int, dict[str, int]] = {}
    for call_id, phase, count in rows:
        counts.setdefault(call_id, {})[phase] = count
    return counts


def dossiers_of_call(
    session: Session, call: Call, *, state: str | None, limit: int, offset: int
) -> Sequence[Dossier]:
    """A page of the call's dossiers: the nearest due date first, drafts last."""
    query = (
        select(Dossier)
        .where(Dossier.call_id == call.id)
        .options(
            joinedload(Dossier.organisation),
            selectinload(Dossier.parties).joinedload(DossierParty.organisation),
            joinedload(Dossier.call).joinedload(Call.revision),
            joinedload(Dossier.revision),
        )
        .order_by(
            Dossier.submitted_at.is_(None), Dossier.due_on.is_(None), Dossier.due_on, Dossier.id
        )
        .limit(limit)
        .offset(offset)
    )
    return session.scalars(query.where(Dossier.state == state) if state else query).all()
