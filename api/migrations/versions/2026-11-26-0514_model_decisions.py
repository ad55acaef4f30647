"""publish which model of single tickets is served, and why."""

from api.migrations.runner import run_sql

revision = "e31a5c7f0de0"
down_revision = "e31a5c7f0dd0"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql("model_decisions")


def downgrade() -> None:
    run_sql("model_decisions_before")
