"""read and change tickets on the ticket service."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "b07c6e2d8b97"
down_revision = "af6b5d1c7a86"
branch_labels = None
depends_on = None

_SEARCH = "to_tsvector('simple', ticket_id || ' ' || subject || ' ' || left(description, 20000))"


def upgrade() -> None:
    # Tickets of before say nothing of the kind of their requester: most were employees' own.
    op.add_column(
        "ticket",
        sa.Column("requester_type", sa.String(16), server_default=sa.text("'employee'"), nullable=False),
        schema="intake",
    )
    op.create_check_constraint(
        op.f("ck_ticket_requester_type_known"),
        "ticket",
        "requester_type in ('staff', 'employee')",
        schema="intake",
    )
    op.add_column(
        "ticket",
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        schema="intake",
    )
    op.add_column(
        "ticket",
        sa.Column("search", postgresql.TSVECTOR(), sa.Computed(_SEARCH, persisted=True), nullable=False),
        schema="intake",
    )
    op.drop_index(op.f("ix_ticket_employee_id"), table_name="ticket", schema="intake")
    op.create_index(
        "ix_ticket_requester",
        "ticket",
        ["employee_id", "requester_type", "created_at"],
        schema="intake",
    )
    op.create_index("ix_ticket_search", "ticket", ["search"], postgresql_using="gin", schema="intake")


def downgrade() -> None:
    op.drop_index("ix_ticket_search", table_name="ticket", schema="intake")
    op.drop_index("ix_ticket_requester", table_name="ticket", schema="intake")
    op.create_index(op.f("ix_ticket_employee_id"), "ticket", ["employee_id"], schema="intake")
    for column in ("search", "version", "requester_type"):
        op.drop_column("ticket", column, schema="intake")
