"""seal forecasts, and publish how right they were."""

from api.migrations.runner import run_sql

revision = "e31a5c7f0d80"
down_revision = "e31a5c7f0d70"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql("forecast_ledger")


def downgrade() -> None:
    run_sql("forecast_ledger_before")
