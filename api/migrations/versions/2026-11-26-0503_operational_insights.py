"""publish operational insights, keep their thresholds."""

from alembic import op

from api.migrations.runner import run_sql

revision = "e31a5c7f0d30"
down_revision = "e31a5c7f0d20"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql("operational")


def downgrade() -> None:
    op.execute("revoke usage on schema intake from sluice_api")
    op.execute("drop function intake.outbox_state")
    op.execute(
        "drop table serving.open_tickets, serving.agent_load, serving.daily_volumes, serving.anomalies,"
        " serving.failed_runs, ops.insight_threshold"
    )
