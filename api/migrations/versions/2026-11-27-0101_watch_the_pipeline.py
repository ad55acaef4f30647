"""watch the pipeline."""

import sqlalchemy as sa
from alembic import op

revision = "e31a5c7f0df0"
down_revision = "e31a5c7f0de0"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pipeline_watch",
        sa.Column("watched", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), server_default=sa.text("'healthy'"), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "watched in ('publication', 'forecasts')", name=op.f("ck_pipeline_watch_watched_known")
        ),
        sa.CheckConstraint(
            "state in ('healthy', 'failing', 'stale')", name=op.f("ck_pipeline_watch_state_known")
        ),
        sa.PrimaryKeyConstraint("watched", name=op.f("pk_pipeline_watch")),
        schema="ops",
    )
    op.execute(
        "insert into ops.pipeline_watch (watched, since) values ('publication', now()), ('forecasts', now())"
    )
    op.execute("grant select, update on ops.pipeline_watch to sluice_api")


def downgrade() -> None:
    op.drop_table("pipeline_watch", schema="ops")
