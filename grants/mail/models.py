"""One row for each mail, with its state and the provider's last answer."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from grants.orm import Base


class Mail(Base):
    __tablename__ = "mail"

    id: Mapped[int] = mapped_column(primary_key=True)
    #: What the mail is about, a stable key such as `dossier.submit`; for filters, never shown.
    kind: Mapped[str] = mapped_column(String(80))
    recipient: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(255))
    body: Mapped[str] = mapped_column(Text)
    #: queued → sending → sent | queued again (retry) | failed (no more retries)
    status: Mapped[str] = mapped_column(String(10), default="queued")
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    #: Not before this instant.
    due_at: Mapped[datetime]
    #: While `sending`: whoever finds it past this instant may take the mail over.
    leased_until: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(Text)
    #: Two enqueues with one key give one mail (a reminder fired twice, a page sent twice).
    unique_key: Mapped[str | None] = mapped_column(String(160), unique=True)
    dossier_id: Mapped[int | None] = mapped_column(
        ForeignKey("dossier.id", ondelete="SET NULL"), index=True
    )
    call_id: Mapped[int | None] = mapped_column(
        ForeignKey("call.id", ondelete="SET NULL"), index=True
    )

    __table_args__ = (
        CheckConstraint(
            "status IN ('queued', 'sending', 'sent', 'failed')", name="status_is_known"
        ),
        CheckConstraint("(status = 'sent') = (sent_at IS NOT NULL)", name="sent_has_its_time"),
        CheckConstraint("(status = 'sending') = (leased_until IS NOT NULL)", name="sending_leases"),
        CheckConstraint("attempts >= 0", name="attempts_not_negative"),
        Index("ix_mail_status_due_at", "status", "due_at"),
    )
