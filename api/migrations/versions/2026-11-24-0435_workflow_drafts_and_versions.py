"""let a workflow that nothing ran on be deleted.

A task refers to its workflow and to its version, so the foreign keys keep every graph that anything
ever ran on. What is left to delete is a draft nobody used; a mark of deletion would keep its name taken
and would have to be left out of every list, match and mart.
"""

from alembic import op

revision = "af6b5d1c7a86"
down_revision = "9e5a4c0b6f75"
branch_labels = None
depends_on = None

_TABLES = "ops.workflow, ops.workflow_version, ops.step, ops.step_transition"


def upgrade() -> None:
    op.execute(f"grant delete on {_TABLES} to sluice_api")


def downgrade() -> None:
    op.execute(f"revoke delete on {_TABLES} from sluice_api")
