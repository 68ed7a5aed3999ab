"""Accounts: made, confirmed, found."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from grants.accounts import passwords
from grants.accounts.errors import AccountRefused, AddressTaken
from grants.accounts.models import Capacity, Membership, Organisation, ServiceMembership, User
from grants.accounts.operations.sirets import checked_siret

#: An account that nobody confirmed gives its address and its organisation back.
CONFIRM_WITHIN = timedelta(days=2)

SIRET_TAKEN = (
    "SIRET d’un organisme déjà inscrit. Demandez à un signataire de votre organisme de "
    "vous inviter : vous recevrez un lien par courriel."
)


def register(
    session: Session,
    *,
    name: str,
    email: str,
    password: str,
    siret: str,
    organisation_name: str,
    now: datetime,
) -> User:
    """A new person and his or her organisation, whose first signatory he or she is.

    Nothing can be done with the account before `confirm`.

    :raises AccountRefused: with the field at fault; the organisation may be there already.
    :raises AddressTaken: when a confirmed account has this address.
    """
    _drop_lapsed(session, now)
    siret = checked_siret(siret)
    title = _checked_text(organisation_name, 200, "organisation_name", "le nom de l’organisme")
    if _organisation_stands(session, siret, unless_pending_for=address_of(email)):
        raise AccountRefused(SIRET_TAKEN, field="siret")
    user = add_user(session, email=email, name=name, password=password, now=now, confirmed=False)
    organisation = Organisation(siret=siret, name=title, created_at=now)
    try:
        with session.begin_nested():
            session.add(organisation)
    except IntegrityError:  # somebody registered the same body a moment ago
        raise AccountRefused(SIRET_TAKEN, field="siret") from None
    session.add(
        Membership(
            user=user, organisation=organisation, capacity=Capacity.SIGNATORY, created_at=now
        )
    )
    session.flush()
    return user


def add_user(
    session: Session,
    *,
    email: str,
    name: str,
    password: str,
    now: datetime,
    confirmed: bool = True,
    manages_calls: bool = False,
    hashing: Callable[[str], str] = passwords.hashed,
) -> User:
    """A person who belongs nowhere yet.

    An account of this address that was never confirmed is replaced: whoever made it did not show
    that the address is theirs.

    :raises AccountRefused: with the field at fault.
    :raises AddressTaken: when a confirmed account has this address.
    """
    address = address_of(email)
    person = _checked_text(name, 120, "name", "votre nom")
    problem = passwords.problem(password, about=(person, address))
    if problem is not None:
        raise AccountRefused(problem, field="password")
    # Made before the look-up, so that a known address takes the same time as a new one.
    kept = hashing(password)
    known = find_user(session, address)
    if known is not None and known.confirmed_at is not None:
        raise AddressTaken(known.id)
    if known is not None:
        _drop(session, known)
    user = User(
        email=address,
        name=person,
        password=kept,
        fs_uniquifier=secrets.token_hex(32),
        confirmed_at=now if confirmed else None,
        created_at=now,
        manages_calls=manages_calls,
    )
    try:
        with session.begin_nested():
            session.add(user)
    except IntegrityError:  # somebody took the address a moment ago
        other = session.scalars(select(User).where(User.email == address)).one()
        raise AddressTaken(other.id) from None
    return user


def confirm(session: Session, user: User, *, now: datetime) -> None:
    """The address is theirs. A second confirmation changes nothing."""
    if user.confirmed_at is None:
        user.confirmed_at = now
        session.flush()


def find_user(session: Session, email: str) -> User | None:
    return session.scalar(select(User).where(User.email == email.strip().lower()))


def address_of(email: str) -> str:
    """The address as it is kept, in small letters.

    :raises AccountRefused: when it is none.
    """
    try:
        checked = validate_email(email.strip(), check_deliverability=False)
    except EmailNotValidError:
        raise AccountRefused(
            "Écrivez une adresse électronique, par exemple « prenom.nom@organisme.fr ».",
            field="email",
        ) from None
    if not checked.normalized.isascii():
        raise AccountRefused("Les adresses accentuées ne sont pas acceptées.", field="email")
    return checked.normalized.lower()


def _checked_text(text: str, length: int, field: str, what: str) -> str:
    text = " ".join(re.sub(r"[\x00-\x1f\x7f]", " ", text).split())
    if not text:
        raise AccountRefused(f"Indiquez {what}.", field=field)
    if len(text) > length:
        raise AccountRefused(f"{length} caractères au plus.", field=field)
    return text


def _organisation_stands(session: Session, siret: str, *, unless_pending_for: str) -> bool:
    """Whether the organisation is there, and not only by the same person's pending account."""
    organisation = session.scalar(select(Organisation).where(Organisation.siret == siret))
    if organisation is None:
        return False
    people = [(each.user.email, each.user.confirmed_at) for each in organisation.memberships]
    return people != [(unless_pending_for, None)]


def _drop_lapsed(session: Session, now: datetime) -> None:
    lapsed = select(User).where(User.confirmed_at.is_(None), User.created_at < now - CONFIRM_WITHIN)
    for user in session.scalars(lapsed).all():
        _drop(session, user)


def _drop(session: Session, user: User) -> None:
    """Remove an account that was never confirmed, with the organisation it founded alone."""
    alone = [
        each.organisation_id for each in user.memberships if len(each.organisation.memberships) == 1
    ]
    session.execute(delete(Membership).where(Membership.user_id == user.id))
    session.execute(delete(ServiceMembership).where(ServiceMembership.user_id == user.id))
    session.execute(delete(Organisation).where(Organisation.id.in_(alone)))
    session.execute(delete(User).where(User.id == user.id))
    session.expire_all()
