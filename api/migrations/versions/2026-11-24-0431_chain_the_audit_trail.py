"""chain the audit trail."""

revision = "6b2d1f7e3c42"
down_revision = "5a1c0e6d2b31"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
