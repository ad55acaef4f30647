"""publish items and visits of steps."""

from alembic import op

from api.migrations.runner import run_sql

revision = "e31a5c7f0d10"
down_revision = "d29e8a04fb1c"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql("work")


def downgrade() -> None:
    op.execute(
        "drop table serving.work_series, serving.work_cube, serving.duration_histogram, serving.item_rows; drop function serving.work_key"
    )
