"""What was read in a file and waits for its reader's choice."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grants.accounts.models import Organisation, User
from grants.calls.models import Call, CallRevision
from grants.orm import Base, type_json

if TYPE_CHECKING:
    from grants.dossiers.models.dossier import Dossier


class Proposal(Base):
    """The answers that a file proposes, for whoever sent it alone. The file itself is not kept;
    the row goes with the choice unless texts are left to be copied, with its dossier, or after some
    days."""

    __tablename__ = "proposal"

    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"))
    #: Whose form the file was read with.
    revision_id: Mapped[int]
    #: For the answers of this dossier; None for a dossier yet to be begun.
    dossier_id: Mapped[int | None] = mapped_column(
        ForeignKey("dossier.id", ondelete="CASCADE"), index=True
    )
    #: Who would begin it.
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    #: For that opinion on the dossier, and not for its answers.
    opinion_key: Mapped[str | None] = mapped_column(String(60))
    #: As its owner calls the file: shown, never a path.
    name: Mapped[str] = mapped_column(String(255))
    #: Of the file: sent twice, it is one proposal.
    sha256: Mapped[str] = mapped_column(String(64))
    #: See `grants.dossiers.proposals.kept`.
    reading: Mapped[dict[str, Any]] = mapped_column(type_json, deferred=True)
    made_at: Mapped[datetime] = mapped_column(index=True)

    author: Mapped[User] = relationship()
    call: Mapped[Call] = relationship()
    revision: Mapped[CallRevision] = relationship(foreign_keys="Proposal.revision_id")
    dossier: Mapped[Dossier | None] = relationship()
    organisation: Mapped[Organisation | None] = relationship()

    __table_args__ = (
        CheckConstraint(
            "(dossier_id IS NULL) <> (organisation_id IS NULL)", name="for_a_dossier_or_a_new_one"
        ),
        CheckConstraint(
            "opinion_key IS NULL OR dossier_id IS NOT NULL", name="opinion_has_a_dossier"
        ),
        CheckConstraint("length(sha256) = 64", name="sha256_has_64_digits"),
        ForeignKeyConstraint(
            ["revision_id", "call_id"],
            ["call_revision.id", "call_revision.call_id"],
            name="fk_proposal_revision_of_its_call",
        ),
    )
