"""keep models of single tickets, and publish what they say."""

from api.migrations.runner import run_sql

revision = "e31a5c7f0da0"
down_revision = "e31a5c7f0d90"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql("model_registry")


def downgrade() -> None:
    run_sql("model_registry_before")
