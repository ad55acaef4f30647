from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from api.annotations.enums import AnnotationKind
from api.kit.models import CreatedAt, IdentityKey, Model, UpdatedAt, one_of


class Annotation(Model):
    """What a manager writes onto the time axes: days of UTC, as the analytics count them."""

    __tablename__ = "annotation"

    annotation_id: Mapped[IdentityKey]
    kind: Mapped[str] = mapped_column(String(16))
    title: Mapped[str] = mapped_column(String(120))
    description: Mapped[str] = mapped_column(Text, server_default=text("''"))
    first_day: Mapped[date]
    # None is the first day alone.
    last_day: Mapped[date | None]
    # What it concerns; None is all of them.
    department: Mapped[str | None] = mapped_column(String(64))
    category: Mapped[str | None] = mapped_column(String(64))
    workflow_id: Mapped[int | None] = mapped_column(
        ForeignKey("ops.workflow.workflow_id", ondelete="CASCADE"), index=True
    )
    created_by: Mapped[int | None]
    updated_by: Mapped[int | None]
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]
    deleted_at: Mapped[datetime | None]

    __table_args__ = (
        one_of("kind", AnnotationKind),
        CheckConstraint("btrim(title) <> ''", name="title_written"),
        CheckConstraint("length(description) <= 2000", name="description_short"),
        CheckConstraint("last_day >= first_day", name="days_ordered"),
        CheckConstraint("department <> '' and category <> ''", name="dimensions_named"),
        Index(
            "ix_annotation_days",
            "first_day",
            "annotation_id",
            postgresql_where=text("deleted_at is null"),
        ),
        {"schema": "ops"},
    )
