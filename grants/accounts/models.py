"""Users, organisations, services, and who may act for which."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from flask_security.core import RoleMixin, UserMixin
from sqlalchemy import CheckConstraint, Column, ForeignKey, String, Table, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grants.orm import Base, type_json


class Capacity(StrEnum):
    """What a member may do for an organisation (the first two) or a service (the last two)."""

    EDITOR = "editor"
    SIGNATORY = "signatory"
    OFFICER = "officer"
    HEAD = "head"


#: Flask-Security wants a roles relationship; we give rights by membership and leave it empty.
users_roles = Table(
    "user_security_role",
    Base.metadata,
    Column("user_id", ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True),
    Column("role_id", ForeignKey("security_role.id", ondelete="CASCADE"), primary_key=True),
)


class SecurityRole(Base, RoleMixin):
    __tablename__ = "security_role"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)


class User(Base, UserMixin):
    """A person. Rights come from memberships, never from the row itself but `manages_calls`."""

    __tablename__ = "user_account"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    #: None until a colleague who was invited has chosen one.
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    #: Changes with the password, so that old sessions and cookies end with it.
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    confirmed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    #: May upload a call file, and manages the calls that `CallManager` rows name.
    manages_calls: Mapped[bool] = mapped_column(default=False)
    tf_primary_method: Mapped[str | None] = mapped_column(String(64))
    tf_totp_secret: Mapped[str | None] = mapped_column(String(255))
    #: Which code of the authenticator was taken last: none is taken twice.
    tf_last_counter: Mapped[int | None]
    mf_recovery_codes: Mapped[list[Any] | None] = mapped_column(type_json)
    failed_logins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]

    roles: Mapped[list[SecurityRole]] = relationship(  # type: ignore[assignment]  # its mixin is looser
        secondary=users_roles
    )
    memberships: Mapped[list[Membership]] = relationship(back_populates="user")
    service_memberships: Mapped[list[ServiceMembership]] = relationship(back_populates="user")
    stand_ins: Mapped[list[StandIn]] = relationship(
        back_populates="user", foreign_keys="StandIn.user_id"
    )

    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email_is_lower_case"),
        CheckConstraint("failed_logins >= 0", name="failed_logins_not_negative"),
    )


class Organisation(Base):
    """A body that applies: social landlord, association…"""

    __tablename__ = "organisation"

    id: Mapped[int] = mapped_column(primary_key=True)
    #: 14 digits, checked by `grants.accounts.operations`; the same body registers once.
    siret: Mapped[str] = mapped_column(String(14), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]

    memberships: Mapped[list[Membership]] = relationship(back_populates="organisation")

    __table_args__ = (CheckConstraint("length(siret) = 14", name="siret_has_14_digits"),)


class Membership(Base):
    __tablename__ = "membership"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    capacity: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime]

    user: Mapped[User] = relationship(back_populates="memberships")
    organisation: Mapped[Organisation] = relationship(back_populates="memberships")

    __table_args__ = (
        UniqueConstraint("user_id", "organisation_id", name="uq_membership_user_organisation"),
        CheckConstraint("capacity IN ('editor', 'signatory')", name="capacity_of_an_organisation"),
    )


class Service(Base):
    """A body that instructs, in its territory: DDCS of department 17, DREAL of a region, jury.

    `territory` is a department or region code, or '' for a national service. The printed name of a
    State service is that in force at a call's reference date (`grants.reference.bodies`).
    """

    __tablename__ = "service"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(60))
    scope: Mapped[str] = mapped_column(String(10))
    #: How the call file calls a body that is no service of the State; empty for the others.
    name: Mapped[str] = mapped_column(String(120), default="")
    territory: Mapped[str] = mapped_column(String(3))
    address: Mapped[str] = mapped_column(Text, default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")

    memberships: Mapped[list[ServiceMembership]] = relationship(back_populates="service")
    stand_ins: Mapped[list[StandIn]] = relationship(back_populates="service")

    __table_args__ = (
        UniqueConstraint("kind", "territory", name="uq_service_kind_territory"),
        CheckConstraint("scope IN ('department', 'region', 'national')", name="scope_is_known"),
        CheckConstraint("(scope = 'national') = (territory = '')", name="territory_fits_the_scope"),
    )


class ServiceMembership(Base):
    __tablename__ = "service_membership"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"), index=True)
    capacity: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime]

    user: Mapped[User] = relationship(back_populates="service_memberships")
    service: Mapped[Service] = relationship(back_populates="memberships")

    __table_args__ = (
        UniqueConstraint("user_id", "service_id", name="uq_service_membership_user_service"),
        CheckConstraint("capacity IN ('officer', 'head')", name="capacity_of_a_service"),
    )


class StandIn(Base):
    """An officer who acts as head of the service, both days included, while the head is away."""

    __tablename__ = "stand_in"

    id: Mapped[int] = mapped_column(primary_key=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    named_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[datetime]

    service: Mapped[Service] = relationship(back_populates="stand_ins")
    user: Mapped[User] = relationship(back_populates="stand_ins", foreign_keys=[user_id])

    __table_args__ = (CheckConstraint("starts_on <= ends_on", name="dates_in_order"),)


class Invitation(Base):
    """A colleague asked by e-mail to join an organisation or a service, once.

    Only the SHA-256 of the token is kept: whoever reads the database cannot accept.
    """

    __tablename__ = "invitation"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    service_id: Mapped[int | None] = mapped_column(ForeignKey("service.id"), index=True)
    capacity: Mapped[str] = mapped_column(String(20))
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    invited_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]

    organisation: Mapped[Organisation | None] = relationship()
    service: Mapped[Service | None] = relationship()
    invited_by: Mapped[User] = relationship()

    __table_args__ = (
        CheckConstraint(
            "(organisation_id IS NULL) <> (service_id IS NULL)", name="joins_exactly_one_body"
        ),
        CheckConstraint("email = lower(email)", name="email_is_lower_case"),
        CheckConstraint(
            "(organisation_id IS NOT NULL AND capacity IN ('editor', 'signatory'))"
            " OR (service_id IS NOT NULL AND capacity IN ('officer', 'head'))",
            name="capacity_fits_the_body",
        ),
        CheckConstraint("created_at < expires_at", name="expires_after_creation"),
    )


class ParkedForm(Base):
    """What somebody typed into a page after their session had ended, kept for that person alone."""

    __tablename__ = "parked_form"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    path: Mapped[str] = mapped_column(String(300))
    #: {input name: [texts]}, as posted.
    inputs: Mapped[dict[str, Any]] = mapped_column(type_json)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("user_id", "path", name="uq_parked_form_user_path"),
        CheckConstraint("created_at < expires_at", name="expires_after_creation"),
    )
