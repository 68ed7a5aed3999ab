"""The organisations that apply together, and those asked to join."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grants.accounts.models import Organisation, User
from grants.orm import Base

if TYPE_CHECKING:
    from grants.dossiers.models.dossier import Dossier


class DossierParty(Base):
    """An organisation that applies besides the one that began the dossier."""

    __tablename__ = "dossier_party"

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), index=True)
    party_key: Mapped[str] = mapped_column(String(60))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    joined_at: Mapped[datetime]
    joined_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    #: SHA-256 of the answers that were signed: any later change undoes the signature.
    signed_sha256: Mapped[str | None] = mapped_column(String(64))
    signed_at: Mapped[datetime | None]
    signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    dossier: Mapped[Dossier] = relationship(back_populates="parties")
    organisation: Mapped[Organisation] = relationship()
    signed_by: Mapped[User | None] = relationship(foreign_keys=[signed_by_id])

    __table_args__ = (
        UniqueConstraint("dossier_id", "party_key", name="uq_dossier_party_dossier_party"),
        CheckConstraint(
            "(signed_at IS NULL) = (signed_sha256 IS NULL)"
            " AND (signed_at IS NULL) = (signed_by_id IS NULL)",
            name="signed_by_someone_on_something",
        ),
    )


class PartyInvitation(Base):
    """An organisation asked by e-mail to join a dossier. Only the token's SHA-256 is kept."""

    __tablename__ = "party_invitation"

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), index=True)
    party_key: Mapped[str] = mapped_column(String(60))
    email: Mapped[str] = mapped_column(String(254))
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    invited_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]

    dossier: Mapped[Dossier] = relationship()
    invited_by: Mapped[User] = relationship()

    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email_is_lower_case"),
        CheckConstraint("created_at < expires_at", name="expires_after_creation"),
    )
