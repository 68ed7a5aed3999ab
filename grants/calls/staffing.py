"""Who must be there, in each territory of a call, for its dossiers to go on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.accounts.models import Capacity, Service, ServiceMembership, User
from grants.calls.definition import CallDefinition
from grants.calls.loader import definition_of
from grants.calls.models import Call
from grants.reference import territories
from grants.wording import joined, plural
from grants.workflows.definition import Role


def unstaffed(session: Session, call: Call) -> list[str]:
    """One sentence for each place where a dossier would stop: a service without head, an act that
    nobody could carry out, a grid with too few scorers."""
    if call.revision is None:
        return ["Cet appel n’a pas de fichier."]
    staff = _staff(session, definition_of(call.revision))
    return list(dict.fromkeys([*_heads(staff), *_acts(staff), *_scorers(staff)]))


def vacancies(session: Session, call: Call) -> list[str]:
    """One sentence for each role of a service that nobody active holds in a territory, even when
    others may act instead."""
    if call.revision is None:
        return ["Cet appel n’a pas de fichier."]
    staff = _staff(session, definition_of(call.revision))
    roles = [each for each in staff.call.circuit.roles.values() if each.service is not None]
    return [sentence for role in roles for sentence in _missing(staff, (role,))]


@dataclass(frozen=True, slots=True)
class _Staff:
    call: CallDefinition
    #: {(kind, territory, capacity): ids of the active people}
    people: dict[tuple[str, str, str], set[int]]

    def holders(self, role: Role, territory: str) -> set[int]:
        kind = self.call.services[role.service or ""].kind
        return self.people.get((kind, territory, role.capacity), set())

    def territories(self, role: Role) -> list[tuple[str, str]]:
        return territories_of(self.call, self.call.services[role.service or ""].scope)


def _staff(session: Session, call: CallDefinition) -> _Staff:
    people: dict[tuple[str, str, str], set[int]] = defaultdict(set)
    for kind, territory, capacity, person in session.execute(
        select(Service.kind, Service.territory, ServiceMembership.capacity, User.id)
        .join(Service.memberships)
        .join(ServiceMembership.user)
        .where(User.active)
    ):
        people[kind, territory, capacity].add(person)
    return _Staff(call, people)


def _missing(staff: _Staff, roles: tuple[Role, ...], at_least: int = 1) -> Iterator[str]:
    """Territories where fewer than `at_least` people hold one of `roles`, all of one service."""
    label = joined([role.label for role in roles])
    for code, name in staff.territories(roles[0]):
        there = set().union(*(staff.holders(role, code) for role in roles))
        if not there:
            yield f"{label} : personne pour {name}."
        elif len(there) < at_least:
            count = plural(len(there), "personne", "personnes")
            yield f"{label} : {count} pour {name}, il en faut {at_least}."


def _heads(staff: _Staff) -> Iterator[str]:
    for role in staff.call.circuit.roles.values():
        if role.service is not None and Capacity(role.capacity) is Capacity.HEAD:
            yield from _missing(staff, (role,))


def _acts(staff: _Staff) -> Iterator[str]:
    """Acts of one service alone, without head: one of its people must be there."""
    call = staff.call
    for act in call.circuit.transitions.values():
        optional = bool(act.gives) and call.opinions[act.gives or ""].optional
        roles = tuple(call.circuit.roles[role] for role in act.roles)
        if not optional and _of_one_service(roles) and not _has_head(roles):
            yield from _missing(staff, roles)


def _scorers(staff: _Staff) -> Iterator[str]:
    for grid in staff.call.grids.values():
        roles = tuple(staff.call.circuit.roles[role] for role in grid.scored_by)
        if _of_one_service(roles):
            yield from _missing(staff, roles, grid.at_least)


def _of_one_service(roles: tuple[Role, ...]) -> bool:
    services = {role.service for role in roles}
    return len(services) == 1 and None not in services


def _has_head(roles: tuple[Role, ...]) -> bool:
    """The head of a service is asked for in any case."""
    return any(Capacity(role.capacity) is Capacity.HEAD for role in roles)


def departments_of(call: CallDefinition) -> list[str]:
    """Codes of the departments where a project may be: no service has those of no region."""
    codes = call.departments or [each.code for each in territories.departments()]
    return [code for code in codes if _regions([code], call.reference_date)]


def territories_of(call: CallDefinition, scope: str) -> list[tuple[str, str]]:
    """Codes and names of the call's territories of that scope."""
    codes = departments_of(call)
    if scope == "national":
        return [("", "le niveau national")]
    if scope == "department":
        return [(code, territories.department(code).name) for code in codes]
    return sorted(_regions(codes, call.reference_date))


def _regions(departments: Collection[str], on: date) -> set[tuple[str, str]]:
    """Codes and names; some overseas departments are of no region."""
    found = set()
    for code in departments:
        with suppress(territories.UnknownTerritory):
            region = territories.region_on(code, on)
            found.add((region.code, region.name))
    return found
