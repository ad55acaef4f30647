"""park role messages."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from api.migrations.runner import run_sql

revision = "8d4f3b9a5e64"
down_revision = "7c3e2a8f4d53"
branch_labels = None
depends_on = None

_KINDS = (
    "'created', 'assigned', {added}'started', 'transitioned', 'transferred', 'escalated', 'held', 'resumed', "
    "'breached', 'completed', 'cancelled', 'reopened', 'owner_changed'"
)


def upgrade() -> None:
    for table in ("role", "role_user"):
        op.add_column(
            table, sa.Column("last_told_at", sa.DateTime(timezone=True), nullable=True), schema="ops"
        )
    op.create_table(
        "parked_membership",
        sa.Column("role_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("message", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("parked_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("role_id", "user_id", name=op.f("pk_parked_membership")),
        schema="ops",
    )
    op.create_index(
        "ix_parked_membership_waiting",
        "parked_membership",
        ["role_id"],
        schema="ops",
        postgresql_where=sa.text("applied_at is null"),
    )
    op.execute("grant select, insert, update on ops.parked_membership to sluice_api")
    run_sql("next_member")
    _know_kinds("'unassigned', ")


def downgrade() -> None:
    # An older release has no word for it; this one it reads past.
    op.execute("alter table ops.task_event disable trigger append_only")
    op.execute("update ops.task_event set kind = 'transferred' where kind = 'unassigned'")
    op.execute("alter table ops.task_event enable trigger append_only")
    _know_kinds("")
    op.execute("drop function ops.next_member(bigint, bigint)")
    op.drop_table("parked_membership", schema="ops")
    for table in ("role_user", "role"):
        op.drop_column(table, "last_told_at", schema="ops")


def _know_kinds(added: str) -> None:
    op.drop_constraint(op.f("ck_task_event_kind_known"), "task_event", schema="ops")
    op.create_check_constraint(
        op.f("ck_task_event_kind_known"),
        "task_event",
        f"kind in ({_KINDS.format(added=added)})",
        schema="ops",
    )
