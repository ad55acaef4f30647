"""publish how work flows from step to step."""

from alembic import op

from api.migrations.runner import run_sql

revision = "e31a5c7f0d20"
down_revision = "e31a5c7f0d10"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql("processes")


def downgrade() -> None:
    op.execute("drop view serving.department_rows")
    op.execute(
        "drop table serving.workflow_facts, serving.step_facts, serving.process_edges, "
        "serving.process_variants, serving.case_rows, serving.visit_rows"
    )
