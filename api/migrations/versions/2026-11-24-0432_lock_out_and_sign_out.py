"""lock out and sign out."""

import sqlalchemy as sa
from alembic import op

from api.migrations.runner import run_sql

revision = "7c3e2a8f4d53"
down_revision = "6b2d1f7e3c42"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "user_session",
        sa.Column("session_id", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["ops.user_account.account_id"],
            name=op.f("fk_user_session_account_id_user_account"),
        ),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_user_session")),
        schema="ops",
    )
    op.create_index(op.f("ix_user_session_account_id"), "user_session", ["account_id"], schema="ops")
    op.create_index(
        "ix_user_session_ended",
        "user_session",
        ["ended_at"],
        schema="ops",
        postgresql_where=sa.text("ended_at is not null"),
    )
    op.create_table(
        "sign_in_attempt",
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("failures", sa.BigInteger(), nullable=False),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("blocked_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("trusted_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("kept_until", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("failures >= 0", name=op.f("ck_sign_in_attempt_failures_not_negative")),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_sign_in_attempt")),
        schema="ops",
    )
    op.create_index(op.f("ix_sign_in_attempt_kept_until"), "sign_in_attempt", ["kept_until"], schema="ops")
    run_sql("sign_out")
    op.create_foreign_key(
        op.f("fk_refresh_token_family_user_session"),
        "refresh_token",
        "user_session",
        ["family"],
        ["session_id"],
        source_schema="ops",
        referent_schema="ops",
    )


def downgrade() -> None:
    # What ended must stay ended: without sessions, only revoked tokens say so.
    op.execute(
        "update ops.refresh_token set revoked_at = user_session.ended_at from ops.user_session "
        "where user_session.session_id = refresh_token.family and user_session.ended_at is not null "
        "and refresh_token.revoked_at is null"
    )
    for view in ("withdrawn_role", "disabled_account", "ended_session"):
        op.execute(f"drop view ops.{view}")
    op.execute("revoke usage on schema ops from sluice_intake")
    op.drop_index("ix_user_account_disabled", "user_account", schema="ops")
    op.drop_constraint(
        op.f("fk_refresh_token_family_user_session"), "refresh_token", schema="ops", type_="foreignkey"
    )
    op.drop_table("sign_in_attempt", schema="ops")
    op.drop_table("user_session", schema="ops")
