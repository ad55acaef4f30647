"""keep and publish what is expected by the hour."""

from alembic import op

from api.migrations.runner import run_sql

revision = "e31a5c7f0dc0"
down_revision = "e31a5c7f0db0"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql("forecast_hours")


def downgrade() -> None:
    op.execute("drop table serving.ticket_hours, serving.forecast_hours, ml.forecast_hours")
