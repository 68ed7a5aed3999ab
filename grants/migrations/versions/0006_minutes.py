"""Minutes of sittings among the issued documents."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_NAME = "kind_is_known"
_BEFORE = "kind IN ('receipt', 'letter', 'presentation')"
_SINCE = "kind IN ('receipt', 'letter', 'minutes', 'presentation')"


def upgrade() -> None:
    _replace(_SINCE)


def downgrade() -> None:
    minutes = "(SELECT id FROM issued_document WHERE kind = 'minutes')"
    op.execute(f"DELETE FROM issued_file WHERE document_id IN {minutes}")  # noqa: S608
    op.execute("DELETE FROM issued_document WHERE kind = 'minutes'")
    _replace(_BEFORE)


def _replace(condition: str) -> None:
    name = op.f(f"ck_issued_document_{_NAME}")
    with op.batch_alter_table("issued_document") as table:
        table.drop_constraint(name, type_="check")
        table.create_check_constraint(name, condition)
