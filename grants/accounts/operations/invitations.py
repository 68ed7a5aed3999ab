"""Colleagues asked by e-mail to join an organisation or a service."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from grants.accounts.errors import AccountRefused, AddressTaken
from grants.accounts.models import Invitation, Organisation, Service, User
from grants.accounts.operations.members import (
    Body,
    body_of,
    check_capacity,
    check_rules,
    join_organisation,
    join_service,
    locked,
    pending_invitations,
)
from grants.accounts.operations.people import add_user, address_of
from grants.accounts.tokens import digest_of, new_token

VALID_FOR = timedelta(days=14)
#: At once, for one body: what a team needs, and too few to send mails to the whole world.
PENDING_AT_MOST = 30


def invite(
    session: Session, body: Body, *, email: str, capacity: str, actor: User, now: datetime
) -> tuple[Invitation, str]:
    """The invitation and the token that accepts it, which is kept nowhere.

    A new invitation to an address replaces the one before.

    :raises NotEntitled, AccountRefused: with the field at fault.
    """
    locked(session, body)
    check_rules(actor, body)
    check_capacity(body, capacity)
    address = address_of(email)
    if any(each.user.email == address for each in body.memberships):
        raise AccountRefused("Cette personne fait déjà partie de l’équipe.", field="email")
    pending = pending_invitations(session, body, now=now)
    replaced = [each for each in pending if each.email == address]
    if len(pending) - len(replaced) >= PENDING_AT_MOST:
        raise AccountRefused(
            f"{PENDING_AT_MOST} invitations attendent déjà une réponse : annulez-en d’abord.",
            field="email",
        )
    for earlier in replaced:
        session.delete(earlier)
    token = new_token()
    invitation = Invitation(
        email=address,
        organisation=body if isinstance(body, Organisation) else None,
        service=body if isinstance(body, Service) else None,
        capacity=capacity,
        token_sha256=digest_of(token),
        invited_by=actor,
        created_at=now,
        expires_at=now + VALID_FOR,
    )
    session.add(invitation)
    session.flush()
    return invitation, token


def find_invitation(session: Session, token: str, *, now: datetime) -> Invitation | None:
    """None once accepted, revoked or out of date. Nothing is held: to read it changes nothing."""
    return session.scalar(
        select(Invitation).where(
            Invitation.token_sha256 == digest_of(token),
            Invitation.accepted_at.is_(None),
            Invitation.expires_at > now,
        )
    )


def accept(session: Session, invitation: Invitation, *, user: User, now: datetime) -> None:
    """:raises AccountRefused: for somebody else, or a second time."""
    if user.email != invitation.email:
        raise AccountRefused(
            f"Cette invitation est adressée à {invitation.email} : connectez-vous avec elle."
        )
    _join(session, invitation, user, now)


def accept_as_newcomer(
    session: Session, invitation: Invitation, *, name: str, password: str, now: datetime
) -> User:
    """The account of whoever holds the link: the mail it came in proves the address.

    :raises AccountRefused: with the field at fault; whoever has an account signs in first.
    """
    try:
        user = add_user(session, email=invitation.email, name=name, password=password, now=now)
    except AddressTaken:
        raise AccountRefused(
            "Un compte existe pour cette adresse : connectez-vous pour accepter l’invitation."
        ) from None
    _join(session, invitation, user, now)
    return user


def revoke(session: Session, invitation: Invitation, *, actor: User) -> None:
    """:raises NotEntitled: for whoever does not rule the body."""
    check_rules(actor, body_of(invitation))
    session.execute(delete(Invitation).where(Invitation.id == invitation.id))
    session.flush()


def _join(session: Session, invitation: Invitation, user: User, now: datetime) -> None:
    # The body first, as whoever replaces an invitation does.
    locked(session, body_of(invitation))
    held = session.scalars(
        select(Invitation)
        .where(Invitation.id == invitation.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if held is None or held.accepted_at is not None or held.expires_at <= now:
        raise AccountRefused("Cette invitation n’est plus valable.")
    invitation.accepted_at = now
    if invitation.organisation is not None:
        join_organisation(session, user, invitation.organisation, invitation.capacity, now=now)
    elif invitation.service is not None:
        join_service(session, user, invitation.service, invitation.capacity, now=now)
    session.flush()
