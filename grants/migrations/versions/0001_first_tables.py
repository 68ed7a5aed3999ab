"""First tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

JSON_VALUE = sa.JSON(none_as_null=True).with_variant(
    postgresql.JSONB(none_as_null=True), "postgresql"
)

#: Tables that point at each other. SQLite takes a reference to a table that is yet to come, and
#: adds none afterwards; PostgreSQL the contrary.
LATE_REFERENCES = (
    ("fk_call_revision_id_call_revision", "call", "call_revision", ["revision_id"], ["id"]),
    (
        "fk_dossier_decision_of_its_own",
        "dossier",
        "decision",
        ["decision_id", "id"],
        ["id", "dossier_id"],
    ),
)


def upgrade() -> None:
    op.create_table(
        "call",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=True),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dossier_count", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("dossier_count >= 0", name=op.f("ck_call_dossier_count_not_negative")),
        sa.CheckConstraint("opens_at < closes_at", name=op.f("ck_call_dates_in_order")),
        sa.CheckConstraint(
            "published_at IS NULL OR revision_id IS NOT NULL",
            name=op.f("ck_call_published_has_a_revision"),
        ),
        sa.ForeignKeyConstraint(
            ["revision_id"],
            ["call_revision.id"],
            name="fk_call_revision_id_call_revision",
            use_alter=True,
        ),
        sa.PrimaryKeyConstraint("id", name="pk_call"),
        sa.UniqueConstraint("slug", name="uq_call_slug"),
    )
    op.create_table(
        "organisation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("siret", sa.String(length=14), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(siret) = 14", name=op.f("ck_organisation_siret_has_14_digits")),
        sa.PrimaryKeyConstraint("id", name="pk_organisation"),
        sa.UniqueConstraint("siret", name="uq_organisation_siret"),
    )
    op.create_table(
        "security_role",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_security_role"),
        sa.UniqueConstraint("name", name="uq_security_role_name"),
    )
    op.create_table(
        "service",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("territory", sa.String(length=3), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_service"),
        sa.UniqueConstraint("kind", "territory", name="uq_service_kind_territory"),
    )
    op.create_table(
        "user_account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("password", sa.String(length=255), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("fs_uniquifier", sa.String(length=64), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("manages_calls", sa.Boolean(), nullable=False),
        sa.Column("tf_primary_method", sa.String(length=64), nullable=True),
        sa.Column("tf_totp_secret", sa.String(length=255), nullable=True),
        sa.Column("tf_last_counter", sa.Integer(), nullable=True),
        sa.Column("mf_recovery_codes", JSON_VALUE, nullable=True),
        sa.Column("failed_logins", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "email = lower(email)", name=op.f("ck_user_account_email_is_lower_case")
        ),
        sa.CheckConstraint(
            "failed_logins >= 0", name=op.f("ck_user_account_failed_logins_not_negative")
        ),
        sa.PrimaryKeyConstraint("id", name="pk_user_account"),
        sa.UniqueConstraint("email", name="uq_user_account_email"),
        sa.UniqueConstraint("fs_uniquifier", name="uq_user_account_fs_uniquifier"),
    )
    op.create_table(
        "call_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("detail", JSON_VALUE, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('imported', 'opened', 'moved', 'closed')",
            name=op.f("ck_call_event_kind_is_known"),
        ),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["user_account.id"], name="fk_call_event_actor_id_user_account"
        ),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name="fk_call_event_call_id_call"),
        sa.PrimaryKeyConstraint("id", name="pk_call_event"),
    )
    op.create_index("ix_call_event_call_id", "call_event", ["call_id"])
    op.create_table(
        "call_manager",
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name="fk_call_manager_call_id_call"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name="fk_call_manager_user_id_user_account"
        ),
        sa.PrimaryKeyConstraint("call_id", "user_id", name="pk_call_manager"),
    )
    op.create_table(
        "call_revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("definition", sa.JSON(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("imported_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("number >= 1", name=op.f("ck_call_revision_number_from_1")),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name="fk_call_revision_call_id_call"),
        sa.ForeignKeyConstraint(
            ["imported_by_id"],
            ["user_account.id"],
            name="fk_call_revision_imported_by_id_user_account",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_call_revision"),
        sa.UniqueConstraint("call_id", "number", name="uq_call_revision_call_number"),
        sa.UniqueConstraint("id", "call_id", name="uq_call_revision_id_call"),
    )
    op.create_index("ix_call_revision_call_id", "call_revision", ["call_id"])
    op.create_table(
        "invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("service_id", sa.Integer(), nullable=True),
        sa.Column("capacity", sa.String(length=20), nullable=False),
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("invited_by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(organisation_id IS NOT NULL AND capacity IN ('editor', 'signatory')) OR (service_id IS NOT NULL AND capacity IN ('officer', 'head'))",
            name=op.f("ck_invitation_capacity_fits_the_body"),
        ),
        sa.CheckConstraint(
            "(organisation_id IS NULL) <> (service_id IS NULL)",
            name=op.f("ck_invitation_joins_exactly_one_body"),
        ),
        sa.CheckConstraint(
            "created_at < expires_at", name=op.f("ck_invitation_expires_after_creation")
        ),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_invitation_email_is_lower_case")),
        sa.ForeignKeyConstraint(
            ["invited_by_id"], ["user_account.id"], name="fk_invitation_invited_by_id_user_account"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name="fk_invitation_organisation_id_organisation",
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name="fk_invitation_service_id_service"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_invitation"),
        sa.UniqueConstraint("token_sha256", name="uq_invitation_token_sha256"),
    )
    op.create_index("ix_invitation_organisation_id", "invitation", ["organisation_id"])
    op.create_index("ix_invitation_service_id", "invitation", ["service_id"])
    op.create_table(
        "membership",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("capacity", sa.String(length=20), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "capacity IN ('editor', 'signatory')",
            name=op.f("ck_membership_capacity_of_an_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name="fk_membership_organisation_id_organisation",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name="fk_membership_user_id_user_account"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_membership"),
        sa.UniqueConstraint("user_id", "organisation_id", name="uq_membership_user_organisation"),
    )
    op.create_index("ix_membership_organisation_id", "membership", ["organisation_id"])
    op.create_index("ix_membership_user_id", "membership", ["user_id"])
    op.create_table(
        "parked_form",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(length=300), nullable=False),
        sa.Column("inputs", JSON_VALUE, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "created_at < expires_at", name=op.f("ck_parked_form_expires_after_creation")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name="fk_parked_form_user_id_user_account"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_parked_form"),
        sa.UniqueConstraint("user_id", "path", name="uq_parked_form_user_path"),
    )
    op.create_index("ix_parked_form_user_id", "parked_form", ["user_id"])
    op.create_table(
        "service_membership",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("capacity", sa.String(length=20), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "capacity IN ('officer', 'head')",
            name=op.f("ck_service_membership_capacity_of_a_service"),
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name="fk_service_membership_service_id_service"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name="fk_service_membership_user_id_user_account"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_service_membership"),
        sa.UniqueConstraint("user_id", "service_id", name="uq_service_membership_user_service"),
    )
    op.create_index("ix_service_membership_service_id", "service_membership", ["service_id"])
    op.create_index("ix_service_membership_user_id", "service_membership", ["user_id"])
    op.create_table(
        "stand_in",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("named_by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_stand_in_dates_in_order")),
        sa.ForeignKeyConstraint(
            ["named_by_id"], ["user_account.id"], name="fk_stand_in_named_by_id_user_account"
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name="fk_stand_in_service_id_service"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name="fk_stand_in_user_id_user_account"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_stand_in"),
    )
    op.create_index("ix_stand_in_service_id", "stand_in", ["service_id"])
    op.create_index("ix_stand_in_user_id", "stand_in", ["user_id"])
    op.create_table(
        "user_security_role",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("role_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["role_id"],
            ["security_role.id"],
            name="fk_user_security_role_role_id_security_role",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user_account.id"],
            name="fk_user_security_role_user_id_user_account",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_id", "role_id", name="pk_user_security_role"),
    )
    op.create_table(
        "dossier",
        sa.Column("id", sa.Integer(), autoincrement="ignore_fk", nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=255), nullable=False),
        sa.Column("state", sa.String(length=60), nullable=False),
        sa.Column("phase", sa.String(length=12), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("department_code", sa.String(length=3), nullable=True),
        sa.Column("region_code", sa.String(length=3), nullable=True),
        sa.Column("version_number", sa.Integer(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("due_clock", sa.String(length=60), nullable=True),
        sa.Column("silence_on", sa.Date(), nullable=True),
        sa.Column("decision_id", sa.Integer(), nullable=True),
        sa.Column("notified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(phase = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck_dossier_closed_is_dated")
        ),
        sa.CheckConstraint(
            "(phase = 'draft') = (submitted_at IS NULL)",
            name=op.f("ck_dossier_deposited_out_of_draft"),
        ),
        sa.CheckConstraint(
            "(phase = 'notified') = (notified_at IS NOT NULL)",
            name=op.f("ck_dossier_notified_is_dated"),
        ),
        sa.CheckConstraint(
            "phase <> 'completion' OR due_on IS NOT NULL",
            name=op.f("ck_dossier_completion_has_a_date"),
        ),
        sa.CheckConstraint(
            "phase IN ('draft', 'review', 'completion', 'decided', 'notified', 'closed')",
            name=op.f("ck_dossier_phase_is_known"),
        ),
        sa.CheckConstraint(
            "phase NOT IN ('decided', 'notified') OR decision_id IS NOT NULL",
            name=op.f("ck_dossier_decided_has_its_decision"),
        ),
        sa.CheckConstraint(
            "(due_on IS NULL) = (due_clock IS NULL)", name=op.f("ck_dossier_due_date_has_its_clock")
        ),
        sa.CheckConstraint(
            "(submitted_at IS NULL) = (version_number = 0)",
            name=op.f("ck_dossier_deposited_has_a_version"),
        ),
        sa.CheckConstraint(
            "silence_on IS NULL OR phase IN ('review', 'decided')",
            name=op.f("ck_dossier_silence_runs_in_review"),
        ),
        sa.CheckConstraint("step >= 0", name=op.f("ck_dossier_step_not_negative")),
        sa.CheckConstraint(
            "submitted_at IS NULL OR (department_code IS NOT NULL AND region_code IS NOT NULL)",
            name=op.f("ck_dossier_deposited_has_a_territory"),
        ),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name="fk_dossier_call_id_call"),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["user_account.id"], name="fk_dossier_created_by_id_user_account"
        ),
        sa.ForeignKeyConstraint(
            ["decision_id", "id"],
            ["decision.id", "decision.dossier_id"],
            name="fk_dossier_decision_of_its_own",
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_dossier_organisation_id_organisation"
        ),
        sa.ForeignKeyConstraint(
            ["revision_id", "call_id"],
            ["call_revision.id", "call_revision.call_id"],
            name="fk_dossier_revision_of_its_call",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_dossier"),
        sa.UniqueConstraint("reference", name="uq_dossier_reference"),
    )
    op.create_index("ix_dossier_call_id", "dossier", ["call_id"])
    op.create_index("ix_dossier_call_id_phase", "dossier", ["call_id", "phase"])
    op.create_index("ix_dossier_department_code", "dossier", ["department_code"])
    op.create_index("ix_dossier_due_on", "dossier", ["due_on"])
    op.create_index("ix_dossier_organisation_id", "dossier", ["organisation_id"])
    op.create_index("ix_dossier_region_code", "dossier", ["region_code"])
    op.create_table(
        "answer",
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("field_key", sa.String(length=80), nullable=False),
        sa.Column("value", JSON_VALUE, nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_answer_revision_from_1")),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name="fk_answer_dossier_id_dossier"
        ),
        sa.ForeignKeyConstraint(
            ["updated_by_id"], ["user_account.id"], name="fk_answer_updated_by_id_user_account"
        ),
        sa.PrimaryKeyConstraint("dossier_id", "field_key", name="pk_answer"),
    )
    op.create_table(
        "dossier_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("trigger", sa.String(length=60), nullable=False),
        sa.Column("from_state", sa.String(length=60), nullable=False),
        sa.Column("to_state", sa.String(length=60), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("role", sa.String(length=60), nullable=True),
        sa.Column("stood_in", sa.Boolean(), nullable=False),
        sa.Column("version_number", sa.Integer(), nullable=False),
        sa.Column("note", JSON_VALUE, nullable=False),
        sa.CheckConstraint(
            "(actor_id IS NULL) = (role IS NULL)", name=op.f("ck_dossier_event_actor_has_a_role")
        ),
        sa.CheckConstraint("step >= 1", name=op.f("ck_dossier_event_step_from_1")),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["user_account.id"], name="fk_dossier_event_actor_id_user_account"
        ),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name="fk_dossier_event_dossier_id_dossier"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_dossier_event"),
        sa.UniqueConstraint("dossier_id", "step", name="uq_dossier_event_dossier_step"),
    )
    op.create_index("ix_dossier_event_dossier_id", "dossier_event", ["dossier_id"])
    op.create_table(
        "dossier_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("answers", JSON_VALUE, nullable=False),
        sa.Column("figures", JSON_VALUE, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("frozen_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_dossier_version_number_from_1")),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name="fk_dossier_version_dossier_id_dossier"
        ),
        sa.ForeignKeyConstraint(
            ["frozen_by_id"],
            ["user_account.id"],
            name="fk_dossier_version_frozen_by_id_user_account",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_dossier_version"),
        sa.UniqueConstraint("dossier_id", "number", name="uq_dossier_version_dossier_number"),
        sa.UniqueConstraint("id", "dossier_id", name="uq_dossier_version_id_dossier"),
    )
    op.create_index("ix_dossier_version_dossier_id", "dossier_version", ["dossier_id"])
    op.create_table(
        "mail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("recipient", sa.String(length=254), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("unique_key", sa.String(length=160), nullable=True),
        sa.Column("dossier_id", sa.Integer(), nullable=True),
        sa.Column("call_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(status = 'sending') = (leased_until IS NOT NULL)", name=op.f("ck_mail_sending_leases")
        ),
        sa.CheckConstraint(
            "(status = 'sent') = (sent_at IS NOT NULL)", name=op.f("ck_mail_sent_has_its_time")
        ),
        sa.CheckConstraint(
            "status IN ('queued', 'sending', 'sent', 'failed')",
            name=op.f("ck_mail_status_is_known"),
        ),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_mail_attempts_not_negative")),
        sa.ForeignKeyConstraint(
            ["call_id"], ["call.id"], name="fk_mail_call_id_call", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name="fk_mail_dossier_id_dossier", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_mail"),
        sa.UniqueConstraint("unique_key", name="uq_mail_unique_key"),
    )
    op.create_index("ix_mail_call_id", "mail", ["call_id"])
    op.create_index("ix_mail_dossier_id", "mail", ["dossier_id"])
    op.create_index("ix_mail_status_due_at", "mail", ["status", "due_at"])
    op.create_table(
        "reminder_sent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("clock", sa.String(length=60), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("days_before", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name="fk_reminder_sent_dossier_id_dossier"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_reminder_sent"),
        sa.UniqueConstraint(
            "dossier_id", "clock", "due_on", "days_before", name="uq_reminder_sent_once"
        ),
    )
    op.create_index("ix_reminder_sent_dossier_id", "reminder_sent", ["dossier_id"])
    op.create_table(
        "decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=True),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("answers", JSON_VALUE, nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=False),
        sa.Column("stood_in", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "(outcome = 'selected') = (amount_cents IS NOT NULL)",
            name=op.f("ck_decision_selected_has_an_amount"),
        ),
        sa.CheckConstraint(
            "(outcome = 'waiting_list') = (rank IS NOT NULL)",
            name=op.f("ck_decision_waiting_has_a_rank"),
        ),
        sa.CheckConstraint(
            "outcome <> 'rejected' OR length(coalesce(reason, '')) > 0",
            name=op.f("ck_decision_rejected_has_a_reason"),
        ),
        sa.CheckConstraint(
            "outcome IN ('selected', 'waiting_list', 'rejected')",
            name=op.f("ck_decision_outcome_is_known"),
        ),
        sa.CheckConstraint(
            "amount_cents IS NULL OR amount_cents > 0", name=op.f("ck_decision_amount_is_positive")
        ),
        sa.CheckConstraint("number >= 1", name=op.f("ck_decision_number_from_1")),
        sa.CheckConstraint("rank IS NULL OR rank >= 1", name=op.f("ck_decision_rank_from_1")),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["user_account.id"], name="fk_decision_decided_by_id_user_account"
        ),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name="fk_decision_dossier_id_dossier"
        ),
        sa.ForeignKeyConstraint(
            ["version_id", "dossier_id"],
            ["dossier_version.id", "dossier_version.dossier_id"],
            name="fk_decision_version_of_its_dossier",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_decision"),
        sa.UniqueConstraint("dossier_id", "number", name="uq_decision_dossier_number"),
        sa.UniqueConstraint("id", "dossier_id", name="uq_decision_id_dossier"),
    )
    op.create_index("ix_decision_dossier_id", "decision", ["dossier_id"])
    op.create_table(
        "opinion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("opinion_key", sa.String(length=60), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("answers", JSON_VALUE, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=True),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("given_by_id", sa.Integer(), nullable=True),
        sa.Column("stood_in", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "(given_at IS NULL) = (version_id IS NULL) AND (given_at IS NULL) = (given_by_id IS NULL)",
            name=op.f("ck_opinion_given_on_a_version_by_someone"),
        ),
        sa.CheckConstraint("round >= 1", name=op.f("ck_opinion_round_from_1")),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name="fk_opinion_dossier_id_dossier"
        ),
        sa.ForeignKeyConstraint(
            ["given_by_id"], ["user_account.id"], name="fk_opinion_given_by_id_user_account"
        ),
        sa.ForeignKeyConstraint(
            ["updated_by_id"], ["user_account.id"], name="fk_opinion_updated_by_id_user_account"
        ),
        sa.ForeignKeyConstraint(
            ["version_id", "dossier_id"],
            ["dossier_version.id", "dossier_version.dossier_id"],
            name="fk_opinion_version_of_its_dossier",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_opinion"),
        sa.UniqueConstraint(
            "dossier_id", "opinion_key", "round", name="uq_opinion_dossier_key_round"
        ),
    )
    op.create_index("ix_opinion_dossier_id", "opinion", ["dossier_id"])
    op.create_table(
        "receipt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", JSON_VALUE, nullable=False),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name="fk_receipt_dossier_id_dossier"
        ),
        sa.ForeignKeyConstraint(
            ["version_id", "dossier_id"],
            ["dossier_version.id", "dossier_version.dossier_id"],
            name="fk_receipt_version_of_its_dossier",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_receipt"),
        sa.UniqueConstraint("version_id", name="uq_receipt_version_id"),
    )
    op.create_index("ix_receipt_dossier_id", "receipt", ["dossier_id"])
    if op.get_context().dialect.name == "postgresql":
        for name, source, referent, columns, referred in LATE_REFERENCES:
            op.create_foreign_key(name, source, referent, columns, referred)


def downgrade() -> None:
    if op.get_context().dialect.name == "postgresql":
        for name, source, *_ in LATE_REFERENCES:
            op.drop_constraint(name, source)
    op.drop_index("ix_receipt_dossier_id", table_name="receipt")
    op.drop_table("receipt")
    op.drop_index("ix_opinion_dossier_id", table_name="opinion")
    op.drop_table("opinion")
    op.drop_index("ix_decision_dossier_id", table_name="decision")
    op.drop_table("decision")
    op.drop_index("ix_reminder_sent_dossier_id", table_name="reminder_sent")
    op.drop_table("reminder_sent")
    op.drop_index("ix_mail_status_due_at", table_name="mail")
    op.drop_index("ix_mail_dossier_id", table_name="mail")
    op.drop_index("ix_mail_call_id", table_name="mail")
    op.drop_table("mail")
    op.drop_index("ix_dossier_version_dossier_id", table_name="dossier_version")
    op.drop_table("dossier_version")
    op.drop_index("ix_dossier_event_dossier_id", table_name="dossier_event")
    op.drop_table("dossier_event")
    op.drop_table("answer")
    op.drop_index("ix_dossier_region_code", table_name="dossier")
    op.drop_index("ix_dossier_organisation_id", table_name="dossier")
    op.drop_index("ix_dossier_due_on", table_name="dossier")
    op.drop_index("ix_dossier_department_code", table_name="dossier")
    op.drop_index("ix_dossier_call_id_phase", table_name="dossier")
    op.drop_index("ix_dossier_call_id", table_name="dossier")
    op.drop_table("dossier")
    op.drop_table("user_security_role")
    op.drop_index("ix_stand_in_user_id", table_name="stand_in")
    op.drop_index("ix_stand_in_service_id", table_name="stand_in")
    op.drop_table("stand_in")
    op.drop_index("ix_service_membership_user_id", table_name="service_membership")
    op.drop_index("ix_service_membership_service_id", table_name="service_membership")
    op.drop_table("service_membership")
    op.drop_index("ix_parked_form_user_id", table_name="parked_form")
    op.drop_table("parked_form")
    op.drop_index("ix_membership_user_id", table_name="membership")
    op.drop_index("ix_membership_organisation_id", table_name="membership")
    op.drop_table("membership")
    op.drop_index("ix_invitation_service_id", table_name="invitation")
    op.drop_index("ix_invitation_organisation_id", table_name="invitation")
    op.drop_table("invitation")
    op.drop_index("ix_call_revision_call_id", table_name="call_revision")
    op.drop_table("call_revision")
    op.drop_table("call_manager")
    op.drop_index("ix_call_event_call_id", table_name="call_event")
    op.drop_table("call_event")
    op.drop_table("user_account")
    op.drop_table("service")
    op.drop_table("security_role")
    op.drop_table("organisation")
    op.drop_table("call")
