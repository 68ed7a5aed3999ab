"""Which roles a person holds on a dossier, and what they may see of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from grants.accounts.models import (
    Capacity,
    Organisation,
    Service,
    ServiceMembership,
    StandIn,
    User,
)
from grants.calls.definition import CallDefinition, ServiceDefinition
from grants.calls.queries import is_managed_by
from grants.dossiers.models import Dossier
from grants.wording import joined, local_day
from grants.workflows.definition import Audience, Transition
from grants.workflows.machine import check_role


@dataclass(frozen=True, slots=True)
class Standing:
    """What a person is to a dossier."""

    roles: frozenset[str] = frozenset()
    #: Roles held only for want of the head of the service.
    stood_in: frozenset[str] = frozenset()
    manages: bool = False

    @property
    def sees(self) -> bool:
        return bool(self.roles) or self.manages


@dataclass(frozen=True, slots=True)
class Post:
    """A capacity exercised in a service on a given day."""

    kind: str
    scope: str
    territory: str
    capacity: str
    stand_in: bool
    #: The name that a call gives to a body of its own.
    body: str | None = None


def posts_of(user: User, today: date) -> list[Post]:
    """What `user` is in the services on `today`, as a member or standing in for a head."""
    own = [_post(each.service, each.capacity) for each in user.service_memberships]
    lent = [
        _post(each.service, Capacity.HEAD, stand_in=True)
        for each in user.stand_ins
        if each.starts_on <= today <= each.ends_on
    ]
    return own + lent


def _post(service: Service, capacity: str, *, stand_in: bool = False) -> Post:
    return Post(
        service.kind, service.scope, service.territory, capacity, stand_in, body=service.name
    )


def territory_of(
    service: ServiceDefinition, department: str | None, region: str | None
) -> str | None:
    """The code of the territory whose `service` handles a dossier of that department and region."""
    return {"department": department, "region": region, "national": ""}[service.scope]


def roles_in_place(
    call: CallDefinition, posts: Sequence[Post], department: str | None, region: str | None
) -> frozenset[str]:
    """The roles of services that `posts` give on a deposited dossier of that territory."""
    held = {(post.kind, post.territory, post.capacity) for post in posts}
    found = set()
    for role in call.circuit.roles.values():
        if role.service is not None:
            service = call.services[role.service]
            territory = territory_of(service, department, region)
            if (service.kind, territory, role.capacity) in held:
                found.add(role.key)
    return frozenset(found)


def roles_of_member(user: User, dossier: Dossier, call: CallDefinition) -> frozenset[str]:
    """The applicants' roles that `user` holds, as a member of an organisation of the dossier."""
    held = {(each.organisation_id, each.capacity) for each in user.memberships}
    organisations = organisations_of(dossier)
    return frozenset(
        role.key
        for role in call.circuit.roles.values()
        if role.service is None
        and role.party in organisations
        and (organisations[role.party].id, role.capacity) in held
    )


def organisations_of(dossier: Dossier) -> dict[str | None, Organisation]:
    """{party: organisation}; under None, the one that began the dossier."""
    found: dict[str | None, Organisation] = {None: dossier.organisation}
    return found | {each.party_key: each.organisation for each in dossier.parties}


def party_acting(call: CallDefinition, act: Transition, roles: Collection[str]) -> str | None:
    """The applying organisation for which somebody who holds `roles` acts; None for the one that
    began the dossier, and for services.

    :raises NotYourTurn: when none of them may act.
    """
    return call.circuit.roles[check_role(act, roles)].party


def holders_name(dossier: Dossier) -> str:
    """« Entraide et Labo des villes »: all who apply, whoever began first."""
    return joined([each.name for each in organisations_of(dossier).values()])


def standing_on(
    session: Session, user: User, dossier: Dossier, call: CallDefinition, *, now: datetime
) -> Standing:
    """The roles of `user` on `dossier`. Services hold none before the deposit."""
    deposited = dossier.submitted_at is not None
    posts = posts_of(user, local_day(now)) if deposited else []
    place = (dossier.department_code, dossier.region_code)
    as_agent = roles_in_place(call, posts, *place)
    own = roles_in_place(call, [each for each in posts if not each.stand_in], *place)
    return Standing(
        roles=roles_of_member(user, dossier, call) | as_agent,
        stood_in=as_agent - own,
        manages=is_managed_by(session, dossier.call, user),
    )


def audience_of(standing: Standing, call: CallDefinition) -> Audience:
    """For whom the dossier is worded: a service's words win over the manager's."""
    audiences = {call.circuit.roles[role].audience for role in standing.roles}
    if Audience.APPLICANT in audiences:
        return Audience.APPLICANT
    return Audience.SERVICE if audiences else Audience.MANAGER


def holders_of(
    session: Session,
    roles: tuple[str, ...],
    dossier: Dossier,
    call: CallDefinition,
    *,
    now: datetime,
) -> list[User]:
    """The active people who hold one of `roles` on the dossier, each once, by id."""
    found: dict[int, User] = {}
    for key in roles:
        role = call.circuit.roles[key]
        people = (
            _members(organisations_of(dossier).get(role.party), role.capacity)
            if role.service is None
            else _agents(
                session, call.services[role.service], dossier, role.capacity, local_day(now)
            )
        )
        found.update({person.id: person for person in people if person.active})
    return [found[key] for key in sorted(found)]


def _members(organisation: Organisation | None, capacity: str) -> list[User]:
    memberships = organisation.memberships if organisation else []
    return [each.user for each in memberships if each.capacity == capacity]


def _agents(
    session: Session, service: ServiceDefinition, dossier: Dossier, capacity: str, today: date
) -> list[User]:
    if dossier.submitted_at is None:
        return []
    territory = territory_of(service, dossier.department_code, dossier.region_code)
    row = session.scalar(
        select(Service)
        .where(Service.kind == service.kind, Service.territory == territory)
        .options(
            selectinload(Service.memberships).joinedload(ServiceMembership.user),
            selectinload(Service.stand_ins).joinedload(StandIn.user),
        )
    )
    if row is None:
        return []
    people = [each.user for each in row.memberships if each.capacity == capacity]
    if capacity == Capacity.HEAD:
        people += [each.user for each in row.stand_ins if each.starts_on <= today <= each.ends_on]
    return people
