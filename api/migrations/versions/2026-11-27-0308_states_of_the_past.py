"""publish the states of the past."""

from api.migrations.runner import run_sql

revision = "e31a5c7f0e08"
down_revision = "e31a5c7f0e10"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql("ticket_versions")


def downgrade() -> None:
    run_sql("ticket_versions_before")
