"""let analysts in."""

from alembic import op

revision = "e31a5c7f0e40"
down_revision = "e31a5c7f0df0"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # The role reads marts since the first release, by default privileges of the role that builds them.
    op.execute("grant usage on schema serving to sluice_analyst")
    op.execute("grant select on all tables in schema serving to sluice_analyst")
    op.execute("alter default privileges in schema serving grant select on tables to sluice_analyst")


def downgrade() -> None:
    op.execute("alter default privileges in schema serving revoke select on tables from sluice_analyst")
    op.execute("revoke select on all tables in schema serving from sluice_analyst")
    op.execute("revoke usage on schema serving from sluice_analyst")
