"""publish what is set aside, and how much there is of what."""

from api.migrations.runner import run_sql

revision = "e31a5c7f0e10"
down_revision = "e31a5c7f0e40"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql("data_quality")


def downgrade() -> None:
    run_sql("data_quality_before")
