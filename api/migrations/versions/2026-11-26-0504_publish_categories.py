"""publish tickets by category."""

from alembic import op

from api.migrations.runner import run_sql

revision = "e31a5c7f0d40"
down_revision = "e31a5c7f0d30"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql("categories")


def downgrade() -> None:
    op.execute("drop table serving.snapshot_rows, serving.snapshot_cube, serving.snapshot_series")
    op.execute("drop function serving.snapshot_key")
