"""What was sent about a dossier: receipts, and the reminders of its clocks."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ForeignKey,
    ForeignKeyConstraint,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from grants.orm import Base, type_json


class Receipt(Base):
    """The receipt issued with a deposit, as it was worded that day."""

    __tablename__ = "receipt"

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), index=True)
    version_id: Mapped[int] = mapped_column(unique=True)
    issued_at: Mapped[datetime]
    content: Mapped[dict[str, Any]] = mapped_column(type_json)

    __table_args__ = (
        ForeignKeyConstraint(
            ["version_id", "dossier_id"],
            ["dossier_version.id", "dossier_version.dossier_id"],
            name="fk_receipt_version_of_its_dossier",
        ),
    )


class ReminderSent(Base):
    """Keeps a clock from reminding, or acting, twice."""

    __tablename__ = "reminder_sent"

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), index=True)
    clock: Mapped[str] = mapped_column(String(60))
    due_on: Mapped[date]
    days_before: Mapped[int]
    sent_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint(
            "dossier_id", "clock", "due_on", "days_before", name="uq_reminder_sent_once"
        ),
    )
