"""publish what durations amount to up to now."""

from alembic import op

from api.migrations.runner import run_sql

revision = "e31a5c7f0d70"
down_revision = "e31a5c7f0d60"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql("durations_to_date")


def downgrade() -> None:
    op.execute("drop table serving.durations_to_date")
