"""hold unusual days to forecasts, and to a budget of false alarms."""

from api.migrations.runner import run_sql

revision = "e31a5c7f0dd0"
down_revision = "e31a5c7f0dc0"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql("anomaly_budget")


def downgrade() -> None:
    run_sql("anomaly_budget_before")
