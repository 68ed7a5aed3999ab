"""What LibreOffice is asked to make of a file."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Literal

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grants.accounts.models import Organisation, User
from grants.calls.models import Call
from grants.dossiers.models.issued import IssuedDocument
from grants.dossiers.models.proposals import Proposal
from grants.orm import Base

if TYPE_CHECKING:
    from grants.dossiers.models.dossier import Dossier

#: « pdf »: of an issued document's Word file. « docx »: of a file that somebody sent to be read.
Target = Literal["pdf", "docx"]


#: Of a file that was sent, for lists.
_HOW_FAR = {
    "waiting": "attend d’être converti",
    "running": "est en cours de conversion",
    "failed": "n’a pas pu être lu",
    "done": "est lu",
}


class Conversion(Base):
    """A file that waits for LibreOffice, and what became of it. A file that was sent lies in a
    folder apart until it is read; the row goes some time after its end."""

    __tablename__ = "conversion"

    id: Mapped[int] = mapped_column(primary_key=True)
    target: Mapped[str] = mapped_column(String(4))
    #: Of the source: in the folder of files for a PDF, in that of the files sent otherwise.
    sha256: Mapped[str] = mapped_column(String(64))
    #: Asked twice for one source, place and person, it is one row.
    unique_key: Mapped[str] = mapped_column(String(200), unique=True)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    asked_at: Mapped[datetime] = mapped_column(index=True)
    #: waiting → running → done | waiting again (retry) | failed (no more retries)
    status: Mapped[str] = mapped_column(String(8), default="waiting")
    attempts: Mapped[int] = mapped_column(default=0)
    #: Not before this instant.
    due_at: Mapped[datetime]
    #: While `running`: past this instant its worker is taken for dead.
    leased_until: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    #: In French: why the last attempt came to nothing.
    reason: Mapped[str | None] = mapped_column(Text)

    # A PDF
    document_id: Mapped[int | None] = mapped_column(ForeignKey("issued_document.id"), index=True)

    # A file to be read, as in `Proposal`
    call_id: Mapped[int | None] = mapped_column(ForeignKey("call.id"))
    dossier_id: Mapped[int | None] = mapped_column(
        ForeignKey("dossier.id", ondelete="CASCADE"), index=True
    )
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    opinion_key: Mapped[str | None] = mapped_column(String(60))
    #: As its owner calls the file: shown, never a path.
    name: Mapped[str | None] = mapped_column(String(255))
    #: What was read of it.
    proposal_id: Mapped[int | None] = mapped_column(
        ForeignKey("proposal.id", ondelete="CASCADE"), index=True
    )

    asked_by: Mapped[User] = relationship()
    document: Mapped[IssuedDocument | None] = relationship()
    call: Mapped[Call | None] = relationship()
    dossier: Mapped[Dossier | None] = relationship()
    organisation: Mapped[Organisation | None] = relationship()
    proposal: Mapped[Proposal | None] = relationship()

    @property
    def how_far(self) -> str:
        return _HOW_FAR[self.status]

    __table_args__ = (
        CheckConstraint("target IN ('pdf', 'docx')", name="target_is_known"),
        CheckConstraint(
            "status IN ('waiting', 'running', 'done', 'failed')", name="status_is_known"
        ),
        CheckConstraint("(status = 'running') = (leased_until IS NOT NULL)", name="running_leases"),
        CheckConstraint(
            "(status IN ('done', 'failed')) = (ended_at IS NOT NULL)", name="ended_has_its_time"
        ),
        CheckConstraint("status <> 'failed' OR reason IS NOT NULL", name="failed_has_its_reason"),
        CheckConstraint("attempts >= 0", name="attempts_not_negative"),
        CheckConstraint("length(sha256) = 64", name="sha256_has_64_digits"),
        CheckConstraint(
            "(target = 'pdf') = (document_id IS NOT NULL)", name="pdf_is_of_a_document"
        ),
        CheckConstraint(
            "(target = 'docx') = (call_id IS NOT NULL AND name IS NOT NULL)",
            name="file_read_is_of_a_call",
        ),
        CheckConstraint(
            "(target = 'docx') = ((dossier_id IS NULL) <> (organisation_id IS NULL))",
            name="file_read_has_one_place",
        ),
        CheckConstraint(
            "opinion_key IS NULL OR dossier_id IS NOT NULL", name="opinion_has_a_dossier"
        ),
        CheckConstraint(
            "proposal_id IS NULL OR (target = 'docx' AND status = 'done')",
            name="proposal_ends_a_reading",
        ),
        Index("ix_conversion_status_due_at", "status", "due_at"),
    )
