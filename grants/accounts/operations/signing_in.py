"""An account closes for a while after too many wrong passwords or codes."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from grants.accounts.models import User

FAILURES_AT_MOST = 8
LOCKED_FOR = timedelta(minutes=15)


def is_locked(user: User, *, now: datetime) -> bool:
    return user.locked_until is not None and now < user.locked_until


def count_failure(session: Session, user: User, *, now: datetime) -> None:
    """While the account is locked nothing is counted: the lock ends as it was set."""
    session.refresh(user, with_for_update={"of": User})
    if is_locked(user, now=now):
        return
    user.failed_logins += 1
    if user.failed_logins >= FAILURES_AT_MOST:
        user.failed_logins = 0
        user.locked_until = now + LOCKED_FOR
    session.flush()


def forget_failures(session: Session, user: User) -> None:
    user.failed_logins = 0
    user.locked_until = None
    session.flush()


def remove_second_factor(session: Session, user: User) -> None:
    """For somebody who lost telephone and recovery codes, once it is sure who asks."""
    user.tf_primary_method = None
    user.tf_totp_secret = None
    user.tf_last_counter = None
    user.mf_recovery_codes = None
    session.flush()
