"""Shared reads: who a visitor is."""

from __future__ import annotations

from typing import Final

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, joinedload

from grants.accounts.models import Membership, ServiceMembership, StandIn, User

_BY_UNIQUIFIER: Final = (
    select(User)
    .where(User.fs_uniquifier == bindparam("uniquifier"))
    .options(
        joinedload(User.roles),
        joinedload(User.memberships).joinedload(Membership.organisation),
        joinedload(User.service_memberships).joinedload(ServiceMembership.service),
        joinedload(User.stand_ins).joinedload(StandIn.service),
    )
)


def person_of(session: Session, uniquifier: str) -> User | None:
    """Whose session it is, with where they belong, for each page asks for both: in one query."""
    found = session.scalars(_BY_UNIQUIFIER, {"uniquifier": uniquifier})
    return found.unique().one_or_none()
