"""list tasks by index."""

revision = "9e5a4c0b6f75"
down_revision = "8d4f3b9a5e64"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
