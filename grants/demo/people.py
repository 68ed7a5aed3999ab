"""The demonstration's accounts, and who to sign in as."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

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
from grants.demo.story import Account, People, read_people
from grants.reference.bodies import service_name

#: Shared by all, printed at each start: there is nothing to protect behind it.
PASSWORD = "quatre tilleuls au bord du canal"  # noqa: S105  # meant to be known


@dataclass(frozen=True, slots=True)
class Guide:
    """One line of « who to sign in as »."""

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
    for body in people.organisations:
        organisation = ensure_organisation(session, siret=body.siret, name=body.name, now=now)
        for person in body.people:
            user = _add(session, person, now)
            join_organisation(session, user, organisation, person.capacity or "", now=now)
    for agents in people.services:
        service = ensure_service(session, agents.kind, agents.territory)
        for person in agents.people:
            user = _add(session, person, now)
            join_service(session, user, service, person.capacity or "", now=now)
    return _add(session, people.manager, now, manages_calls=True)


def _add(session: Session, person: Account, now: datetime, *, manages_calls: bool = False) -> User:
    return add_user(
        session,
        email=person.email,
        name=person.name,
        password=PASSWORD,
        now=now,
        manages_calls=manages_calls,
    )


def organisation_named(session: Session, name: str) -> Organisation:
    return session.scalars(select(Organisation).where(Organisation.name == name)).one()


def guide() -> list[Guide]:
    """Who to sign in as, in the order of a dossier's way."""
    people = read_people()
    lines = [
        Guide(body.name, person.email, person.note)
        for body in people.organisations
        for person in body.people
    ]
    for agents in people.services:
        name = service_name(agents.kind, LAST_DAY_OF_OLD_REGIONS, agents.territory)
        lines += [Guide(name.short, person.email, person.note) for person in agents.people]
    lines.append(Guide("Responsable de l’appel", people.manager.email, people.manager.note))
    return lines
