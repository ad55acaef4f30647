"""part joined words for search."""

from collections.abc import Callable

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "c18d7f3e9ca8"
down_revision = "b07c6e2d8b97"
branch_labels = None
depends_on = None

# Schema, table, and the column of the ticket's number.
_TABLES = (("ops", "ticket_snapshot", "ticket_number"), ("intake", "ticket", "ticket_id"))


def _whole(text: str) -> str:
    return f"to_tsvector('simple', {text})"


def _parted(text: str) -> str:
    return f"to_tsvector('simple', translate({text}, '/@.-_<>&+', '         '))"


def upgrade() -> None:
    _generate(_parted)


def downgrade() -> None:
    _generate(_whole)


def _generate(vector_of: Callable[[str], str]) -> None:
    """Make the column anew: PostgreSQL 15 cannot change how one is generated. Its index goes with it."""
    for schema, table, number in _TABLES:
        text = f"{number} || ' ' || subject || ' ' || left(description, 20000)"
        generated = sa.Computed(vector_of(text), persisted=True)
        op.drop_column(table, "search", schema=schema)
        op.add_column(
            table, sa.Column("search", postgresql.TSVECTOR(), generated, nullable=False), schema=schema
        )
        op.create_index(f"ix_{table}_search", table, ["search"], schema=schema, postgresql_using="gin")
