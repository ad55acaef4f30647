"""measure working time in SQL."""

from alembic import op

from api.migrations.runner import run_sql

revision = "e31a5c7f0d50"
down_revision = "e31a5c7f0d40"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql("business_time")


def downgrade() -> None:
    op.execute(
        "drop function ops.working_target, ops.working_seconds, ops.working_segments, "
        "ops.zone_offsets, ops.zone_offset"
    )
