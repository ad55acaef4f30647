"""create the operational core."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from api.kit.models import TransactionId
from api.migrations.runner import install_queue, run_sql

revision = "d0be75d1ea0e"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql("schemas")
    op.create_table(
        "idempotency_key",
        sa.Column("scope", sa.String(length=200), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("request_hash", sa.String(length=64), nullable=False),
        sa.Column("status_code", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status_code between 200 and 599", name=op.f("ck_idempotency_key_status_code_range")
        ),
        sa.PrimaryKeyConstraint("scope", "key", name=op.f("pk_idempotency_key")),
        schema="intake",
    )
    op.create_table(
        "outbox_event",
        sa.Column("event_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("ticket_id", sa.String(length=20), nullable=False),
        sa.Column("payload", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_outbox_event")),
        schema="intake",
    )
    op.create_index(
        op.f("ix_outbox_event_ticket_id"), "outbox_event", ["ticket_id"], unique=False, schema="intake"
    )
    op.create_index(
        "ix_outbox_event_undelivered",
        "outbox_event",
        ["occurred_at"],
        unique=False,
        schema="intake",
        postgresql_where=sa.text("delivered_at is null and failed_at is null"),
    )
    op.execute(
        sa.schema.CreateSequence(
            sa.Sequence("ticket_number", schema="intake", start=1, minvalue=0, maxvalue=999_999, cycle=True)
        )
    )
    op.create_table(
        "ticket",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ticket_id", sa.String(length=20), nullable=False),
        sa.Column("original_ticket_id", sa.String(length=64), nullable=True),
        sa.Column(
            "source_service", sa.String(length=50), server_default=sa.text("'ticket_service'"), nullable=False
        ),
        sa.Column("employee_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "employee",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("category", sa.String(length=100), nullable=False),
        sa.Column("subcategory", sa.String(length=100), nullable=True),
        sa.Column("department", sa.String(length=100), nullable=False),
        sa.Column("priority", sa.String(length=20), server_default=sa.text("'Medium'"), nullable=False),
        sa.Column("status", sa.String(length=20), server_default=sa.text("'New'"), nullable=False),
        sa.Column("submit_date", sa.DateTime(timezone=True), nullable=False),
        sa.Column("update_date", sa.DateTime(timezone=True), nullable=True),
        sa.Column("scheduled_date", sa.Date(), nullable=True),
        sa.Column("expected_return_date", sa.Date(), nullable=True),
        sa.Column("performance_start_date", sa.Date(), nullable=True),
        sa.Column("performance_end_date", sa.Date(), nullable=True),
        sa.Column("asset_name", sa.String(length=255), nullable=True),
        sa.Column("serial_number", sa.String(length=255), nullable=True),
        sa.Column("location", sa.String(length=255), nullable=True),
        sa.Column("assigned_to", sa.String(length=255), nullable=True),
        sa.Column(
            "dynamic_data",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column(
            "cost_items",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column("requested_budget", sa.Numeric(precision=15, scale=2), nullable=True),
        sa.Column("response_time", sa.Interval(), nullable=True),
        sa.Column("resolution_time", sa.Interval(), nullable=True),
        sa.Column("time_closed", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rejection_reason", sa.Text(), nullable=True),
        sa.Column(
            "attachments",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'"),
            nullable=False,
        ),
        sa.Column("is_task_allocated", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "priority in ('Critical', 'High', 'Medium', 'Low')", name=op.f("ck_ticket_priority_known")
        ),
        sa.CheckConstraint(
            "status in ('New', 'Open', 'In Progress', 'On Hold', 'Pending', 'Pending External', 'Resolved', 'Rejected', 'Withdrawn', 'Closed')",
            name=op.f("ck_ticket_status_known"),
        ),
        sa.CheckConstraint("ticket_id ~ '^TX\\d{14}$'", name=op.f("ck_ticket_ticket_id_shape")),
        sa.CheckConstraint("length(btrim(subject)) > 0", name=op.f("ck_ticket_subject_not_blank")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket")),
        sa.UniqueConstraint(
            "source_service", "original_ticket_id", name=op.f("uq_ticket_source_service_original_ticket_id")
        ),
        sa.UniqueConstraint("ticket_id", name=op.f("uq_ticket_ticket_id")),
        schema="intake",
    )
    op.create_index("ix_ticket_created_at", "ticket", ["created_at"], unique=False, schema="intake")
    op.create_index(op.f("ix_ticket_employee_id"), "ticket", ["employee_id"], unique=False, schema="intake")
    op.create_table(
        "audit_event",
        sa.Column("audit_event_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("username", sa.String(length=150), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("actor_roles", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("target_type", sa.String(length=40), nullable=False),
        sa.Column("target_id", sa.BigInteger(), nullable=True),
        sa.Column("changes", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("request_id", sa.String(length=64), nullable=True),
        sa.Column("ip_address", postgresql.INET(), nullable=True),
        sa.Column("user_agent", sa.String(length=400), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("audit_event_id", name=op.f("pk_audit_event")),
        schema="ops",
    )
    op.create_index(
        "ix_audit_event_action", "audit_event", ["action", "recorded_at"], unique=False, schema="ops"
    )
    op.create_index(
        "ix_audit_event_target", "audit_event", ["target_type", "target_id"], unique=False, schema="ops"
    )
    op.create_index(
        "ix_audit_event_user_id", "audit_event", ["user_id", "recorded_at"], unique=False, schema="ops"
    )
    op.create_table(
        "idempotency_key",
        sa.Column("scope", sa.String(length=200), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("request_hash", sa.String(length=64), nullable=False),
        sa.Column("status_code", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status_code between 200 and 599", name=op.f("ck_idempotency_key_status_code_range")
        ),
        sa.PrimaryKeyConstraint("scope", "key", name=op.f("pk_idempotency_key")),
        schema="ops",
    )
    op.create_table(
        "import_batch",
        sa.Column("import_batch_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("source_service", sa.String(length=50), nullable=False),
        sa.Column("files", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("mapping", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("counts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("import_batch_id", name=op.f("pk_import_batch")),
        schema="ops",
    )
    op.create_table(
        "inbox_event",
        sa.Column("event_id", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=50), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_inbox_event")),
        schema="ops",
    )
    op.create_table(
        "role",
        sa.Column("role_id", sa.BigInteger(), sa.Identity(always=False, start=1000000), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("system", sa.String(length=50), server_default=sa.text("'tts'"), nullable=False),
        sa.Column("description", sa.String(length=256), server_default=sa.text("''"), nullable=False),
        sa.Column("is_custom", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("synced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("role_id", name=op.f("pk_role")),
        schema="ops",
    )
    op.create_index(
        "uq_role_live_name",
        "role",
        ["system", sa.literal_column("lower(name)")],
        unique=True,
        schema="ops",
        postgresql_where=sa.text("deleted_at is null"),
    )
    op.create_table(
        "ticket_snapshot",
        sa.Column("ticket_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ticket_number", sa.String(length=64), nullable=False),
        sa.Column(
            "source_service", sa.String(length=50), server_default=sa.text("'ticket_service'"), nullable=False
        ),
        sa.Column("original_ticket_id", sa.String(length=64), nullable=True),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("description", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("priority", sa.String(length=20), nullable=False),
        sa.Column("category", sa.String(length=100), nullable=True),
        sa.Column("sub_category", sa.String(length=100), nullable=True),
        sa.Column("department", sa.String(length=100), nullable=True),
        sa.Column(
            "requester",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column("submit_date", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "data", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column("is_task_allocated", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("last_event_id", sa.String(length=64), nullable=True),
        sa.Column("last_event_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fetched_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column(
            "search",
            postgresql.TSVECTOR(),
            sa.Computed(
                "to_tsvector('simple', ticket_number || ' ' || subject || ' ' || left(description, 20000))",
                persisted=True,
            ),
            nullable=False,
        ),
        sa.CheckConstraint(
            "priority in ('Critical', 'High', 'Medium', 'Low')",
            name=op.f("ck_ticket_snapshot_priority_known"),
        ),
        sa.CheckConstraint(
            "status in ('New', 'Open', 'In Progress', 'On Hold', 'Pending', 'Pending External', 'Resolved', 'Rejected', 'Withdrawn', 'Closed')",
            name=op.f("ck_ticket_snapshot_status_known"),
        ),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_ticket_snapshot")),
        sa.UniqueConstraint(
            "source_service",
            "original_ticket_id",
            name=op.f("uq_ticket_snapshot_source_service_original_ticket_id"),
        ),
        sa.UniqueConstraint("ticket_number", name=op.f("uq_ticket_snapshot_ticket_number")),
        schema="ops",
    )
    op.create_index(
        "ix_ticket_snapshot_match",
        "ticket_snapshot",
        [sa.literal_column("lower(department)"), sa.literal_column("lower(category)")],
        unique=False,
        schema="ops",
    )
    op.create_index(
        "ix_ticket_snapshot_priority", "ticket_snapshot", ["priority"], unique=False, schema="ops"
    )
    op.create_index(
        "ix_ticket_snapshot_search",
        "ticket_snapshot",
        ["search"],
        unique=False,
        schema="ops",
        postgresql_using="gin",
    )
    op.create_index("ix_ticket_snapshot_status", "ticket_snapshot", ["status"], unique=False, schema="ops")
    op.create_table(
        "user_account",
        sa.Column("account_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("user_type", sa.String(length=16), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("username", sa.String(length=150), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("full_name", sa.String(length=255), nullable=False),
        sa.Column("department", sa.String(length=100), nullable=True),
        sa.Column("password_hash", sa.String(length=255), nullable=True),
        sa.Column("is_active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "user_type in ('staff', 'employee')", name=op.f("ck_user_account_user_type_known")
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_user_account")),
        sa.UniqueConstraint("user_type", "user_id", name=op.f("uq_user_account_user_type_user_id")),
        schema="ops",
    )
    op.create_index(
        "uq_user_account_username",
        "user_account",
        [sa.literal_column("lower(username)")],
        unique=True,
        schema="ops",
    )
    op.create_table(
        "workflow",
        sa.Column("workflow_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("description", sa.String(length=256), server_default=sa.text("''"), nullable=False),
        sa.Column("category", sa.String(length=64), nullable=False),
        sa.Column("sub_category", sa.String(length=64), nullable=False),
        sa.Column("department", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=16), server_default=sa.text("'draft'"), nullable=False),
        sa.Column("end_logic", sa.String(length=16), server_default=sa.text("'none'"), nullable=False),
        sa.Column("low_sla", sa.Interval(), nullable=True),
        sa.Column("medium_sla", sa.Interval(), nullable=True),
        sa.Column("high_sla", sa.Interval(), nullable=True),
        sa.Column("urgent_sla", sa.Interval(), nullable=True),
        sa.Column("has_unpublished_changes", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "end_logic in ('none', 'asset', 'budget', 'notification', 'ams', 'bms')",
            name=op.f("ck_workflow_end_logic_known"),
        ),
        sa.CheckConstraint(
            "status in ('draft', 'deployed', 'initialized', 'paused')", name=op.f("ck_workflow_status_known")
        ),
        sa.CheckConstraint(
            "urgent_sla > interval '0' and low_sla > interval '0'", name=op.f("ck_workflow_sla_positive")
        ),
        sa.CheckConstraint(
            "(urgent_sla is null or high_sla is null or urgent_sla < high_sla) and (urgent_sla is null or medium_sla is null or urgent_sla < medium_sla) and (urgent_sla is null or low_sla is null or urgent_sla < low_sla) and (high_sla is null or medium_sla is null or high_sla < medium_sla) and (high_sla is null or low_sla is null or high_sla < low_sla) and (medium_sla is null or low_sla is null or medium_sla < low_sla)",
            name=op.f("ck_workflow_sla_order"),
        ),
        sa.PrimaryKeyConstraint("workflow_id", name=op.f("pk_workflow")),
        schema="ops",
    )
    op.create_index(
        "uq_workflow_match",
        "workflow",
        [
            sa.literal_column("lower(department)"),
            sa.literal_column("lower(category)"),
            sa.literal_column("lower(sub_category)"),
        ],
        unique=True,
        schema="ops",
        postgresql_where=sa.text("status = 'initialized'"),
    )
    op.create_index(
        "uq_workflow_name", "workflow", [sa.literal_column("lower(name)")], unique=True, schema="ops"
    )
    op.create_table(
        "refresh_token",
        sa.Column("jti", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("family", sa.String(length=64), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["ops.user_account.account_id"],
            name=op.f("fk_refresh_token_account_id_user_account"),
        ),
        sa.PrimaryKeyConstraint("jti", name=op.f("pk_refresh_token")),
        schema="ops",
    )
    op.create_index(
        op.f("ix_refresh_token_account_id"), "refresh_token", ["account_id"], unique=False, schema="ops"
    )
    op.create_index(op.f("ix_refresh_token_family"), "refresh_token", ["family"], unique=False, schema="ops")
    op.create_table(
        "role_user",
        sa.Column("role_user_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("role_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("user_full_name", sa.String(length=255), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("department", sa.String(length=100), nullable=True),
        sa.Column("is_active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("capacity", sa.BigInteger(), nullable=True),
        sa.Column(
            "settings",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column("valid_from", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("valid_to", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("capacity is null or capacity > 0", name=op.f("ck_role_user_capacity_positive")),
        sa.CheckConstraint(
            "valid_to is null or valid_to >= valid_from", name=op.f("ck_role_user_validity_ordered")
        ),
        sa.ForeignKeyConstraint(["role_id"], ["ops.role.role_id"], name=op.f("fk_role_user_role_id_role")),
        sa.PrimaryKeyConstraint("role_user_id", name=op.f("pk_role_user")),
        sa.UniqueConstraint("role_id", "user_id", name=op.f("uq_role_user_role_id_user_id")),
        schema="ops",
    )
    op.create_index(op.f("ix_role_user_user_id"), "role_user", ["user_id"], unique=False, schema="ops")
    op.create_table(
        "round_robin_cursor",
        sa.Column("role_id", sa.BigInteger(), nullable=False),
        sa.Column("last_user_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["role_id"], ["ops.role.role_id"], name=op.f("fk_round_robin_cursor_role_id_role")
        ),
        sa.PrimaryKeyConstraint("role_id", name=op.f("pk_round_robin_cursor")),
        schema="ops",
    )
    op.create_table(
        "step",
        sa.Column("step_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("workflow_id", sa.BigInteger(), nullable=False),
        sa.Column("role_id", sa.BigInteger(), nullable=False),
        sa.Column("escalate_to_role_id", sa.BigInteger(), nullable=True),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("description", sa.String(length=256), server_default=sa.text("''"), nullable=False),
        sa.Column("instruction", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("sort_order", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("weight", sa.Numeric(precision=6, scale=3), server_default=sa.text("0.5"), nullable=False),
        sa.Column(
            "design", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column("is_start", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("is_end", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("weight >= 0 and weight < 100", name=op.f("ck_step_weight_range")),
        sa.ForeignKeyConstraint(
            ["escalate_to_role_id"], ["ops.role.role_id"], name=op.f("fk_step_escalate_to_role_id_role")
        ),
        sa.ForeignKeyConstraint(["role_id"], ["ops.role.role_id"], name=op.f("fk_step_role_id_role")),
        sa.ForeignKeyConstraint(
            ["workflow_id"], ["ops.workflow.workflow_id"], name=op.f("fk_step_workflow_id_workflow")
        ),
        sa.PrimaryKeyConstraint("step_id", name=op.f("pk_step")),
        sa.UniqueConstraint("workflow_id", "step_id", name=op.f("uq_step_workflow_id_step_id")),
        schema="ops",
    )
    op.create_index(op.f("ix_step_role_id"), "step", ["role_id"], unique=False, schema="ops")
    op.create_index(
        "ix_step_workflow_order", "step", ["workflow_id", "sort_order"], unique=False, schema="ops"
    )
    op.create_index(
        "uq_step_start",
        "step",
        ["workflow_id"],
        unique=True,
        schema="ops",
        postgresql_where=sa.text("is_start and deleted_at is null"),
    )
    op.create_table(
        "ticket_event",
        sa.Column("ticket_event_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("from_value", sa.String(length=255), nullable=True),
        sa.Column("to_value", sa.String(length=255), nullable=True),
        sa.Column("actor_user_id", sa.BigInteger(), nullable=True),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("tx_id", TransactionId(), server_default=sa.text("pg_current_xact_id()"), nullable=False),
        sa.CheckConstraint(
            "kind in ('created', 'status_changed', 'priority_changed', 'category_changed', 'sub_category_changed', 'department_changed', 'group_changed', 'assignee_changed')",
            name=op.f("ck_ticket_event_kind_known"),
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"],
            ["ops.ticket_snapshot.ticket_id"],
            name=op.f("fk_ticket_event_ticket_id_ticket_snapshot"),
        ),
        sa.PrimaryKeyConstraint("ticket_event_id", name=op.f("pk_ticket_event")),
        schema="ops",
    )
    op.create_index(
        op.f("ix_ticket_event_ticket_id"), "ticket_event", ["ticket_id"], unique=False, schema="ops"
    )
    op.create_index(op.f("ix_ticket_event_tx_id"), "ticket_event", ["tx_id"], unique=False, schema="ops")
    op.create_table(
        "workflow_version",
        sa.Column("workflow_version_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("workflow_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("definition", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("definition_hash", sa.String(length=64), nullable=False),
        sa.Column("notes", sa.String(length=2000), server_default=sa.text("''"), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("is_active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["workflow_id"],
            ["ops.workflow.workflow_id"],
            name=op.f("fk_workflow_version_workflow_id_workflow"),
        ),
        sa.PrimaryKeyConstraint("workflow_version_id", name=op.f("pk_workflow_version")),
        sa.UniqueConstraint("workflow_id", "version", name=op.f("uq_workflow_version_workflow_id_version")),
        schema="ops",
    )
    op.create_index(
        "uq_workflow_version_active",
        "workflow_version",
        ["workflow_id"],
        unique=True,
        schema="ops",
        postgresql_where=sa.text("is_active"),
    )
    op.create_table(
        "step_transition",
        sa.Column("transition_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("workflow_id", sa.BigInteger(), nullable=False),
        sa.Column("from_step_id", sa.BigInteger(), nullable=False),
        sa.Column("to_step_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=64), server_default=sa.text("''"), nullable=False),
        sa.Column(
            "design", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("from_step_id <> to_step_id", name=op.f("ck_step_transition_no_self_loop")),
        sa.ForeignKeyConstraint(
            ["workflow_id", "from_step_id"], ["ops.step.workflow_id", "ops.step.step_id"], name="fk_from_step"
        ),
        sa.ForeignKeyConstraint(
            ["workflow_id", "to_step_id"], ["ops.step.workflow_id", "ops.step.step_id"], name="fk_to_step"
        ),
        sa.ForeignKeyConstraint(
            ["workflow_id"],
            ["ops.workflow.workflow_id"],
            name=op.f("fk_step_transition_workflow_id_workflow"),
        ),
        sa.PrimaryKeyConstraint("transition_id", name=op.f("pk_step_transition")),
        schema="ops",
    )
    op.create_index(
        op.f("ix_step_transition_from_step_id"),
        "step_transition",
        ["from_step_id"],
        unique=False,
        schema="ops",
    )
    op.create_index(
        op.f("ix_step_transition_to_step_id"), "step_transition", ["to_step_id"], unique=False, schema="ops"
    )
    op.create_index(
        op.f("ix_step_transition_workflow_id"), "step_transition", ["workflow_id"], unique=False, schema="ops"
    )
    op.create_index(
        "uq_step_transition_live",
        "step_transition",
        ["from_step_id", "to_step_id", sa.literal_column("lower(name)")],
        unique=True,
        schema="ops",
        postgresql_where=sa.text("deleted_at is null"),
    )
    op.create_table(
        "task",
        sa.Column("task_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("workflow_id", sa.BigInteger(), nullable=False),
        sa.Column("workflow_version_id", sa.BigInteger(), nullable=False),
        sa.Column("current_step_id", sa.BigInteger(), nullable=True),
        sa.Column("ticket_owner_id", sa.BigInteger(), nullable=True),
        sa.Column("status", sa.String(length=20), server_default=sa.text("'pending'"), nullable=False),
        sa.Column("priority_at_start", sa.String(length=20), nullable=False),
        sa.Column("sla", sa.Interval(), nullable=True),
        sa.Column("sla_source", sa.String(length=16), server_default=sa.text("'none'"), nullable=False),
        sa.Column("recorded_sla_met", sa.Boolean(), nullable=True),
        sa.Column("sla_started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("target_resolution", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hold_started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hold_seconds", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("first_response_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolution_time", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_resolution_recorded", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("completed_by", sa.BigInteger(), nullable=True),
        sa.Column("needs_assignment", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "(sla_source = 'policy') = (target_resolution is not null)", name=op.f("ck_task_target_by_policy")
        ),
        sa.CheckConstraint(
            "(sla_source = 'recorded') = (recorded_sla_met is not null)",
            name=op.f("ck_task_outcome_by_record"),
        ),
        sa.CheckConstraint(
            "(status = 'completed') = (resolution_time is not null)",
            name=op.f("ck_task_resolved_when_completed"),
        ),
        sa.CheckConstraint(
            "(status = 'on_hold') = (hold_started_at is not null)", name=op.f("ck_task_held_when_on_hold")
        ),
        sa.CheckConstraint(
            "sla_source in ('policy', 'recorded', 'none')", name=op.f("ck_task_sla_source_known")
        ),
        sa.CheckConstraint(
            "status in ('pending', 'in progress', 'on_hold', 'completed', 'cancelled', 'pending_external')",
            name=op.f("ck_task_status_known"),
        ),
        sa.CheckConstraint("hold_seconds >= 0", name=op.f("ck_task_hold_not_negative")),
        sa.CheckConstraint("resolution_time >= created_at", name=op.f("ck_task_resolved_after_created")),
        sa.ForeignKeyConstraint(
            ["current_step_id"], ["ops.step.step_id"], name=op.f("fk_task_current_step_id_step")
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["ops.ticket_snapshot.ticket_id"], name=op.f("fk_task_ticket_id_ticket_snapshot")
        ),
        sa.ForeignKeyConstraint(
            ["ticket_owner_id"],
            ["ops.role_user.role_user_id"],
            name=op.f("fk_task_ticket_owner_id_role_user"),
        ),
        sa.ForeignKeyConstraint(
            ["workflow_id"], ["ops.workflow.workflow_id"], name=op.f("fk_task_workflow_id_workflow")
        ),
        sa.ForeignKeyConstraint(
            ["workflow_version_id"],
            ["ops.workflow_version.workflow_version_id"],
            name=op.f("fk_task_workflow_version_id_workflow_version"),
        ),
        sa.PrimaryKeyConstraint("task_id", name=op.f("pk_task")),
        schema="ops",
    )
    op.create_index("ix_task_created_at", "task", ["created_at"], unique=False, schema="ops")
    op.create_index(
        "ix_task_workflow_id_open",
        "task",
        ["workflow_id"],
        unique=False,
        schema="ops",
        postgresql_where=sa.text(
            "status in ('pending', 'in progress', 'on_hold', 'pending_external') and deleted_at is null"
        ),
    )
    op.create_index(
        "ix_task_status_target_resolution",
        "task",
        ["status", "target_resolution"],
        unique=False,
        schema="ops",
    )
    op.create_index("ix_task_ticket_id", "task", ["ticket_id"], unique=False, schema="ops")
    op.create_index(
        "ix_task_ticket_owner_id_status", "task", ["ticket_owner_id", "status"], unique=False, schema="ops"
    )
    op.create_index(
        "ix_task_workflow_id_created_at", "task", ["workflow_id", "created_at"], unique=False, schema="ops"
    )
    op.create_index(
        op.f("ix_task_workflow_version_id"), "task", ["workflow_version_id"], unique=False, schema="ops"
    )
    op.create_index(
        "uq_task_open_per_ticket",
        "task",
        ["ticket_id"],
        unique=True,
        schema="ops",
        postgresql_where=sa.text(
            "status in ('pending', 'in progress', 'on_hold', 'pending_external') and deleted_at is null"
        ),
    )
    op.create_table(
        "task_event",
        sa.Column("task_event_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("task_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("from_step_id", sa.BigInteger(), nullable=True),
        sa.Column("to_step_id", sa.BigInteger(), nullable=True),
        sa.Column("transition_id", sa.BigInteger(), nullable=True),
        sa.Column("from_status", sa.String(length=20), nullable=True),
        sa.Column("to_status", sa.String(length=20), nullable=True),
        sa.Column("task_item_id", sa.BigInteger(), nullable=True),
        sa.Column("actor_user_id", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("tx_id", TransactionId(), server_default=sa.text("pg_current_xact_id()"), nullable=False),
        sa.CheckConstraint(
            "kind in ('created', 'assigned', 'started', 'transitioned', 'transferred', 'escalated', 'held', 'resumed', 'breached', 'completed', 'cancelled', 'reopened', 'owner_changed')",
            name=op.f("ck_task_event_kind_known"),
        ),
        sa.ForeignKeyConstraint(["task_id"], ["ops.task.task_id"], name=op.f("fk_task_event_task_id_task")),
        sa.PrimaryKeyConstraint("task_event_id", name=op.f("pk_task_event")),
        schema="ops",
    )
    op.create_index(
        "ix_task_event_occurred_at_kind", "task_event", ["occurred_at", "kind"], unique=False, schema="ops"
    )
    op.create_index(op.f("ix_task_event_task_id"), "task_event", ["task_id"], unique=False, schema="ops")
    op.create_index(op.f("ix_task_event_tx_id"), "task_event", ["tx_id"], unique=False, schema="ops")
    op.create_table(
        "task_item",
        sa.Column("task_item_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("task_id", sa.BigInteger(), nullable=False),
        sa.Column("role_user_id", sa.BigInteger(), nullable=False),
        sa.Column("step_id", sa.BigInteger(), nullable=False),
        sa.Column("origin", sa.String(length=16), server_default=sa.text("'System'"), nullable=False),
        sa.Column("status", sa.String(length=16), server_default=sa.text("'new'"), nullable=False),
        sa.Column("target_resolution", sa.DateTime(timezone=True), nullable=True),
        sa.Column("assigned_on", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acted_on", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("breached_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("notes", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("handover_note", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("transferred_to_id", sa.BigInteger(), nullable=True),
        sa.Column("transferred_by", sa.BigInteger(), nullable=True),
        sa.Column("from_task_item_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "origin in ('System', 'Transferred', 'Escalation')", name=op.f("ck_task_item_origin_known")
        ),
        sa.CheckConstraint(
            "status in ('new', 'in progress', 'resolved', 'reassigned', 'escalated')",
            name=op.f("ck_task_item_status_known"),
        ),
        sa.CheckConstraint(
            "status not in ('resolved', 'reassigned', 'escalated') or closed_at is not null",
            name=op.f("ck_task_item_closed_when_terminal"),
        ),
        sa.CheckConstraint(
            "acted_on is null or acted_on >= assigned_on", name=op.f("ck_task_item_acted_after_assigned")
        ),
        sa.CheckConstraint(
            "closed_at is null or closed_at >= assigned_on", name=op.f("ck_task_item_closed_after_assigned")
        ),
        sa.ForeignKeyConstraint(
            ["from_task_item_id"],
            ["ops.task_item.task_item_id"],
            name=op.f("fk_task_item_from_task_item_id_task_item"),
        ),
        sa.ForeignKeyConstraint(
            ["role_user_id"], ["ops.role_user.role_user_id"], name=op.f("fk_task_item_role_user_id_role_user")
        ),
        sa.ForeignKeyConstraint(["step_id"], ["ops.step.step_id"], name=op.f("fk_task_item_step_id_step")),
        sa.ForeignKeyConstraint(["task_id"], ["ops.task.task_id"], name=op.f("fk_task_item_task_id_task")),
        sa.ForeignKeyConstraint(
            ["transferred_to_id"],
            ["ops.role_user.role_user_id"],
            name=op.f("fk_task_item_transferred_to_id_role_user"),
        ),
        sa.PrimaryKeyConstraint("task_item_id", name=op.f("pk_task_item")),
        schema="ops",
    )
    op.create_index("ix_task_item_assigned_on", "task_item", ["assigned_on"], unique=False, schema="ops")
    op.create_index(
        "ix_task_item_role_user_id_assigned_on",
        "task_item",
        ["role_user_id", "assigned_on", "task_item_id"],
        unique=False,
        schema="ops",
    )
    op.create_index(
        "ix_task_item_role_user_id_status",
        "task_item",
        ["role_user_id", "status"],
        unique=False,
        schema="ops",
    )
    op.create_index(op.f("ix_task_item_task_id"), "task_item", ["task_id"], unique=False, schema="ops")
    op.create_index(
        "uq_task_item_open",
        "task_item",
        ["task_id", "step_id", "role_user_id"],
        unique=True,
        schema="ops",
        postgresql_where=sa.text("closed_at is null"),
    )
    op.create_table(
        "task_item_event",
        sa.Column("task_item_event_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("task_item_id", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("actor_user_id", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("tx_id", TransactionId(), server_default=sa.text("pg_current_xact_id()"), nullable=False),
        sa.CheckConstraint(
            "status in ('new', 'in progress', 'resolved', 'reassigned', 'escalated', 'breached')",
            name=op.f("ck_task_item_event_status_known"),
        ),
        sa.ForeignKeyConstraint(
            ["task_item_id"],
            ["ops.task_item.task_item_id"],
            name=op.f("fk_task_item_event_task_item_id_task_item"),
        ),
        sa.PrimaryKeyConstraint("task_item_event_id", name=op.f("pk_task_item_event")),
        schema="ops",
    )
    op.create_index(
        "ix_task_item_event_occurred_at_status",
        "task_item_event",
        ["occurred_at", "status"],
        unique=False,
        schema="ops",
    )
    op.create_index(
        op.f("ix_task_item_event_task_item_id"),
        "task_item_event",
        ["task_item_id"],
        unique=False,
        schema="ops",
    )
    op.create_index(
        op.f("ix_task_item_event_tx_id"), "task_item_event", ["tx_id"], unique=False, schema="ops"
    )
    run_sql("append_only")
    run_sql("serving")
    run_sql("ml")
    install_queue()
    run_sql("grants")


def downgrade() -> None:
    run_sql("drop_all")
