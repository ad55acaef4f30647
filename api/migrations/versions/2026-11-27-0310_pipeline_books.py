"""keep what rebuilds found and how far backfills came."""

from api.migrations.runner import run_sql

revision = "e31a5c7f0e30"
down_revision = "e31a5c7f0e00"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql("pipeline_books")


def downgrade() -> None:
    run_sql("pipeline_books_before")
