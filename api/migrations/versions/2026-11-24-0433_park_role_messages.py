"""park role messages."""

revision = "8d4f3b9a5e64"
down_revision = "7c3e2a8f4d53"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
