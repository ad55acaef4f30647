"""publish durations of tickets as histograms."""

from api.migrations.runner import run_sql

revision = "e31a5c7f0d60"
down_revision = "e31a5c7f0d50"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql("ticket_durations")


def downgrade() -> None:
    run_sql("ticket_durations_before")
