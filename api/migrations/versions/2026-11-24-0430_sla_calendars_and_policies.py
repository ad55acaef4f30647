"""sla calendars and policies."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from api.migrations.runner import run_sql

revision = "5a1c0e6d2b31"
down_revision = "d0be75d1ea0e"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_calendars()
    op.create_table(
        "sla_policy",
        sa.Column("sla_policy_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("workflow_id", sa.BigInteger(), nullable=False),
        sa.Column("priority", sa.String(length=20), nullable=False),
        sa.Column("duration", sa.Interval(), nullable=True),
        sa.Column("calendar_revision_id", sa.BigInteger(), nullable=True),
        sa.Column("effective_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("duration > interval '0'", name=op.f("ck_sla_policy_duration_positive")),
        sa.CheckConstraint(
            "priority in ('Critical', 'High', 'Medium', 'Low')", name=op.f("ck_sla_policy_priority_known")
        ),
        sa.ForeignKeyConstraint(
            ["calendar_revision_id"],
            ["ops.calendar_revision.calendar_revision_id"],
            name=op.f("fk_sla_policy_calendar_revision_id_calendar_revision"),
        ),
        sa.ForeignKeyConstraint(
            ["workflow_id"],
            ["ops.workflow.workflow_id"],
            name=op.f("fk_sla_policy_workflow_id_workflow"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("sla_policy_id", name=op.f("pk_sla_policy")),
        schema="ops",
    )
    op.create_index(
        op.f("ix_sla_policy_calendar_revision_id"), "sla_policy", ["calendar_revision_id"], schema="ops"
    )
    op.create_index(
        "ix_sla_policy_in_force", "sla_policy", ["workflow_id", "priority", "effective_at"], schema="ops"
    )
    op.add_column("workflow", sa.Column("calendar_id", sa.BigInteger(), nullable=True), schema="ops")
    op.create_foreign_key(
        op.f("fk_workflow_calendar_id_calendar"),
        "workflow",
        "calendar",
        ["calendar_id"],
        ["calendar_id"],
        source_schema="ops",
        referent_schema="ops",
    )
    _give_tasks_their_instants()


def _create_calendars() -> None:
    op.create_table(
        "calendar",
        sa.Column("calendar_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("calendar_id", name=op.f("pk_calendar")),
        schema="ops",
    )
    op.create_index(
        "uq_calendar_name", "calendar", [sa.literal_column("lower(name)")], unique=True, schema="ops"
    )
    op.create_table(
        "calendar_revision",
        sa.Column("calendar_revision_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("calendar_id", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("definition", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("revision > 0", name=op.f("ck_calendar_revision_revision_positive")),
        sa.ForeignKeyConstraint(
            ["calendar_id"],
            ["ops.calendar.calendar_id"],
            name=op.f("fk_calendar_revision_calendar_id_calendar"),
        ),
        sa.PrimaryKeyConstraint("calendar_revision_id", name=op.f("pk_calendar_revision")),
        sa.UniqueConstraint(
            "calendar_id", "revision", name=op.f("uq_calendar_revision_calendar_id_revision")
        ),
        schema="ops",
    )


def _give_tasks_their_instants() -> None:
    op.add_column("task", sa.Column("calendar_revision_id", sa.BigInteger(), nullable=True), schema="ops")
    op.add_column("task", sa.Column("at_risk_at", sa.DateTime(timezone=True), nullable=True), schema="ops")
    op.add_column("task", sa.Column("critical_at", sa.DateTime(timezone=True), nullable=True), schema="ops")
    op.create_foreign_key(
        op.f("fk_task_calendar_revision_id_calendar_revision"),
        "task",
        "calendar_revision",
        ["calendar_revision_id"],
        ["calendar_revision_id"],
        source_schema="ops",
        referent_schema="ops",
    )
    run_sql("drop_derived_views")
    # Pauses are added up to the microsecond; whole seconds would lose a little with each.
    op.alter_column("task", "hold_seconds", type_=sa.Numeric(16, 6), schema="ops")
    run_sql("sla_policies")
    op.create_check_constraint(
        op.f("ck_task_deadlines_together"),
        "task",
        "num_nulls(at_risk_at, critical_at, target_resolution) in (0, 3)",
        schema="ops",
    )
    op.create_check_constraint(
        op.f("ck_task_deadlines_in_order"),
        "task",
        "at_risk_at <= critical_at and critical_at <= target_resolution",
        schema="ops",
    )


def downgrade() -> None:
    run_sql("drop_derived_views")
    op.drop_constraint(op.f("ck_task_deadlines_in_order"), "task", schema="ops")
    op.drop_constraint(op.f("ck_task_deadlines_together"), "task", schema="ops")
    op.alter_column("task", "hold_seconds", type_=sa.BigInteger(), schema="ops")
    for column in ("critical_at", "at_risk_at", "calendar_revision_id"):
        op.drop_column("task", column, schema="ops")
    op.drop_column("workflow", "calendar_id", schema="ops")
    op.drop_table("sla_policy", schema="ops")
    op.drop_table("calendar_revision", schema="ops")
    op.drop_table("calendar", schema="ops")
    op.execute("drop function ops.refuse_policy_change()")
