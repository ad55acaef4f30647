"""sla calendars and policies."""

revision = "5a1c0e6d2b31"
down_revision = "d0be75d1ea0e"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
