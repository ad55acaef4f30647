"""workflow drafts and versions."""

revision = "af6b5d1c7a86"
down_revision = "9e5a4c0b6f75"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
