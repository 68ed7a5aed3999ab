"""Shared reads: one dossier, lists for each audience. Each a fixed number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, bindparam, false, func, or_, select
from sqlalchemy.orm import Session, defaultload, joinedload, subqueryload

from grants.accounts.models import Organisation, User
from grants.calls.models import Call, HearingSlot
from grants.dossiers.models import (
    Answer,
    Decision,
    Dossier,
    DossierEvent,
    DossierParty,
    DossierVersion,
    OpinionRecord,
)
from grants.dossiers.roles import posts_of

#: Answers, versions, events, opinions and decisions are asked for by the pages that show them, one
#: query each; who did what comes with them.
_BY_REFERENCE: Final = (
    select(Dossier)
    .where(Dossier.reference == bindparam("reference"))
    .options(
        joinedload(Dossier.call).joinedload(Call.revision),
        joinedload(Dossier.revision),
        joinedload(Dossier.organisation),
        joinedload(Dossier.decision).joinedload(Decision.decided_by),
        joinedload(Dossier.parties).options(
            joinedload(DossierParty.organisation), joinedload(DossierParty.signed_by)
        ),
        defaultload(Dossier.answers).joinedload(Answer.updated_by),
        defaultload(Dossier.versions).joinedload(DossierVersion.frozen_by),
        defaultload(Dossier.events).joinedload(DossierEvent.actor),
        defaultload(Dossier.opinions).options(
            joinedload(OpinionRecord.given_by),
            joinedload(OpinionRecord.updated_by),
            joinedload(OpinionRecord.version),
        ),
    )
)


def dossier_by_reference(session: Session, reference: str) -> Dossier | None:
    """The dossier, with what tells who may see it; what its pages show follows in a fixed number of
    queries."""
    found = session.scalars(_BY_REFERENCE, {"reference": reference})
    return found.unique().one_or_none()


_LISTED = (
    # Not `selectinload`, which asks again for each five hundred.
    subqueryload(Dossier.parties).joinedload(DossierParty.organisation),
    joinedload(Dossier.call).joinedload(Call.revision),
    joinedload(Dossier.revision),
    joinedload(Dossier.organisation),
    joinedload(Dossier.decision),
)


def dossiers_of_applicant(session: Session, user: User) -> Sequence[Dossier]:
    """The dossiers that the user's organisations began or joined, the latest first."""
    mine = [each.organisation_id for each in user.memberships]
    joined = select(DossierParty.dossier_id).where(DossierParty.organisation_id.in_(mine))
    return session.scalars(
        select(Dossier)
        .where(or_(Dossier.organisation_id.in_(mine), Dossier.id.in_(joined)))
        .options(*_LISTED)
        .order_by(Dossier.created_at.desc(), Dossier.id.desc())
    ).all()


@dataclass(frozen=True, slots=True)
class HeldSlot:
    """A hearing slot, and the dossier that holds it; empty texts when it is free."""

    slot: HearingSlot
    reference: str
    title: str
    holder: str


def slots_of(session: Session, call: Call) -> list[HeldSlot]:
    """All the hearing slots of a call, the earliest first, in one query."""
    rows = session.execute(
        select(HearingSlot, Dossier.reference, Dossier.title, Organisation.name)
        .outerjoin(Dossier, Dossier.id == HearingSlot.dossier_id)
        .outerjoin(Organisation, Organisation.id == Dossier.organisation_id)
        .where(HearingSlot.call_id == call.id)
        .order_by(HearingSlot.starts_at)
    )
    return [HeldSlot(slot, *(each or "" for each in rest)) for slot, *rest in rows]


def slots_to_come(
    session: Session, dossiers: Sequence[Dossier], now: datetime
) -> dict[int, list[HearingSlot]]:
    """{dossier id: the hearings that it has booked and that are to come, the earliest first}."""
    found: dict[int, list[HearingSlot]] = {}
    for slot in session.scalars(
        select(HearingSlot)
        .where(
            HearingSlot.dossier_id.in_([each.id for each in dossiers]), HearingSlot.starts_at > now
        )
        .order_by(HearingSlot.starts_at)
    ):
        found.setdefault(slot.dossier_id or 0, []).append(slot)
    return found


def seen_by_services(user: User, today: date) -> ColumnElement[bool]:
    """Deposited dossiers of the territories where `user` has a post. Roles are checked on each
    dossier afterwards, since a call may not involve every service of a territory."""
    conditions: list[ColumnElement[bool]] = []
    for post in posts_of(user, today):
        match post.scope:
            case "department":
                conditions.append(Dossier.department_code == post.territory)
            case "region":
                conditions.append(Dossier.region_code == post.territory)
            case "national":
                conditions.append(Dossier.submitted_at.is_not(None))
    return and_(Dossier.submitted_at.is_not(None), or_(false(), *conditions))


def counts_by_state(session: Session, call: Call) -> dict[str, int]:
    """{state key: number of dossiers} of a call."""
    rows = session.execute(
        select(Dossier.state, func.count().label("number"))
        .where(Dossier.call_id == call.id)
        .group_by(Dossier.state)
    )
    return {row.state: row.number for row in rows}
