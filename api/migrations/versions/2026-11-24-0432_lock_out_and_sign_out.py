"""lock out and sign out."""

revision = "7c3e2a8f4d53"
down_revision = "6b2d1f7e3c42"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
