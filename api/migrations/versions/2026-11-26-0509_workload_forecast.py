"""publish when tickets and items arrive, and how long an item takes."""

from api.migrations.runner import run_sql

revision = "e31a5c7f0d90"
down_revision = "e31a5c7f0d80"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql("workload_forecast")


def downgrade() -> None:
    run_sql("workload_forecast_before")
