"""The files put into a dossier."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grants.accounts.models import User
from grants.orm import Base

if TYPE_CHECKING:
    from grants.dossiers.models.dossier import Dossier


class StoredFile(Base):
    """A file put into a dossier. Its bytes lie in the folder of files, under their hash; rows are
    kept when an answer lets go of a file, for a deposited version may still hold it."""

    __tablename__ = "stored_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), index=True)
    field_key: Mapped[str] = mapped_column(String(80))
    sha256: Mapped[str] = mapped_column(String(64))
    #: As its owner called it: shown, never a path.
    name: Mapped[str] = mapped_column(String(255))
    size: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str] = mapped_column(String(20))
    added_at: Mapped[datetime]
    added_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))

    dossier: Mapped[Dossier] = relationship(back_populates="files")
    added_by: Mapped[User] = relationship()

    __table_args__ = (
        UniqueConstraint(
            "dossier_id", "field_key", "sha256", name="uq_stored_file_dossier_field_content"
        ),
        CheckConstraint("length(sha256) = 64", name="sha256_has_64_digits"),
        CheckConstraint("size > 0", name="size_is_positive"),
    )
