"""Who acts as head of a service while the head is away."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from grants.accounts.errors import AccountRefused
from grants.accounts.models import Capacity, Service, StandIn, User
from grants.accounts.operations.members import check_rules, locked
from grants.wording import local_day

LONGEST = timedelta(days=366)


def name_stand_in(
    session: Session,
    service: Service,
    user: User,
    *,
    starts_on: date,
    ends_on: date,
    actor: User,
    now: datetime,
) -> StandIn:
    """An officer of the service acts as its head from one day to another, both included.

    :raises NotEntitled, AccountRefused: with the field at fault.
    """
    locked(session, service)
    check_rules(actor, service)
    if not _is_officer(user, service):
        raise AccountRefused("Choisissez un agent du service.", field="user")
    _check_days(starts_on, ends_on, today=local_day(now))
    if any(
        each.user_id == user.id and each.starts_on <= ends_on and starts_on <= each.ends_on
        for each in service.stand_ins
    ):
        raise AccountRefused("Cette personne supplée déjà à ces dates.", field="starts_on")
    made = StandIn(
        service=service,
        user=user,
        starts_on=starts_on,
        ends_on=ends_on,
        named_by_id=actor.id,
        created_at=now,
    )
    session.add(made)
    session.flush()
    return made


def end_stand_in(session: Session, stand_in: StandIn, *, actor: User, now: datetime) -> None:
    """End it at once: today already, the stand-in no longer acts as head.

    :raises NotEntitled: for whoever does not head the service.
    """
    check_rules(actor, stand_in.service)
    yesterday = local_day(now) - timedelta(days=1)
    if stand_in.starts_on > yesterday:
        session.delete(stand_in)
    elif stand_in.ends_on > yesterday:
        stand_in.ends_on = yesterday
    session.flush()


def _is_officer(user: User, service: Service) -> bool:
    return any(
        each.user_id == user.id and each.capacity == Capacity.OFFICER
        for each in service.memberships
    )


def _check_days(starts_on: date, ends_on: date, *, today: date) -> None:
    if starts_on < today:
        raise AccountRefused("La suppléance commence au plus tôt aujourd’hui.", field="starts_on")
    if ends_on < starts_on:
        raise AccountRefused("Le dernier jour vient avant le premier.", field="ends_on")
    if ends_on - starts_on > LONGEST:
        raise AccountRefused("Une suppléance dure un an au plus.", field="ends_on")
