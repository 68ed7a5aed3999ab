"""The outbox as people read it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, case, func, select, true
from sqlalchemy.orm import Session

from grants.mail.models import Mail

_LATEST = (Mail.created_at.desc(), Mail.id.desc())
_FAILED_FIRST = case((Mail.status == "failed", 0), else_=1)


def outbox(
    session: Session, *, recipient: str | None, limit: int, offset: int
) -> tuple[Sequence[Mail], int]:
    """All mails, the latest first, and their number; those to one address when it is given."""
    to = Mail.recipient == recipient if recipient else true()
    return _page(session, to, _LATEST, limit, offset)


def outbox_of_calls(
    session: Session, call_ids: Collection[int], *, limit: int, offset: int
) -> tuple[Sequence[Mail], int]:
    """The mails of those calls, the failed ones first, then the latest; and their number."""
    order = (_FAILED_FIRST, *_LATEST)
    return _page(session, Mail.call_id.in_(call_ids), order, limit, offset)


def unsent_of_no_call(session: Session, *, limit: int) -> Sequence[Mail]:
    """The mails about accounts that have not left, the failed ones first, then the latest."""
    mails = select(Mail).where(Mail.call_id.is_(None), Mail.status != "sent")
    return session.scalars(mails.order_by(_FAILED_FIRST, *_LATEST).limit(limit)).all()


def counts_by_status(session: Session, call_ids: Collection[int]) -> dict[str, int]:
    """{status: number of mails} of those calls."""
    rows = session.execute(
        select(Mail.status, func.count().label("number"))
        .where(Mail.call_id.in_(call_ids))
        .group_by(Mail.status)
    )
    return {row.status: row.number for row in rows}


def recipients(session: Session) -> Sequence[str]:
    """Everybody who was ever written to, in alphabetical order."""
    return session.scalars(select(Mail.recipient).distinct().order_by(Mail.recipient)).all()


def _page(
    session: Session,
    where: ColumnElement[bool],
    order: Sequence[ColumnElement[Any]],
    limit: int,
    offset: int,
) -> tuple[Sequence[Mail], int]:
    total = session.scalar(select(func.count()).select_from(Mail).where(where)) or 0
    mails = session.scalars(
        select(Mail).where(where).order_by(*order).limit(limit).offset(offset)
    ).all()
    return mails, total
