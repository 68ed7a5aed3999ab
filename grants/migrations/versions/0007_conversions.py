"""What LibreOffice is asked to make of files, and the PDF that it made of an issued document."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

FORMATS = "'docx', 'pdf'"


def upgrade() -> None:
    _know(f"{FORMATS}, 'word_pdf'")
    op.create_table(
        "conversion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("target", sa.String(length=4), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("unique_key", sa.String(length=200), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(length=8), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("document_id", sa.Integer(), nullable=True),
        sa.Column("call_id", sa.Integer(), nullable=True),
        sa.Column("dossier_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("opinion_key", sa.String(length=60), nullable=True),
        sa.Column("name", sa.String(length=255), nullable=True),
        sa.Column("proposal_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("target IN ('pdf', 'docx')", name=op.f("ck_conversion_target_is_known")),
        sa.CheckConstraint(
            "status IN ('waiting', 'running', 'done', 'failed')",
            name=op.f("ck_conversion_status_is_known"),
        ),
        sa.CheckConstraint(
            "(status = 'running') = (leased_until IS NOT NULL)",
            name=op.f("ck_conversion_running_leases"),
        ),
        sa.CheckConstraint(
            "(status IN ('done', 'failed')) = (ended_at IS NOT NULL)",
            name=op.f("ck_conversion_ended_has_its_time"),
        ),
        sa.CheckConstraint(
            "status <> 'failed' OR reason IS NOT NULL",
            name=op.f("ck_conversion_failed_has_its_reason"),
        ),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_conversion_attempts_not_negative")),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_conversion_sha256_has_64_digits")),
        sa.CheckConstraint(
            "(target = 'pdf') = (document_id IS NOT NULL)",
            name=op.f("ck_conversion_pdf_is_of_a_document"),
        ),
        sa.CheckConstraint(
            "(target = 'docx') = (call_id IS NOT NULL AND name IS NOT NULL)",
            name=op.f("ck_conversion_file_read_is_of_a_call"),
        ),
        sa.CheckConstraint(
            "(target = 'docx') = ((dossier_id IS NULL) <> (organisation_id IS NULL))",
            name=op.f("ck_conversion_file_read_has_one_place"),
        ),
        sa.CheckConstraint(
            "opinion_key IS NULL OR dossier_id IS NOT NULL",
            name=op.f("ck_conversion_opinion_has_a_dossier"),
        ),
        sa.CheckConstraint(
            "proposal_id IS NULL OR (target = 'docx' AND status = 'done')",
            name=op.f("ck_conversion_proposal_ends_a_reading"),
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"],
            ["user_account.id"],
            name=op.f("fk_conversion_asked_by_id_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["issued_document.id"],
            name=op.f("fk_conversion_document_id_issued_document"),
        ),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_conversion_call_id_call")),
        sa.ForeignKeyConstraint(
            ["dossier_id"],
            ["dossier.id"],
            name=op.f("fk_conversion_dossier_id_dossier"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_conversion_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["proposal.id"],
            name=op.f("fk_conversion_proposal_id_proposal"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversion")),
        sa.UniqueConstraint("unique_key", name=op.f("uq_conversion_unique_key")),
    )
    for column in ("asked_by_id", "asked_at", "document_id", "dossier_id", "proposal_id"):
        op.create_index(f"ix_conversion_{column}", "conversion", [column])
    op.create_index("ix_conversion_status_due_at", "conversion", ["status", "due_at"])


def downgrade() -> None:
    op.drop_table("conversion")
    op.execute("DELETE FROM issued_file WHERE format = 'word_pdf'")
    _know(FORMATS)


def _know(formats: str) -> None:
    with op.batch_alter_table("issued_file") as file:
        file.drop_constraint(op.f("ck_issued_file_format_is_known"), type_="check")
        file.create_check_constraint(
            op.f("ck_issued_file_format_is_known"), f"format IN ({formats})"
        )
