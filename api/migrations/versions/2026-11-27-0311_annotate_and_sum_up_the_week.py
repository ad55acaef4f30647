"""keep annotations of the time axes, let the desk's week be told."""

import sqlalchemy as sa
from alembic import op

revision = "e31a5c7f0e41"
down_revision = "e31a5c7f0e30"
branch_labels = None
depends_on = None

KNOWN_BEFORE = (
    "task_assignment", "task_transfer_out", "task_transfer_in", "task_escalation", "task_completed",
    "task_status_update", "ticket_owner", "ticket_resolved", "ticket_closed", "ticket_reopened",
    "sla_warning", "sla_breach", "workflow_step_change", "comment_added", "mention", "system", "digest",
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "annotation",
        sa.Column("annotation_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("description", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("department", sa.String(length=64), nullable=True),
        sa.Column("category", sa.String(length=64), nullable=True),
        sa.Column("workflow_id", sa.BigInteger(), nullable=True),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("updated_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind in ('release', 'outage', 'policy_change', 'other')", name=op.f("ck_annotation_kind_known")
        ),
        sa.CheckConstraint("btrim(title) <> ''", name=op.f("ck_annotation_title_written")),
        sa.CheckConstraint("length(description) <= 2000", name=op.f("ck_annotation_description_short")),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_annotation_days_ordered")),
        sa.CheckConstraint(
            "department <> '' and category <> ''", name=op.f("ck_annotation_dimensions_named")
        ),
        sa.ForeignKeyConstraint(
            ["workflow_id"],
            ["ops.workflow.workflow_id"],
            name=op.f("fk_annotation_workflow_id_workflow"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("annotation_id", name=op.f("pk_annotation")),
        schema="ops",
    )
    op.create_index(
        "ix_annotation_days",
        "annotation",
        ["first_day", "annotation_id"],
        schema="ops",
        postgresql_where=sa.text("deleted_at is null"),
    )
    op.create_index(op.f("ix_annotation_workflow_id"), "annotation", ["workflow_id"], schema="ops")
    op.execute("grant select, insert, update on ops.annotation to sluice_api")
    op.execute("grant usage on sequence ops.annotation_annotation_id_seq to sluice_api")
    _know_types((*KNOWN_BEFORE, "desk_digest"))


def downgrade() -> None:
    # What people were told stays told, under the nearest name there was.
    op.execute("update ops.notification set type = 'system' where type = 'desk_digest'")
    op.execute("delete from ops.notification_preference where type = 'desk_digest'")
    _know_types(KNOWN_BEFORE)
    op.drop_table("annotation", schema="ops")


def _know_types(names: tuple[str, ...]) -> None:
    known = ", ".join(f"'{name}'" for name in names)
    for table in ("notification", "notification_preference"):
        constraint = op.f(f"ck_{table}_type_known")
        op.drop_constraint(constraint, table, schema="ops", type_="check")
        op.create_check_constraint(constraint, table, f"type in ({known})", schema="ops")
