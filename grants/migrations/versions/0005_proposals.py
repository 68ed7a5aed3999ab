"""What was read in files and waits for a choice."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

JSON_VALUE = sa.JSON(none_as_null=True).with_variant(
    postgresql.JSONB(none_as_null=True), "postgresql"
)


def upgrade() -> None:
    op.create_table(
        "proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("opinion_key", sa.String(length=60), nullable=True),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("reading", JSON_VALUE, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(dossier_id IS NULL) <> (organisation_id IS NULL)",
            name=op.f("ck_proposal_for_a_dossier_or_a_new_one"),
        ),
        sa.CheckConstraint(
            "opinion_key IS NULL OR dossier_id IS NOT NULL",
            name=op.f("ck_proposal_opinion_has_a_dossier"),
        ),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_proposal_sha256_has_64_digits")),
        sa.ForeignKeyConstraint(
            ["author_id"], ["user_account.id"], name=op.f("fk_proposal_author_id_user_account")
        ),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_proposal_call_id_call")),
        sa.ForeignKeyConstraint(
            ["dossier_id"],
            ["dossier.id"],
            name=op.f("fk_proposal_dossier_id_dossier"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_proposal_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["revision_id", "call_id"],
            ["call_revision.id", "call_revision.call_id"],
            name="fk_proposal_revision_of_its_call",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
    )
    for column in ("author_id", "dossier_id", "made_at"):
        op.create_index(f"ix_proposal_{column}", "proposal", [column])


def downgrade() -> None:
    op.drop_table("proposal")
