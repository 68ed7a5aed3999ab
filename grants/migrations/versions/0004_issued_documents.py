"""The register of issued documents, and their files."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "issued_document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("act_step", sa.Integer(), nullable=True),
        sa.Column("audience", sa.String(length=12), nullable=False),
        sa.Column("model_sha256", sa.String(length=64), nullable=False),
        sa.Column("content_sha256", sa.String(length=64), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(kind = 'presentation') = (act_step IS NULL)",
            name=op.f("ck_issued_document_issued_by_an_act_or_on_demand"),
        ),
        sa.CheckConstraint(
            "audience IN ('applicant', 'service', 'manager')",
            name=op.f("ck_issued_document_audience_is_known"),
        ),
        sa.CheckConstraint(
            "kind IN ('receipt', 'letter', 'presentation')",
            name=op.f("ck_issued_document_kind_is_known"),
        ),
        sa.CheckConstraint("length(code) = 16", name=op.f("ck_issued_document_code_has_16_signs")),
        sa.CheckConstraint(
            "length(model_sha256) = 64 AND length(content_sha256) = 64",
            name=op.f("ck_issued_document_digests_have_64_digits"),
        ),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_issued_document_dossier_id_dossier")
        ),
        sa.ForeignKeyConstraint(
            ["dossier_id", "act_step"],
            ["dossier_event.dossier_id", "dossier_event.step"],
            name="fk_issued_document_act_of_its_dossier",
        ),
        sa.ForeignKeyConstraint(
            ["issued_by_id"],
            ["user_account.id"],
            name=op.f("fk_issued_document_issued_by_id_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["version_id", "dossier_id"],
            ["dossier_version.id", "dossier_version.dossier_id"],
            name="fk_issued_document_version_of_its_dossier",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issued_document")),
        sa.UniqueConstraint("code", name=op.f("uq_issued_document_code")),
        sa.UniqueConstraint(
            "dossier_id", "kind", "content_sha256", name="uq_issued_document_same_words"
        ),
        sa.UniqueConstraint(
            "dossier_id", "kind", "act_step", name="uq_issued_document_once_an_act"
        ),
    )
    op.create_index("ix_issued_document_dossier_id", "issued_document", ["dossier_id"])

    op.create_table(
        "issued_file",
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("format", sa.String(length=8), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "format IN ('docx', 'pdf')", name=op.f("ck_issued_file_format_is_known")
        ),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_issued_file_sha256_has_64_digits")),
        sa.CheckConstraint("size > 0", name=op.f("ck_issued_file_size_is_positive")),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["issued_document.id"],
            name=op.f("fk_issued_file_document_id_issued_document"),
        ),
        sa.PrimaryKeyConstraint("document_id", "format", name=op.f("pk_issued_file")),
        sa.UniqueConstraint("sha256", name=op.f("uq_issued_file_sha256")),
    )


def downgrade() -> None:
    op.drop_table("issued_file")
    op.drop_table("issued_document")
