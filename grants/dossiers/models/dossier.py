"""A dossier, its answers, its frozen versions and the acts that moved it."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grants.accounts.models import Organisation, User
from grants.calls.definition import CallDefinition
from grants.calls.loader import definition_in_force, machine_of
from grants.calls.models import Call, CallRevision, HearingSlot
from grants.orm import Base, type_json
from grants.workflows.machine import CompiledCircuit

if TYPE_CHECKING:
    from grants.dossiers.models.files import StoredFile
    from grants.dossiers.models.judgments import Decision, OpinionRecord, ScoreSheet
    from grants.dossiers.models.parties import DossierParty

TITLE_LENGTH = 255
PHASES = "('draft', 'review', 'completion', 'decided', 'notified', 'closed')"


class Dossier(Base):
    """One application. `state` is written by `grants.dossiers.operations.fire` alone."""

    __tablename__ = "dossier"

    # `id` is part of the reference to the decision, and still numbered by the database.
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement="ignore_fk")
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"), index=True)
    revision_id: Mapped[int] = mapped_column()
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    reference: Mapped[str] = mapped_column(String(20), unique=True)
    #: The project's name as last answered, for lists.
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH), default="")
    state: Mapped[str] = mapped_column(String(60))
    phase: Mapped[str] = mapped_column(String(12))
    #: Number of acts carried out; a page that was shown at another step is stale.
    step: Mapped[int] = mapped_column(default=0)
    #: Step of the last act that moved the dossier: acts done in parallel (one opinion of three, one
    #: score sheet) leave it, and a page shown since then is not stale.
    stage: Mapped[int] = mapped_column(default=0)
    #: Roles whose turn it is: those of the state, less those that have returned their part.
    turn: Mapped[list[str]] = mapped_column(type_json, default=list)
    #: Where the project is, fixed by each deposit; services see their own territory only.
    department_code: Mapped[str | None] = mapped_column(String(3), index=True)
    region_code: Mapped[str | None] = mapped_column(String(3), index=True)
    #: Number of the last frozen version, 0 before the first deposit.
    version_number: Mapped[int] = mapped_column(default=0)
    submitted_at: Mapped[datetime | None]
    #: Due date of the running clock, and its key.
    due_on: Mapped[date | None] = mapped_column(index=True)
    due_clock: Mapped[str | None] = mapped_column(String(60))
    #: Day on which silence decides (CRPA, art. L231-4); none while the dossier is incomplete.
    silence_on: Mapped[date | None]
    decision_id: Mapped[int | None] = mapped_column()
    notified_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    created_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))

    call: Mapped[Call] = relationship()
    revision: Mapped[CallRevision] = relationship(foreign_keys=[revision_id])
    organisation: Mapped[Organisation] = relationship()
    created_by: Mapped[User] = relationship(foreign_keys=[created_by_id])
    answers: Mapped[list[Answer]] = relationship(back_populates="dossier")
    versions: Mapped[list[DossierVersion]] = relationship(
        back_populates="dossier", order_by="DossierVersion.number"
    )
    events: Mapped[list[DossierEvent]] = relationship(
        back_populates="dossier", order_by="DossierEvent.step"
    )
    opinions: Mapped[list[OpinionRecord]] = relationship(
        back_populates="dossier", order_by="OpinionRecord.id"
    )
    sheets: Mapped[list[ScoreSheet]] = relationship(
        back_populates="dossier", order_by="ScoreSheet.id"
    )
    #: By their number alone: a slot let go of stays its call's.
    slots: Mapped[list[HearingSlot]] = relationship(
        order_by="HearingSlot.starts_at",
        primaryjoin="HearingSlot.dossier_id == Dossier.id",
        foreign_keys="HearingSlot.dossier_id",
        viewonly=True,
    )
    parties: Mapped[list[DossierParty]] = relationship(
        back_populates="dossier", order_by="DossierParty.id"
    )
    files: Mapped[list[StoredFile]] = relationship(
        back_populates="dossier", order_by="StoredFile.id"
    )
    #: All that were recorded; `decision` is the one in force.
    decisions: Mapped[list[Decision]] = relationship(
        foreign_keys="Decision.dossier_id", order_by="Decision.number", viewonly=True
    )
    decision: Mapped[Decision | None] = relationship(foreign_keys=[decision_id])

    __table_args__ = (
        CheckConstraint(f"phase IN {PHASES}", name="phase_is_known"),
        CheckConstraint("stage BETWEEN 0 AND step", name="stage_within_steps"),
        CheckConstraint(
            "(phase = 'draft') = (submitted_at IS NULL)", name="deposited_out_of_draft"
        ),
        CheckConstraint(
            "(submitted_at IS NULL) = (version_number = 0)", name="deposited_has_a_version"
        ),
        CheckConstraint(
            "submitted_at IS NULL OR (department_code IS NOT NULL AND region_code IS NOT NULL)",
            name="deposited_has_a_territory",
        ),
        CheckConstraint(
            "phase NOT IN ('decided', 'notified') OR decision_id IS NOT NULL",
            name="decided_has_its_decision",
        ),
        CheckConstraint(
            "(phase = 'notified') = (notified_at IS NOT NULL)", name="notified_is_dated"
        ),
        CheckConstraint("(phase = 'closed') = (closed_at IS NOT NULL)", name="closed_is_dated"),
        CheckConstraint(
            "phase <> 'completion' OR due_on IS NOT NULL", name="completion_has_a_date"
        ),
        CheckConstraint("(due_on IS NULL) = (due_clock IS NULL)", name="due_date_has_its_clock"),
        CheckConstraint(
            "silence_on IS NULL OR phase IN ('review', 'decided')", name="silence_runs_in_review"
        ),
        ForeignKeyConstraint(
            ["revision_id", "call_id"],
            ["call_revision.id", "call_revision.call_id"],
            name="fk_dossier_revision_of_its_call",
        ),
        ForeignKeyConstraint(
            ["decision_id", "id"],
            ["decision.id", "decision.dossier_id"],
            name="fk_dossier_decision_of_its_own",
            use_alter=True,
        ),
        #: Lets a hearing slot be tied to a dossier of its own call.
        UniqueConstraint("id", "call_id", name="uq_dossier_id_call"),
        Index("ix_dossier_call_id_phase", "call_id", "phase"),
    )

    @property
    def definition(self) -> CallDefinition:
        """The call as this dossier follows it."""
        return definition_in_force(self.revision, self.call.revision)

    @property
    def machine(self) -> CompiledCircuit:
        return machine_of(self.revision)

    @property
    def version_in_hand(self) -> DossierVersion | None:
        """The last one deposited; None before the first deposit."""
        return next((each for each in self.versions if each.number == self.version_number), None)


class Answer(Base):
    """The present answer to one question, with a counter that tells conflicting writers apart."""

    __tablename__ = "answer"

    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), primary_key=True)
    field_key: Mapped[str] = mapped_column(String(80), primary_key=True)
    #: Canonical JSON of the field's type; None when emptied.
    value: Mapped[Any] = mapped_column(type_json, nullable=True)
    revision: Mapped[int]
    updated_at: Mapped[datetime]
    updated_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))

    dossier: Mapped[Dossier] = relationship(back_populates="answers")
    updated_by: Mapped[User] = relationship()

    __table_args__ = (CheckConstraint("revision >= 1", name="revision_from_1"),)


class DossierVersion(Base):
    """The answers as deposited. Never changed; opinions and decisions point here."""

    __tablename__ = "dossier_version"

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), index=True)
    number: Mapped[int]
    answers: Mapped[dict[str, Any]] = mapped_column(type_json)
    #: Figures at that time, for lists: {figure key: exact fraction or cents as text}.
    figures: Mapped[dict[str, Any]] = mapped_column(type_json)
    sha256: Mapped[str] = mapped_column(String(64))
    frozen_at: Mapped[datetime]
    frozen_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))

    dossier: Mapped[Dossier] = relationship(back_populates="versions")
    frozen_by: Mapped[User] = relationship()

    __table_args__ = (
        UniqueConstraint("dossier_id", "number", name="uq_dossier_version_dossier_number"),
        #: Lets opinions and decisions be tied to a version *of their own dossier*.
        UniqueConstraint("id", "dossier_id", name="uq_dossier_version_id_dossier"),
        CheckConstraint("number >= 1", name="number_from_1"),
    )


class DossierEvent(Base):
    """One act: who did what, as what, when, on which version. Only ever added."""

    __tablename__ = "dossier_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), index=True)
    step: Mapped[int]
    trigger: Mapped[str] = mapped_column(String(60))
    from_state: Mapped[str] = mapped_column(String(60))
    to_state: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime]
    #: None when a clock acted.
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    role: Mapped[str | None] = mapped_column(String(60))
    #: The actor stood in for the head of the service.
    stood_in: Mapped[bool] = mapped_column(default=False)
    version_number: Mapped[int]
    #: Answers to the act's own form.
    note: Mapped[dict[str, Any]] = mapped_column(type_json)

    dossier: Mapped[Dossier] = relationship(back_populates="events")
    actor: Mapped[User | None] = relationship()

    __table_args__ = (
        UniqueConstraint("dossier_id", "step", name="uq_dossier_event_dossier_step"),
        CheckConstraint("step >= 1", name="step_from_1"),
        CheckConstraint("(actor_id IS NULL) = (role IS NULL)", name="actor_has_a_role"),
    )
