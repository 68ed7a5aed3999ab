"""Organisations that apply together: one begins the dossier, others are asked to join and sign."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.accounts.models import Organisation, User
from grants.accounts.operations import address_of
from grants.calls.definition import CallDefinition
from grants.dossiers.errors import PartyRefused, TransitionRefused
from grants.dossiers.models import Dossier, DossierParty, PartyInvitation
from grants.dossiers.operations.answers import current_answers
from grants.dossiers.operations.freeze import as_deposited, sha256_of
from grants.dossiers.operations.locking import lock
from grants.dossiers.roles import organisations_of
from grants.workflows.definition import Phase

VALID_FOR = timedelta(days=30)


def invite_party(
    session: Session, dossier: Dossier, party: str, *, email: str, actor: User, now: datetime
) -> tuple[PartyInvitation, str]:
    """Ask an organisation to join as `party`; the invitation, and its token, kept nowhere.

    A new invitation replaces the one before.

    :raises PartyRefused: when the dossier is deposited, the party has joined, or `actor` is not of
        the organisation that began the dossier.
    :raises AccountRefused: for an address that is none.
    """
    dossier = lock(session, dossier)
    call = dossier.definition
    if party not in call.parties:
        raise PartyRefused("Cet appel ne prévoit pas cet organisme.")
    if dossier.phase != Phase.DRAFT:
        raise PartyRefused(
            "Le dossier est déposé : les organismes qui le portent ne changent plus."
        )
    if party in organisations_of(dossier):
        raise PartyRefused(f"« {call.parties[party].label} » a déjà rejoint le dossier.")
    _check_leads(dossier, actor)
    for earlier in pending_party_invitations(session, dossier, now=now):
        if earlier.party_key == party:
            session.delete(earlier)
    token = secrets.token_urlsafe(32)
    invitation = PartyInvitation(
        dossier=dossier,
        party_key=party,
        email=address_of(email),
        token_sha256=_digest(token),
        invited_by=actor,
        created_at=now,
        expires_at=now + VALID_FOR,
    )
    session.add(invitation)
    session.flush()
    return invitation, token


def withdraw_party_invitation(
    session: Session, dossier: Dossier, party: str, *, actor: User, now: datetime
) -> None:
    """The link that was sent is worth nothing any more.

    :raises PartyRefused: when `actor` is not of the organisation that began the dossier.
    """
    dossier = lock(session, dossier)
    _check_leads(dossier, actor)
    for each in pending_party_invitations(session, dossier, now=now):
        if each.party_key == party:
            session.delete(each)
    session.flush()


def remove_party(session: Session, dossier: Dossier, party: str, *, actor: User) -> None:
    """Let go of an organisation that joined by mistake; what it wrote stays in the dossier.

    :raises PartyRefused: when the dossier is deposited, the party has signed or is not there, or
        `actor` is not of the organisation that began the dossier.
    """
    dossier = lock(session, dossier)
    _check_leads(dossier, actor)
    if dossier.phase != Phase.DRAFT:
        raise PartyRefused(
            "Le dossier est déposé : les organismes qui le portent ne changent plus."
        )
    own = next((each for each in dossier.parties if each.party_key == party), None)
    if own is None:
        raise PartyRefused("Cet organisme n’est pas dans le dossier.")
    if own.signed_at is not None:
        raise PartyRefused("Cet organisme a signé le dossier : il ne peut plus en être retiré.")
    session.delete(own)
    session.flush()
    session.expire(dossier, ["parties"])


def pending_party_invitations(
    session: Session, dossier: Dossier, *, now: datetime
) -> list[PartyInvitation]:
    return list(
        session.scalars(
            select(PartyInvitation)
            .where(
                PartyInvitation.dossier_id == dossier.id,
                PartyInvitation.accepted_at.is_(None),
                PartyInvitation.expires_at > now,
            )
            .order_by(PartyInvitation.id)
        )
    )


def find_party_invitation(session: Session, token: str, *, now: datetime) -> PartyInvitation | None:
    """None once accepted, replaced or out of date. Held until the transaction ends."""
    return session.scalar(
        select(PartyInvitation)
        .where(
            PartyInvitation.token_sha256 == _digest(token),
            PartyInvitation.accepted_at.is_(None),
            PartyInvitation.expires_at > now,
        )
        .with_for_update()
    )


def join_as_party(
    session: Session,
    invitation: PartyInvitation,
    organisation: Organisation,
    *,
    actor: User,
    now: datetime,
) -> DossierParty:
    """The organisation of `actor` takes its place in the dossier.

    :raises PartyRefused: for an organisation that `actor` is not of, that is in the dossier
        already, or once the dossier is deposited.
    """
    dossier = lock(session, invitation.dossier)
    if dossier.phase != Phase.DRAFT:
        raise PartyRefused("Le dossier est déposé : il ne peut plus être rejoint.")
    if not _belongs(actor, organisation):
        raise PartyRefused("Vous n’êtes pas membre de cet organisme.")
    if organisation.id in {each.id for each in organisations_of(dossier).values()}:
        raise PartyRefused("Cet organisme porte déjà le dossier : il en faut un autre.")
    party = DossierParty(
        dossier=dossier,
        party_key=invitation.party_key,
        organisation=organisation,
        joined_at=now,
        joined_by_id=actor.id,
    )
    session.add(party)
    invitation.accepted_at = now
    session.flush()
    return party


def sign(
    session: Session,
    dossier: Dossier,
    call: CallDefinition,
    party: str,
    *,
    actor: User,
    now: datetime,
) -> None:
    """The party signs the answers as they stand. Called by `fire` alone.

    :raises TransitionRefused: when the party has not joined.
    """
    own = next((each for each in dossier.parties if each.party_key == party), None)
    if own is None:
        raise TransitionRefused(["Cet organisme n’a pas encore rejoint le dossier."])
    own.signed_sha256 = answers_sha256(dossier, call)
    own.signed_at, own.signed_by = now, actor
    session.flush()


def answers_sha256(dossier: Dossier, call: CallDefinition) -> str:
    """What a signature holds on to: the answers as a deposit would keep them now."""
    return sha256_of(as_deposited(call, current_answers(dossier, call)))


def has_signed(dossier: Dossier, call: CallDefinition, party: DossierParty) -> bool:
    """Whether the party signed the answers as they stand now."""
    return party.signed_sha256 == answers_sha256(dossier, call)


def lacking_signatures(dossier: Dossier, call: CallDefinition, own: str | None) -> list[str]:
    """The parties, but `own`, that have not signed the answers as they stand; one sentence each."""
    joined_as = {each.party_key: each for each in dossier.parties}
    found = []
    for key, party in call.parties.items():
        there = joined_as.get(key)
        if key == own or (there is not None and has_signed(dossier, call, there)):
            continue
        if there is None:
            found.append(f"{party.label} : n’a pas encore rejoint le dossier.")
        elif there.signed_at is None:
            found.append(f"{party.label} : n’a pas encore signé.")
        else:
            found.append(f"{party.label} : une réponse a changé depuis sa signature, à refaire.")
    return found


def _check_leads(dossier: Dossier, actor: User) -> None:
    if not _belongs(actor, dossier.organisation):
        raise PartyRefused(
            "Seul l’organisme qui a commencé le dossier peut en inviter ou en retirer un autre."
        )


def _belongs(user: User, organisation: Organisation) -> bool:
    return organisation.id in {each.organisation_id for each in user.memberships}


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
