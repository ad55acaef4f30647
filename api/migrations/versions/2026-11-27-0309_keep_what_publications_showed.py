"""keep what the last publications showed."""

from api.migrations.runner import run_sql

revision = "e31a5c7f0e00"
down_revision = "e31a5c7f0e08"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql("known")


def downgrade() -> None:
    run_sql("known_before")
