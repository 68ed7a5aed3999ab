"""Who belongs to an organisation or a service, and as what."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, joinedload

from grants.accounts.errors import AccountRefused, NotEntitled
from grants.accounts.models import (
    Capacity,
    Invitation,
    Membership,
    Organisation,
    Service,
    ServiceMembership,
    StandIn,
    User,
)
from grants.accounts.naming import LAST_DAY_OF_OLD_REGIONS, named
from grants.accounts.operations.sirets import checked_siret
from grants.reference.bodies import kinds

Body = Organisation | Service
AnyMembership = Membership | ServiceMembership

#: Who rules a body; it never goes without one.
RULING = {Organisation: Capacity.SIGNATORY, Service: Capacity.HEAD}
CAPACITIES = {
    Organisation: (Capacity.EDITOR, Capacity.SIGNATORY),
    Service: (Capacity.OFFICER, Capacity.HEAD),
}


def rules(user: User, body: Body) -> bool:
    """Whether `user` manages the team; a stand-in acts as head of a service and does not."""
    return any(
        each.user_id == user.id and each.capacity == RULING[type(body)] for each in body.memberships
    )


def check_rules(user: User, body: Body) -> None:
    """:raises NotEntitled: for whoever does not rule the body."""
    if not rules(user, body):
        raise NotEntitled(
            "Seul un signataire de l’organisme peut faire cela."
            if isinstance(body, Organisation)
            else "Seul le responsable du service peut faire cela."
        )


def body_of(link: AnyMembership | Invitation) -> Body:
    """The organisation or the service that a membership or an invitation is about."""
    body = getattr(link, "organisation", None) or getattr(link, "service", None)
    assert isinstance(body, Organisation | Service)  # noqa: S101  # the tables see to it
    return body


def change_capacity(
    session: Session, membership: AnyMembership, capacity: str, *, actor: User
) -> None:
    """:raises NotEntitled, AccountRefused: for the last one who rules the body."""
    body = locked(session, body_of(membership))
    check_rules(actor, body)
    check_capacity(body, capacity)
    if capacity != RULING[type(body)]:
        _check_not_last(membership, body)
    membership.capacity = capacity
    session.flush()


def remove(session: Session, membership: AnyMembership, *, actor: User) -> None:
    """End a membership; whoever rules the body may, and everybody may leave.

    :raises NotEntitled, AccountRefused: for the last one who rules the body.
    """
    body = locked(session, body_of(membership))
    if actor.id != membership.user_id:
        check_rules(actor, body)
    _check_not_last(membership, body)
    if isinstance(body, Service):
        own = (StandIn.service_id == body.id, StandIn.user_id == membership.user_id)
        session.execute(delete(StandIn).where(*own))
    session.delete(membership)
    session.flush()
    session.expire(body)
    session.expire(membership.user)


def join_organisation(
    session: Session, user: User, organisation: Organisation, capacity: str, *, now: datetime
) -> Membership:
    """The membership; one that is there already is left as it is."""
    found = next((each for each in organisation.memberships if each.user_id == user.id), None)
    if found is not None:
        return found
    check_capacity(organisation, capacity)
    made = Membership(user=user, organisation=organisation, capacity=capacity, created_at=now)
    session.add(made)
    session.flush()
    return made


def join_service(
    session: Session, user: User, service: Service, capacity: str, *, now: datetime
) -> ServiceMembership:
    """The membership; one that is there already is left as it is."""
    found = next((each for each in service.memberships if each.user_id == user.id), None)
    if found is not None:
        return found
    check_capacity(service, capacity)
    made = ServiceMembership(user=user, service=service, capacity=capacity, created_at=now)
    session.add(made)
    session.flush()
    return made


def ensure_organisation(session: Session, *, siret: str, name: str, now: datetime) -> Organisation:
    """:raises AccountRefused: for a wrong SIRET."""
    digits = checked_siret(siret)
    found = session.scalar(select(Organisation).where(Organisation.siret == digits))
    if found is not None:
        return found
    made = Organisation(siret=digits, name=name, created_at=now)
    session.add(made)
    session.flush()
    return made


def ensure_service(session: Session, kind: str, territory: str) -> Service:
    """A service of the State, or a body that a call has registered.

    :raises AccountRefused: for an unknown kind, or a territory that its kind does not cover.
    """
    found = _service(session, kind, territory)
    if found is None:
        territory = _checked_territory(kind, territory)
        found = _service(session, kind, territory)
    if found is None:
        found = Service(kind=kind, scope=kinds()[kind], territory=territory)
        session.add(found)
        session.flush()
    return found


def register_body(session: Session, kind: str, scope: str, territory: str, name: str) -> Service:
    """The body of a call that is no service of the State, under the name its file gives it."""
    found = _service(session, kind, territory)
    if found is None:
        found = Service(kind=kind, scope=scope, territory=territory)
        session.add(found)
    found.name = name
    session.flush()
    return found


def _service(session: Session, kind: str, territory: str) -> Service | None:
    return session.scalar(
        select(Service).where(Service.kind == kind, Service.territory == territory)
    )


def members_of(session: Session, body: Body) -> list[Membership] | list[ServiceMembership]:
    """The memberships of the body by name, with their people: one query for all."""
    if isinstance(body, Organisation):
        members = list(
            session.scalars(
                select(Membership)
                .where(Membership.organisation_id == body.id)
                .options(joinedload(Membership.user))
            )
        )
        return sorted(members, key=_name)
    agents = session.scalars(
        select(ServiceMembership)
        .where(ServiceMembership.service_id == body.id)
        .options(joinedload(ServiceMembership.user))
    )
    return sorted(agents, key=_name)


def _name(member: Membership | ServiceMembership) -> tuple[str, int]:
    return member.user.name.casefold(), member.id


def pending_invitations(session: Session, body: Body, *, now: datetime) -> list[Invitation]:
    """Those that can still be accepted, the latest first."""
    own = (
        Invitation.organisation_id == body.id
        if isinstance(body, Organisation)
        else Invitation.service_id == body.id
    )
    return list(
        session.scalars(
            select(Invitation)
            .where(own, Invitation.accepted_at.is_(None), Invitation.expires_at > now)
            .order_by(Invitation.created_at.desc(), Invitation.id.desc())
        )
    )


def check_capacity(body: Body, capacity: str) -> None:
    if capacity not in CAPACITIES[type(body)]:
        raise AccountRefused("Choisissez un rôle dans la liste.", field="capacity")


def locked(session: Session, body: Body) -> Body:
    """The body, for one writer at a time, with its members as they are now."""
    session.refresh(body, with_for_update={"of": type(body)})
    session.expire(body, ["memberships"])
    return body


def _check_not_last(membership: AnyMembership, body: Body) -> None:
    ruling = RULING[type(body)]
    others = [
        each for each in body.memberships if each.capacity == ruling and each is not membership
    ]
    if membership.capacity == ruling and not others:
        raise AccountRefused(
            "L’organisme doit garder au moins un signataire : nommez-en d’abord un autre."
            if isinstance(body, Organisation)
            else "Le service doit garder au moins un responsable : nommez-en d’abord un autre."
        )


def _checked_territory(kind: str, territory: str) -> str:
    scope = kinds().get(kind)
    if scope is None:
        known = ", ".join(sorted(kinds()))
        raise AccountRefused(
            f"Service « {kind} » inconnu. Services connus : {known}.", field="kind"
        )
    if scope == "national":
        return ""
    if named(kind, territory, LAST_DAY_OF_OLD_REGIONS) is None:
        raise AccountRefused(
            f"Territoire « {territory} » inconnu pour ce service.", field="territory"
        )
    return territory
