"""The journal of a call tells what became of its hearing slots."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KINDS = "'imported', 'opened', 'moved', 'closed'"


def upgrade() -> None:
    _know(f"{KINDS}, 'slots'")


def downgrade() -> None:
    op.execute("DELETE FROM call_event WHERE kind = 'slots'")
    _know(KINDS)


def _know(kinds: str) -> None:
    with op.batch_alter_table("call_event") as event:
        event.drop_constraint(op.f("ck_call_event_kind_is_known"), type_="check")
        event.create_check_constraint(op.f("ck_call_event_kind_is_known"), f"kind IN ({kinds})")
