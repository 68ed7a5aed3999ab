"""What the pages of an organisation and of a service have in common: people, roles, invitations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from flask import abort, flash

from grants.accounts.errors import AccountRefused
from grants.accounts.models import (
    Capacity,
    Invitation,
    Membership,
    Organisation,
    Service,
    ServiceMembership,
)
from grants.accounts.naming import CAPACITY_NAMES
from grants.accounts.operations import (
    change_capacity,
    invite,
    members_of,
    pending_invitations,
    remove,
)
from grants.extensions import db
from grants.web.access import actor
from grants.web.account import mails
from grants.web.account.forms import InvitationForm
from grants.web.clock import now

AnyMembership = TypeVar("AnyMembership", Membership, ServiceMembership)


@dataclass(frozen=True, slots=True)
class Member:
    membership: Membership | ServiceMembership
    role: str
    is_reader: bool


def members(body: Organisation | Service) -> list[Member]:
    return [
        Member(each, CAPACITY_NAMES[Capacity(each.capacity)], each.user_id == actor().id)
        for each in members_of(db.session(), body)
    ]


def awaited(body: Organisation | Service) -> list[tuple[Invitation, str]]:
    """Invitations not yet accepted, with the role each one offers."""
    return [
        (each, CAPACITY_NAMES[Capacity(each.capacity)])
        for each in pending_invitations(db.session(), body, now=now())
    ]


def send_invitation(body: Organisation | Service, name: str, form: InvitationForm) -> bool:
    """Whether an invitation left; if not, the form says why."""
    if not form.validate_on_submit():
        return False
    try:
        invitation, token = invite(
            db.session(),
            body,
            email=form.text("email"),
            capacity=form.text("capacity"),
            actor=actor(),
            now=now(),
        )
    except AccountRefused as refused:
        if refused.field is None:
            raise
        form.refuse(refused)
        return False
    mails.send_invitation(invitation, token, name)
    db.session.commit()
    flash(f"Une invitation est partie à {invitation.email}. Elle vaut quatorze jours.", "success")
    return True


def give_role(membership: AnyMembership, capacity: str) -> None:
    name = membership.user.name
    change_capacity(db.session(), membership, capacity, actor=actor())
    db.session.commit()
    flash(f"{name} : rôle « {CAPACITY_NAMES[Capacity(capacity)]} ».", "success")


def take_away(membership: AnyMembership) -> None:
    name = membership.user.name
    remove(db.session(), membership, actor=actor())
    db.session.commit()
    flash(f"{name} ne fait plus partie de l’équipe.", "success")


def membership_or_404(kind: type[AnyMembership], membership_id: int) -> AnyMembership:
    """A membership of a team that the reader belongs to."""
    found = db.session.get(kind, membership_id)
    if found is None or not _is_colleague(found):
        abort(404)
    return found


def _is_colleague(found: Membership | ServiceMembership) -> bool:
    body = found.organisation if isinstance(found, Membership) else found.service
    return any(each.user_id == actor().id for each in body.memberships)
