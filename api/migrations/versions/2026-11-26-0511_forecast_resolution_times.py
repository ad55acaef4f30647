"""forecast resolution times, without holds."""

from api.migrations.runner import run_sql

revision = "e31a5c7f0db0"
down_revision = "e31a5c7f0da0"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql("resolution_forecast")


def downgrade() -> None:
    run_sql("resolution_forecast_before")
