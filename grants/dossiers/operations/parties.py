"""Organisations that apply together: one begins the dossier, others are asked to join and sign."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.accounts.models import Organisation, User
from grants.accounts.operations import address_of
from grants.accounts.tokens import digest_of, new_token
from grants.calls.definition import CallDefinition
from grants.dossiers.errors import PartyRefused, TransitionRefused
from grants.dossiers.messages import queue_joined, queue_left
from grants.dossiers.models import Dossier, DossierParty, PartyInvitation
from grants.dossiers.notices import LEFT_OUT, REMOVED
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
    token = new_token()
    invitation = PartyInvitation(
        dossier=dossier,
        party_key=party,
        email=address_of(email),
        token_sha256=digest_of(token),
        invited_by=actor,
        created_at=now,
        expires_at=now + VALID_FOR,
    )
    session.add(invitation)
    session.flush()
    return invitation, token


def withdraw_party_invitation(
    session: Session, dossier: Dossier, party: str, *, email: str, actor: User, now: datetime
) -> None:
    """The link that was sent to `email` is worth nothing any more.

    :raises PartyRefused: when it was followed or replaced meanwhile, or `actor` is not of the
        organisation that began the dossier.
    """
    dossier = lock(session, dossier)
    _check_leads(dossier, actor)
    asked = [
        each
        for each in pending_party_invitations(session, dossier, now=now)
        if (each.party_key, each.email) == (party, email)
    ]
    if not asked:
        raise PartyRefused("Cette invitation n’attend plus de réponse : rouvrez la page.")
    for each in asked:
        session.delete(each)
    session.flush()


def remove_party(
    session: Session,
    dossier: Dossier,
    party: str,
    *,
    organisation: int,
    actor: User,
    now: datetime,
) -> None:
    """Let go of an organisation that joined by mistake, and tell it; what it wrote stays in the
    dossier. A signature that a later answer has undone keeps nobody.

    :param organisation: its id, as the page showed it: another may have taken its place since.
    :raises PartyRefused: when the dossier is deposited, the party has signed or is not there, or
        `actor` is not of the organisation that began the dossier.
    """
    dossier = lock(session, dossier)
    _check_leads(dossier, actor)
    if dossier.phase != Phase.DRAFT:
        raise PartyRefused(
            "Le dossier est déposé : les organismes qui le portent ne changent plus."
        )
    own = joined_as(dossier, party)
    if own is None or own.organisation_id != organisation:
        raise PartyRefused("Cet organisme n’est pas dans le dossier.")
    if party in parties_signed(dossier, dossier.definition):
        raise PartyRefused("Cet organisme a signé le dossier : il ne peut plus en être retiré.")
    queue_left(session, dossier, own.organisation, REMOVED, by=actor, now=now)
    session.delete(own)
    session.flush()
    session.expire(dossier, ["parties"])


def let_go_of_unknown_parties(
    session: Session, dossier: Dossier, call: CallDefinition, *, actor: User, now: datetime
) -> None:
    """Under a definition that no longer names them, organisations have no part in the dossier:
    they leave it, are told, and links that were sent are worth nothing. Called by `move_draft`."""
    for each in list(dossier.parties):
        if each.party_key not in call.parties:
            queue_left(session, dossier, each.organisation, LEFT_OUT, by=actor, now=now)
            session.delete(each)
    for asked in pending_party_invitations(session, dossier, now=now):
        if asked.party_key not in call.parties:
            session.delete(asked)
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
    """None once accepted, replaced or out of date. Nothing is held: to read it changes nothing."""
    return session.scalar(
        select(PartyInvitation).where(
            PartyInvitation.token_sha256 == digest_of(token),
            PartyInvitation.accepted_at.is_(None),
            PartyInvitation.expires_at > now,
        )
    )


def join_as_party(
    session: Session,
    invitation: PartyInvitation,
    organisation: Organisation,
    *,
    actor: User,
    now: datetime,
) -> DossierParty:
    """The organisation of `actor` takes its place in the dossier; whoever began it is told.

    :raises PartyRefused: for somebody else than the person invited, for an organisation that he
        or she is not of or that is in the dossier already, for a place that the form no longer
        has, and once the invitation was taken back or the dossier deposited.
    """
    # The dossier first, as whoever replaces an invitation does.
    dossier = lock(session, invitation.dossier)
    if dossier.phase != Phase.DRAFT:
        raise PartyRefused("Le dossier est déposé : il ne peut plus être rejoint.")
    if not _still_awaits(session, invitation, now):
        raise PartyRefused("Cette invitation n’est plus valable.")
    if invitation.party_key not in dossier.definition.parties:
        raise PartyRefused("Le formulaire du dossier ne prévoit plus cet organisme.")
    if not is_invited(actor, invitation):
        raise PartyRefused(
            f"Cette invitation est adressée à {invitation.email} : connectez-vous avec elle."
        )
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
    queue_joined(session, dossier, party, by=actor, now=now)
    return party


def is_invited(user: User, invitation: PartyInvitation) -> bool:
    """A link speaks to one person: whoever it is forwarded to asks for an own one."""
    return user.email == invitation.email


def _still_awaits(session: Session, invitation: PartyInvitation, now: datetime) -> bool:
    """Read afresh, under the lock of its dossier."""
    held = session.scalars(
        select(PartyInvitation)
        .where(PartyInvitation.id == invitation.id)
        .execution_options(populate_existing=True)
    ).one_or_none()
    return held is not None and held.accepted_at is None and held.expires_at > now


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
    own = joined_as(dossier, party)
    if own is None:
        raise TransitionRefused(["Cet organisme n’a pas encore rejoint le dossier."])
    own.signed_sha256 = answers_sha256(dossier, call)
    own.signed_at, own.signed_by = now, actor
    session.flush()


def answers_sha256(dossier: Dossier, call: CallDefinition) -> str:
    """What a signature holds on to: the answers as a deposit would keep them now."""
    return sha256_of(as_deposited(call, current_answers(dossier, call)))


def joined_as(dossier: Dossier, party: str | None) -> DossierParty | None:
    """The organisation that joined as `party`, if one did."""
    return next((each for each in dossier.parties if each.party_key == party), None)


def parties_signed(dossier: Dossier, call: CallDefinition) -> frozenset[str]:
    """The parties that signed the answers as they stand now."""
    signed = [each for each in dossier.parties if each.signed_sha256 is not None]
    if not signed:
        return frozenset()
    present = answers_sha256(dossier, call)
    return frozenset(each.party_key for each in signed if each.signed_sha256 == present)


def lacking_signatures(dossier: Dossier, call: CallDefinition, own: str | None) -> list[str]:
    """The parties, but `own`, that have not signed the answers as they stand; one sentence each."""
    signed = parties_signed(dossier, call)
    found = []
    for key, party in call.parties.items():
        there = joined_as(dossier, key)
        if key == own or key in signed:
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
