"""Fictitious people for every role of a call, so that it can be tried from end to end."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from grants.accounts.errors import AccountRefused
from grants.accounts.models import Capacity, Organisation, Service, User
from grants.accounts.operations import (
    add_user,
    ensure_organisation,
    ensure_service,
    join_organisation,
    join_service,
    register_body,
)
from grants.accounts.passwords import hashed
from grants.calls.definition import CallDefinition, ServiceDefinition
from grants.calls.staffing import departments_of
from grants.reference.territories import region_on
from grants.rehearsal.values import fictitious_siret
from grants.workflows.definition import Role

_FIRST_NAMES: Final = (
    *("Camille", "Dominique", "Claude", "Sacha", "Morgan", "Alix", "Charlie", "Lou", "Noa"),
    *("Andréa", "Maxence", "Eden", "Swann", "Ange", "Yaël", "Loïs", "Maé", "Gaby", "Élie"),
)
_LAST_NAMES: Final = (
    *("Essai", "Modèle", "Exemple", "Fictif", "Brouillon", "Maquette", "Canevas", "Esquisse"),
    *("Ébauche", "Patron", "Gabarit", "Épreuve", "Croquis"),
)


@dataclass(frozen=True, slots=True)
class Player:
    """A person of the cast, and the roles that he or she plays."""

    user: User
    #: The organisation, or the service as the call names it.
    body: str
    roles: tuple[str, ...]


@dataclass(slots=True)
class Team:
    """The organisations that apply together: under None, the one that begins."""

    organisations: dict[str | None, Organisation]
    players: list[Player]

    def member(self, party: str | None, capacity: str) -> User:
        """Somebody of that organisation, in that capacity.

        :raises StopIteration: never: a team has both capacities in each organisation.
        """
        own = self.organisations[party].memberships
        return next(each.user for each in own if each.capacity == capacity)


@dataclass(slots=True)
class Cast:
    manager: User
    teams: list[Team]
    agents: list[Player] = field(default_factory=list)

    @property
    def players(self) -> list[Player]:
        """Everybody but the manager, the applicants first."""
        return [each for team in self.teams for each in team.players] + self.agents


def cast(
    session: Session,
    call: CallDefinition,
    *,
    now: datetime,
    within: Collection[str] | None = None,
    teams: int = 1,
) -> Cast:
    """Everybody that the call speaks of: the same people in each department of `within` and in its
    region, one for each capacity, more where a grid needs several scorers.

    :param within: codes of departments; none: all those of the call.
    :param teams: how many groups of organisations apply.
    """
    troupe = _Troupe(session, call, now, tuple(within or departments_of(call)))
    manager = troupe.person("responsable", manages_calls=True)
    applying = [troupe.team(number) for number in range(teams)]
    return Cast(manager, applying, list(troupe.agents()))


@dataclass(slots=True)
class _Troupe:
    session: Session
    call: CallDefinition
    now: datetime
    within: tuple[str, ...]
    count: int = 0
    #: Nobody knows it, nor signs in with it: rehearsals let one in by role. Made once, for it takes
    #: half a second.
    password: str = field(default_factory=lambda: hashed(secrets.token_urlsafe(24)))

    def person(self, address: str, *, manages_calls: bool = False) -> User:
        number, self.count = self.count, self.count + 1
        first = _FIRST_NAMES[number % len(_FIRST_NAMES)]
        return add_user(
            self.session,
            email=f"{address.replace('_', '-')}@essai.example.org",
            name=f"{first} {_LAST_NAMES[number % len(_LAST_NAMES)]}",
            password=secrets.token_urlsafe(24),
            hashing=lambda _: self.password,
            now=self.now,
            manages_calls=manages_calls,
        )

    def team(self, number: int) -> Team:
        parties: list[str | None] = [None, *self.call.parties]
        made = Team({}, [])
        for place, party in enumerate(parties):
            label = self.call.parties[party].label if party else "Porteur"
            organisation = ensure_organisation(
                self.session,
                siret=fictitious_siret(number * 100 + place),
                name=f"{label} d’essai {number + 1}",
                now=self.now,
            )
            made.organisations[party] = organisation
            for capacity in (Capacity.EDITOR, Capacity.SIGNATORY):
                user = self.person(f"{party or 'porteur'}-{number + 1}-{capacity}")
                join_organisation(self.session, user, organisation, capacity, now=self.now)
                roles = self._roles(party=party, capacity=capacity)
                made.players.append(Player(user, organisation.name, roles))
        return made

    def agents(self) -> Iterator[Player]:
        for service in self.call.services.values():
            bodies = list(self._bodies(service))
            for capacity in (Capacity.OFFICER, Capacity.HEAD):
                roles = self._roles(service=service.key, capacity=capacity)
                for index in range(self._needed(service, capacity)):
                    user = self.person(f"{service.key}-{capacity}-{index + 1}")
                    for body in bodies:
                        join_service(self.session, user, body, capacity, now=self.now)
                    yield Player(user, service.name or service.label, roles)

    def _bodies(self, service: ServiceDefinition) -> Iterator[Service]:
        for code in self._territories(service.scope):
            if service.name:
                name = f"{service.name} ({code})" if code else service.name
                yield register_body(self.session, service.kind, service.scope, code, name)
            else:
                with suppress(AccountRefused):  # some departments have no such service
                    yield ensure_service(self.session, service.kind, code)

    def _territories(self, scope: str) -> list[str]:
        if scope == "national":
            return [""]
        if scope == "department":
            return list(self.within)
        day = self.call.reference_date
        return sorted({region_on(code, day).code for code in self.within})

    def _roles(
        self, *, capacity: str, service: str | None = None, party: str | None = None
    ) -> tuple[str, ...]:
        def fits(role: Role) -> bool:
            return (role.service, role.party, role.capacity) == (service, party, capacity)

        return tuple(key for key, role in self.call.circuit.roles.items() if fits(role))

    def _needed(self, service: ServiceDefinition, capacity: str) -> int:
        """A service has one head and one officer; more of those who score by several."""
        own = set(self._roles(service=service.key, capacity=capacity))
        scorers = [grid.at_least for grid in self.call.grids.values() if own & set(grid.scored_by)]
        return max([1, *scorers])
