"""chain the audit trail."""

import sqlalchemy as sa
from alembic import op

from api.migrations.runner import run_sql

revision = "6b2d1f7e3c42"
down_revision = "5a1c0e6d2b31"
branch_labels = None
depends_on = None

_LINKS = {
    "lane": sa.SmallInteger(),
    "sequence": sa.BigInteger(),
    "previous_hash": sa.LargeBinary(),
    "hash": sa.LargeBinary(),
}


def upgrade() -> None:
    op.create_table(
        "audit_chain",
        sa.Column("lane", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("last_sequence", sa.BigInteger(), nullable=False),
        sa.Column("last_hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("lane", name=op.f("pk_audit_chain")),
        schema="ops",
    )
    for name, kind in _LINKS.items():
        op.add_column("audit_event", sa.Column(name, kind, nullable=True), schema="ops")
    run_sql("audit_chain")
    for name in _LINKS:
        op.alter_column("audit_event", name, nullable=False, schema="ops")
    op.create_unique_constraint(
        op.f("uq_audit_event_lane_sequence"), "audit_event", ["lane", "sequence"], schema="ops"
    )


def downgrade() -> None:
    op.execute("drop trigger chain on ops.audit_event")
    op.execute("drop function ops.chain_audit_event()")
    op.execute("drop function ops.audit_content(ops.audit_event)")
    for name in reversed(_LINKS):
        op.drop_column("audit_event", name, schema="ops")
    op.drop_table("audit_chain", schema="ops")
