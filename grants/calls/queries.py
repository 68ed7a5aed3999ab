"""Calls as their readers look for them. Each a fixed number of queries."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from grants.accounts.models import User
from grants.calls.models import Call, CallEvent, CallManager


def published_calls(session: Session) -> Sequence[Call]:
    """The calls that were opened to the public, the nearest closing first."""
    return session.scalars(
        select(Call)
        .where(Call.published_at.is_not(None))
        .options(joinedload(Call.revision))
        .order_by(Call.closes_at, Call.id)
    ).all()


def managed_calls(session: Session, user: User) -> Sequence[Call]:
    """The calls that `user` manages, the latest closing first."""
    return session.scalars(
        select(Call)
        .join(Call.managers)
        .where(CallManager.user_id == user.id)
        .options(joinedload(Call.revision))
        .order_by(Call.closes_at.desc(), Call.id)
    ).all()


def call_by_slug(session: Session, slug: str) -> Call | None:
    return session.scalar(select(Call).where(Call.slug == slug).options(joinedload(Call.revision)))


def is_managed_by(session: Session, call: Call, user: User) -> bool:
    """Whether `user` manages calls, and this one."""
    return user.manages_calls and session.get(CallManager, (call.id, user.id)) is not None


def journal(session: Session, call: Call) -> Sequence[CallEvent]:
    """What was done to the call, the latest first."""
    return session.scalars(
        select(CallEvent)
        .where(CallEvent.call_id == call.id)
        .options(joinedload(CallEvent.actor))
        .order_by(CallEvent.at.desc(), CallEvent.id.desc())
    ).all()
