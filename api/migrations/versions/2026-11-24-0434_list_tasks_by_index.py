"""list tasks by index."""

import sqlalchemy as sa
from alembic import op

from api.migrations.runner import run_sql

revision = "9e5a4c0b6f75"
down_revision = "8d4f3b9a5e64"
branch_labels = None
depends_on = None

_INDEXES = (
    ("ix_task_item_tab_assigned_on", "task_item", ("tab", "assigned_on", "task_item_id"), None),
    ("ix_task_item_assigned_on", "task_item", ("assigned_on", "task_item_id"), None),
    ("ix_task_created_at", "task", ("created_at", "task_id"), None),
    ("ix_task_updated_at", "task", ("updated_at", "task_id"), None),
    ("ix_task_needs_assignment", "task", ("created_at", "task_id"), "needs_assignment"),
    ("ix_ticket_snapshot_submit_date", "ticket_snapshot", ("submit_date", "ticket_id"), None),
    (
        "ix_ticket_snapshot_unallocated",
        "ticket_snapshot",
        ("submit_date", "ticket_id"),
        "not is_task_allocated",
    ),
)
# They were there without the key that breaks ties.
_REPLACED = (
    ("ix_task_item_assigned_on", "task_item", ("assigned_on",)),
    ("ix_task_created_at", "task", ("created_at",)),
)


def upgrade() -> None:
    op.add_column(
        "task_item",
        sa.Column("tab", sa.String(length=8), server_default=sa.text("'active'"), nullable=False),
        schema="ops",
    )
    op.create_check_constraint(
        op.f("ck_task_item_tab_known"), "task_item", "tab in ('active', 'inactive', 'deleted')", schema="ops"
    )
    op.create_table(
        "assignment_tally",
        sa.Column("assignment_tally_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("role_user_id", sa.BigInteger(), nullable=False),
        sa.Column("tab", sa.String(length=8), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("items", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("assignment_tally_id", name=op.f("pk_assignment_tally")),
        schema="ops",
    )
    op.create_index(
        op.f("ix_assignment_tally_role_user_id"), "assignment_tally", ["role_user_id"], schema="ops"
    )
    op.execute("grant select on ops.assignment_tally to sluice_api")
    run_sql("assignment_lists")
    for name, table, _ in _REPLACED:
        op.drop_index(name, table, schema="ops")
    for name, table, columns, condition in _INDEXES:
        where = sa.text(condition) if condition else None
        op.create_index(name, table, list(columns), schema="ops", postgresql_where=where)
    op.create_index(
        "ix_ticket_snapshot_requester",
        "ticket_snapshot",
        [sa.text("(requester ->> 'id')"), "submit_date", "ticket_id"],
        schema="ops",
    )


def downgrade() -> None:
    op.drop_index("ix_ticket_snapshot_requester", "ticket_snapshot", schema="ops")
    for name, table, _, _ in _INDEXES:
        op.drop_index(name, table, schema="ops")
    for name, table, columns in _REPLACED:
        op.create_index(name, table, list(columns), schema="ops")
    for trigger, table in (
        ("tally_inserted", "task_item"),
        ("tally_updated", "task_item"),
        ("tally_deleted", "task_item"),
        ("tally_truncated", "task_item"),
        ("give_tab", "task_item"),
        ("move_tab", "task"),
        ("move_tab", "ticket_snapshot"),
    ):
        op.execute(f"drop trigger {trigger} on ops.{table}")
    op.execute(
        "drop function ops.give_tab, ops.move_tab, ops.tally_assignments, ops.add_up_tallies, "
        "ops.forget_tallies, ops.tab_of"
    )
    op.drop_table("assignment_tally", schema="ops")
    op.drop_column("task_item", "tab", schema="ops")
