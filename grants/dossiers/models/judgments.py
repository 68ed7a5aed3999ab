"""What the authorities said of a dossier: opinions, score sheets, decisions."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    BigInteger,
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

if TYPE_CHECKING:
    from grants.dossiers.models.dossier import Dossier, DossierVersion


class OpinionRecord(Base):
    """An opinion, draft or given. A given one is bound to a version and never changes."""

    __tablename__ = "opinion"

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), index=True)
    opinion_key: Mapped[str] = mapped_column(String(60))
    #: 1, then 2 when the dossier came back and the opinion is written anew.
    round: Mapped[int]
    answers: Mapped[dict[str, Any]] = mapped_column(type_json)
    #: Counts the saves of the draft; a writer who read another one is told.
    revision: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime]
    updated_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    version_id: Mapped[int | None]
    given_at: Mapped[datetime | None]
    given_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    stood_in: Mapped[bool] = mapped_column(default=False)

    dossier: Mapped[Dossier] = relationship(back_populates="opinions")
    updated_by: Mapped[User] = relationship(foreign_keys=[updated_by_id])
    given_by: Mapped[User | None] = relationship(foreign_keys=[given_by_id])
    version: Mapped[DossierVersion | None] = relationship(
        primaryjoin="OpinionRecord.version_id == DossierVersion.id",
        foreign_keys="OpinionRecord.version_id",
        viewonly=True,
    )

    __table_args__ = (
        UniqueConstraint("dossier_id", "opinion_key", "round", name="uq_opinion_dossier_key_round"),
        ForeignKeyConstraint(
            ["version_id", "dossier_id"],
            ["dossier_version.id", "dossier_version.dossier_id"],
            name="fk_opinion_version_of_its_dossier",
        ),
        CheckConstraint("round >= 1", name="round_from_1"),
        CheckConstraint(
            "(given_at IS NULL) = (version_id IS NULL)"
            " AND (given_at IS NULL) = (given_by_id IS NULL)",
            name="given_on_a_version_by_someone",
        ),
    )


class Decision(Base):
    """What was decided, on which version; a later one replaces it without erasing it."""

    __tablename__ = "decision"

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), index=True)
    number: Mapped[int]
    outcome: Mapped[str] = mapped_column(String(20))
    amount_cents: Mapped[int | None] = mapped_column(BigInteger)
    rank: Mapped[int | None]
    reason: Mapped[str | None] = mapped_column(Text)
    #: The whole decision form, as answered.
    answers: Mapped[dict[str, Any]] = mapped_column(type_json)
    version_id: Mapped[int]
    decided_at: Mapped[datetime]
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    stood_in: Mapped[bool] = mapped_column(default=False)

    decided_by: Mapped[User] = relationship(foreign_keys=[decided_by_id])
    version: Mapped[DossierVersion] = relationship(
        primaryjoin="Decision.version_id == DossierVersion.id",
        foreign_keys="Decision.version_id",
        viewonly=True,
    )

    __table_args__ = (
        UniqueConstraint("dossier_id", "number", name="uq_decision_dossier_number"),
        #: Lets a dossier be tied to a decision of its own.
        UniqueConstraint("id", "dossier_id", name="uq_decision_id_dossier"),
        CheckConstraint("number >= 1", name="number_from_1"),
        ForeignKeyConstraint(
            ["version_id", "dossier_id"],
            ["dossier_version.id", "dossier_version.dossier_id"],
            name="fk_decision_version_of_its_dossier",
        ),
        CheckConstraint(
            "outcome IN ('selected', 'waiting_list', 'rejected')", name="outcome_is_known"
        ),
        CheckConstraint(
            "(outcome = 'selected') = (amount_cents IS NOT NULL)", name="selected_has_an_amount"
        ),
        CheckConstraint("amount_cents IS NULL OR amount_cents > 0", name="amount_is_positive"),
        CheckConstraint(
            "(outcome = 'waiting_list') = (rank IS NOT NULL)", name="waiting_has_a_rank"
        ),
        CheckConstraint("rank IS NULL OR rank >= 1", name="rank_from_1"),
        CheckConstraint(
            # Not `length(reason) > 0` alone: unknown for NULL, which a check lets pass.
            "outcome <> 'rejected' OR length(coalesce(reason, '')) > 0",
            name="rejected_has_a_reason",
        ),
    )


class ScoreSheet(Base):
    """The sheet of one scorer, draft or returned. A returned one is bound to a version and never
    changes."""

    __tablename__ = "score_sheet"

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), index=True)
    grid_key: Mapped[str] = mapped_column(String(60))
    scorer_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    answers: Mapped[dict[str, Any]] = mapped_column(type_json)
    #: Counts the saves; whoever writes from another page is told.
    revision: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime]
    version_id: Mapped[int | None]
    returned_at: Mapped[datetime | None]
    #: Points times weight; none before the sheet is returned.
    total: Mapped[int | None]

    dossier: Mapped[Dossier] = relationship(back_populates="sheets")
    scorer: Mapped[User] = relationship(lazy="joined")

    __table_args__ = (
        UniqueConstraint(
            "dossier_id", "grid_key", "scorer_id", name="uq_score_sheet_dossier_grid_scorer"
        ),
        ForeignKeyConstraint(
            ["version_id", "dossier_id"],
            ["dossier_version.id", "dossier_version.dossier_id"],
            name="fk_score_sheet_version_of_its_dossier",
        ),
        CheckConstraint(
            "(returned_at IS NULL) = (version_id IS NULL)"
            " AND (returned_at IS NULL) = (total IS NULL)",
            name="returned_on_a_version_with_its_total",
        ),
        CheckConstraint("total IS NULL OR total >= 0", name="total_not_negative"),
    )
