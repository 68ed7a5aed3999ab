"""The demonstration's accounts, and who to sign in as."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.accounts.models import Organisation, User
from grants.accounts.naming import LAST_DAY_OF_OLD_REGIONS
from grants.accounts.operations import (
    add_user,
    ensure_organisation,
    ensure_service,
    find_user,
    join_organisation,
    join_service,
)
from grants.accounts.passwords import hashed
from grants.demo.story import Account, People, Staff, read_calls, read_people

#: Shared by all, printed at each start: there is nothing to protect behind it.
PASSWORD = "quatre tilleuls au bord du canal"  # noqa: S105  # meant to be known

#: One salt for all: to hash what everybody knows once for each account would take twenty seconds.
_hashed = cache(hashed)


@dataclass(frozen=True, slots=True)
class Guide:
    """One line of « who to sign in as »."""

    call: str
    body: str
    email: str
    note: str


def holds_demo(session: Session) -> bool:
    """Whether the demonstration was built in this database."""
    return find_user(session, read_people().manager.email) is not None


def is_empty(session: Session) -> bool:
    return session.scalar(select(User.id).limit(1)) is None


def add_people(session: Session, people: People, *, now: datetime) -> User:
    """Everybody, in their organisations and services; the call's manager is returned."""
    add_staff(session, people, now=now)
    return _add(session, people.manager, now, manages_calls=True)


def add_staff(session: Session, staff: Staff, *, now: datetime) -> None:
    for body in staff.organisations:
        organisation = ensure_organisation(session, siret=body.siret, name=body.name, now=now)
        for person in body.people:
            user = _add(session, person, now)
            join_organisation(session, user, organisation, person.capacity or "", now=now)
    for agents in staff.services:
        services = [ensure_service(session, agents.kind, code) for code in agents.territories]
        for person in agents.people:
            user = _add(session, person, now)
            for service in services:
                join_service(session, user, service, person.capacity or "", now=now)


def _add(session: Session, person: Account, now: datetime, *, manages_calls: bool = False) -> User:
    return add_user(
        session,
        email=person.email,
        name=person.name,
        password=PASSWORD,
        now=now,
        manages_calls=manages_calls,
        hashing=_hashed,
    )


def organisation_named(session: Session, name: str) -> Organisation:
    return session.scalars(select(Organisation).where(Organisation.name == name)).one()


def guide() -> list[Guide]:
    """Who to sign in as, call by call, in the order of a dossier's way."""
    people = read_people()
    lines = list(_guide_of("10 000 logements HLM accompagnés", people, LAST_DAY_OF_OLD_REGIONS))
    for story in read_calls():
        lines += _guide_of(story.title, story, LAST_DAY_OF_OLD_REGIONS)
    manager = people.manager
    return [*lines, Guide("Tous les appels", "Responsable des appels", manager.email, manager.note)]


def _guide_of(call: str, staff: Staff, on: date) -> Iterator[Guide]:
    for body in staff.organisations:
        for person in body.people:
            yield Guide(call, body.name, person.email, person.note)
    for agents in staff.services:
        for person in agents.people:
            yield Guide(call, agents.name_on(on), person.email, person.note)
