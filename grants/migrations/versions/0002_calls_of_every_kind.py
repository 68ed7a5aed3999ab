"""Score sheets, hearings, parties of a dossier, files; bodies that are no service of the State."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

JSON_VALUE = sa.JSON(none_as_null=True).with_variant(
    postgresql.JSONB(none_as_null=True), "postgresql"
)

#: What the migration reads and writes, as these tables then are.
DOSSIER = sa.table(
    "dossier", sa.column("revision_id"), sa.column("state"), sa.column("turn", JSON_VALUE)
)
REVISION = sa.table("call_revision", sa.column("id"), sa.column("definition", sa.JSON()))
SERVICE = sa.table("service", sa.column("kind"), sa.column("territory"), sa.column("scope"))

#: The kinds of services known on the day of this migration.
SCOPES = {
    "department": ["ddcs", "ddt"],
    "region": ["dreal", "drjscs"],
}


def upgrade() -> None:
    _add_to_dossier()
    _add_to_service()
    op.create_table(
        "dossier_party",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("party_key", sa.String(length=60), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("joined_by_id", sa.Integer(), nullable=False),
        sa.Column("signed_sha256", sa.String(length=64), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signed_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(signed_at IS NULL) = (signed_sha256 IS NULL) AND (signed_at IS NULL) = (signed_by_id IS NULL)",
            name=op.f("ck_dossier_party_signed_by_someone_on_something"),
        ),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_dossier_party_dossier_id_dossier")
        ),
        sa.ForeignKeyConstraint(
            ["joined_by_id"],
            ["user_account.id"],
            name=op.f("fk_dossier_party_joined_by_id_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_dossier_party_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["signed_by_id"],
            ["user_account.id"],
            name=op.f("fk_dossier_party_signed_by_id_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dossier_party")),
        sa.UniqueConstraint("dossier_id", "party_key", name="uq_dossier_party_dossier_party"),
    )
    op.create_index("ix_dossier_party_dossier_id", "dossier_party", ["dossier_id"])
    op.create_index("ix_dossier_party_organisation_id", "dossier_party", ["organisation_id"])

    op.create_table(
        "hearing_slot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("hearing_key", sa.String(length=60), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=True),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("booked_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(dossier_id IS NULL) = (booked_at IS NULL) AND (dossier_id IS NULL) = (booked_by_id IS NULL)",
            name=op.f("ck_hearing_slot_booked_for_a_dossier_by_someone"),
        ),
        sa.ForeignKeyConstraint(
            ["booked_by_id"],
            ["user_account.id"],
            name=op.f("fk_hearing_slot_booked_by_id_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["call_id"], ["call.id"], name=op.f("fk_hearing_slot_call_id_call")
        ),
        sa.ForeignKeyConstraint(
            ["dossier_id", "call_id"],
            ["dossier.id", "dossier.call_id"],
            name="fk_hearing_slot_dossier_of_its_call",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hearing_slot")),
        sa.UniqueConstraint("call_id", "hearing_key", "starts_at", name="uq_hearing_slot_start"),
        sa.UniqueConstraint("dossier_id", "hearing_key", name="uq_hearing_slot_once_for_a_dossier"),
    )
    op.create_index("ix_hearing_slot_call_id", "hearing_slot", ["call_id"])

    op.create_table(
        "party_invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("party_key", sa.String(length=60), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("invited_by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "created_at < expires_at", name=op.f("ck_party_invitation_expires_after_creation")
        ),
        sa.CheckConstraint(
            "email = lower(email)", name=op.f("ck_party_invitation_email_is_lower_case")
        ),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_party_invitation_dossier_id_dossier")
        ),
        sa.ForeignKeyConstraint(
            ["invited_by_id"],
            ["user_account.id"],
            name=op.f("fk_party_invitation_invited_by_id_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party_invitation")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_party_invitation_token_sha256")),
    )
    op.create_index("ix_party_invitation_dossier_id", "party_invitation", ["dossier_id"])

    op.create_table(
        "stored_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("field_key", sa.String(length=80), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_stored_file_sha256_has_64_digits")),
        sa.CheckConstraint("size > 0", name=op.f("ck_stored_file_size_is_positive")),
        sa.ForeignKeyConstraint(
            ["added_by_id"],
            ["user_account.id"],
            name=op.f("fk_stored_file_added_by_id_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_stored_file_dossier_id_dossier")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_file")),
        sa.UniqueConstraint(
            "dossier_id", "field_key", "sha256", name="uq_stored_file_dossier_field_content"
        ),
    )
    op.create_index("ix_stored_file_dossier_id", "stored_file", ["dossier_id"])

    op.create_table(
        "score_sheet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("grid_key", sa.String(length=60), nullable=False),
        sa.Column("scorer_id", sa.Integer(), nullable=False),
        sa.Column("answers", JSON_VALUE, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=True),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(returned_at IS NULL) = (version_id IS NULL) AND (returned_at IS NULL) = (total IS NULL)",
            name=op.f("ck_score_sheet_returned_on_a_version_with_its_total"),
        ),
        sa.CheckConstraint(
            "total IS NULL OR total >= 0", name=op.f("ck_score_sheet_total_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_score_sheet_dossier_id_dossier")
        ),
        sa.ForeignKeyConstraint(
            ["scorer_id"], ["user_account.id"], name=op.f("fk_score_sheet_scorer_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["version_id", "dossier_id"],
            ["dossier_version.id", "dossier_version.dossier_id"],
            name="fk_score_sheet_version_of_its_dossier",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_score_sheet")),
        sa.UniqueConstraint(
            "dossier_id", "grid_key", "scorer_id", name="uq_score_sheet_dossier_grid_scorer"
        ),
    )
    op.create_index("ix_score_sheet_dossier_id", "score_sheet", ["dossier_id"])
    op.create_index("ix_score_sheet_scorer_id", "score_sheet", ["scorer_id"])


def _add_to_dossier() -> None:
    with op.batch_alter_table("dossier") as dossier:
        dossier.add_column(sa.Column("stage", sa.Integer(), nullable=True))
        dossier.add_column(sa.Column("turn", JSON_VALUE, nullable=True))
        dossier.create_unique_constraint("uq_dossier_id_call", ["id", "call_id"])
    op.execute("UPDATE dossier SET stage = step")
    for call_revision, turns in _turns():
        for state, turn in turns.items():
            op.get_bind().execute(
                sa.update(DOSSIER)
                .where(DOSSIER.c.revision_id == call_revision, DOSSIER.c.state == state)
                .values(turn=turn)
            )
    with op.batch_alter_table("dossier") as dossier:
        dossier.alter_column("stage", existing_type=sa.Integer(), nullable=False)
        dossier.alter_column("turn", existing_type=JSON_VALUE, nullable=False)
        dossier.drop_constraint(op.f("ck_dossier_step_not_negative"), type_="check")
        dossier.create_check_constraint(
            op.f("ck_dossier_stage_within_steps"), "stage BETWEEN 0 AND step"
        )


def _turns() -> list[tuple[int, dict[str, list[str]]]]:
    """Whose turn each state is, by the revision of the call."""
    rows = op.get_bind().execute(sa.select(REVISION.c.id, REVISION.c.definition))
    return [
        (
            row.id,
            {
                key: list(state.get("turn", ()))
                for key, state in row.definition.get("circuit", {}).get("states", {}).items()
            },
        )
        for row in rows
    ]


def _add_to_service() -> None:
    with op.batch_alter_table("service") as service:
        service.add_column(sa.Column("scope", sa.String(length=10), nullable=True))
        service.add_column(
            sa.Column("name", sa.String(length=120), nullable=False, server_default="")
        )
        service.alter_column("kind", existing_type=sa.String(length=40), type_=sa.String(length=60))
    op.execute("UPDATE service SET scope = 'national' WHERE territory = ''")
    for scope, kinds in SCOPES.items():
        op.execute(
            sa.update(SERVICE)
            .where(SERVICE.c.territory != "", SERVICE.c.kind.in_(kinds))
            .values(scope=scope)
        )
    with op.batch_alter_table("service") as service:
        service.alter_column("scope", existing_type=sa.String(length=10), nullable=False)
        service.alter_column("name", existing_type=sa.String(length=120), server_default=None)
        service.create_check_constraint(
            op.f("ck_service_scope_is_known"), "scope IN ('department', 'region', 'national')"
        )
        service.create_check_constraint(
            op.f("ck_service_territory_fits_the_scope"), "(scope = 'national') = (territory = '')"
        )


def downgrade() -> None:
    with op.batch_alter_table("service") as service:
        service.drop_constraint(op.f("ck_service_territory_fits_the_scope"), type_="check")
        service.drop_constraint(op.f("ck_service_scope_is_known"), type_="check")
        service.drop_column("name")
        service.drop_column("scope")
        service.alter_column("kind", existing_type=sa.String(length=60), type_=sa.String(length=40))
    for table in (
        "score_sheet",
        "stored_file",
        "party_invitation",
        "hearing_slot",
        "dossier_party",
    ):
        op.drop_table(table)
    with op.batch_alter_table("dossier") as dossier:
        dossier.drop_constraint(op.f("ck_dossier_stage_within_steps"), type_="check")
        dossier.create_check_constraint(op.f("ck_dossier_step_not_negative"), "step >= 0")
        dossier.drop_constraint("uq_dossier_id_call", type_="unique")
        dossier.drop_column("turn")
        dossier.drop_column("stage")
