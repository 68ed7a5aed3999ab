"""Calls and the frozen revisions of their files."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grants.accounts.models import User
from grants.orm import Base, type_json


class CallStatus(StrEnum):
    """Where a call stands at an instant; derived, never stored."""

    PREPARATION = "preparation"
    COMING = "coming"
    OPEN = "open"
    CLOSED = "closed"


class Call(Base):
    """A call. Its dates are its own: moving them reaches every dossier at once."""

    __tablename__ = "call"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    revision_id: Mapped[int | None] = mapped_column(
        ForeignKey("call_revision.id", use_alter=True, name="fk_call_revision_id_call_revision")
    )
    opens_at: Mapped[datetime]
    #: The first instant that is too late.
    closes_at: Mapped[datetime]
    #: When a manager opened the call to the public; None while it is prepared.
    published_at: Mapped[datetime | None]
    #: Number of references given so far.
    dossier_count: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]

    revision: Mapped[CallRevision | None] = relationship(foreign_keys=[revision_id])
    managers: Mapped[list[CallManager]] = relationship(back_populates="call")

    __table_args__ = (
        CheckConstraint("opens_at < closes_at", name="dates_in_order"),
        CheckConstraint("dossier_count >= 0", name="dossier_count_not_negative"),
        CheckConstraint(
            "published_at IS NULL OR revision_id IS NOT NULL", name="published_has_a_revision"
        ),
    )

    def status(self, now: datetime) -> CallStatus:
        if self.published_at is None:
            return CallStatus.PREPARATION
        if now < self.opens_at:
            return CallStatus.COMING
        return CallStatus.OPEN if now < self.closes_at else CallStatus.CLOSED


class CallRevision(Base):
    """One imported file. Never changed: dossiers are pinned to it."""

    __tablename__ = "call_revision"

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"), index=True)
    number: Mapped[int]
    #: The file as it was given, and what was read from it: long, and read once a process by
    #: `calls.loader`, hence not fetched with each dossier.
    source: Mapped[str] = mapped_column(Text, deferred=True)
    #: Not JSONB, which forgets the order of keys: sections and fields come in the file's order.
    definition: Mapped[dict[str, Any]] = mapped_column(JSON, deferred=True)
    sha256: Mapped[str] = mapped_column(String(64))
    imported_at: Mapped[datetime]
    imported_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    call: Mapped[Call] = relationship(foreign_keys=[call_id])

    __table_args__ = (
        UniqueConstraint("call_id", "number", name="uq_call_revision_call_number"),
        #: Lets a dossier be tied to a revision of its own call.
        UniqueConstraint("id", "call_id", name="uq_call_revision_id_call"),
        CheckConstraint("number >= 1", name="number_from_1"),
    )


class HearingSlot(Base):
    """A time at which one dossier may be heard. Free while no dossier holds it."""

    __tablename__ = "hearing_slot"

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"), index=True)
    hearing_key: Mapped[str] = mapped_column(String(60))
    starts_at: Mapped[datetime]
    place: Mapped[str] = mapped_column(String(200), default="")
    dossier_id: Mapped[int | None] = mapped_column()
    booked_at: Mapped[datetime | None]
    booked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    booked_by: Mapped[User | None] = relationship()

    __table_args__ = (
        UniqueConstraint("call_id", "hearing_key", "starts_at", name="uq_hearing_slot_start"),
        UniqueConstraint("dossier_id", "hearing_key", name="uq_hearing_slot_once_for_a_dossier"),
        #: A dossier is heard in its own call's slots.
        ForeignKeyConstraint(
            ["dossier_id", "call_id"],
            ["dossier.id", "dossier.call_id"],
            name="fk_hearing_slot_dossier_of_its_call",
        ),
        CheckConstraint(
            "(dossier_id IS NULL) = (booked_at IS NULL)"
            " AND (dossier_id IS NULL) = (booked_by_id IS NULL)",
            name="booked_for_a_dossier_by_someone",
        ),
    )


class CallManager(Base):
    __tablename__ = "call_manager"

    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)

    call: Mapped[Call] = relationship(back_populates="managers")
    user: Mapped[User] = relationship()


class CallEvent(Base):
    """What was done to the call: imported, opened, extended, closed, its hearing slots changed; by
    whom, when."""

    __tablename__ = "call_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    detail: Mapped[dict[str, Any]] = mapped_column(type_json)
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    actor: Mapped[User | None] = relationship()

    __table_args__ = (
        CheckConstraint(
            "kind IN ('imported', 'opened', 'moved', 'closed', 'slots')", name="kind_is_known"
        ),
    )
