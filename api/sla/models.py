from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from api.kit.models import CreatedAt, IdentityKey, Model, one_of
from api.sla.enums import PolicyPriority


class Calendar(Model):
    """The name under which working hours are kept; the hours themselves are its newest revision."""

    __tablename__ = "calendar"

    calendar_id: Mapped[IdentityKey]
    name: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[CreatedAt]

    __table_args__ = (Index("uq_calendar_name", func.lower(name), unique=True), {"schema": "ops"})


class CalendarRevision(Model):
    """Working hours as they were decided once. Immutable: running clocks are counted by them."""

    __tablename__ = "calendar_revision"

    calendar_revision_id: Mapped[IdentityKey]
    calendar_id: Mapped[int] = mapped_column(ForeignKey("ops.calendar.calendar_id"))
    revision: Mapped[int]
    definition: Mapped[dict[str, Any]]
    created_by: Mapped[int | None]
    created_at: Mapped[CreatedAt]

    __table_args__ = (
        UniqueConstraint("calendar_id", "revision"),
        CheckConstraint("revision > 0", name="revision_positive"),
        {"schema": "ops"},
    )


class SlaPolicy(Model):
    """What a workflow allowed for a priority from an instant on, until the next row of the same kind.

    Append-only. No duration is no target; no calendar is around the clock.
    """

    __tablename__ = "sla_policy"

    sla_policy_id: Mapped[IdentityKey]
    # A policy says nothing without its workflow, and goes with it.
    workflow_id: Mapped[int] = mapped_column(ForeignKey("ops.workflow.workflow_id", ondelete="CASCADE"))
    priority: Mapped[str] = mapped_column(String(20))
    duration: Mapped[timedelta | None]
    calendar_revision_id: Mapped[int | None] = mapped_column(
        ForeignKey("ops.calendar_revision.calendar_revision_id"), index=True
    )
    effective_at: Mapped[datetime]
    created_by: Mapped[int | None]
    created_at: Mapped[CreatedAt]

    __table_args__ = (
        one_of("priority", PolicyPriority),
        CheckConstraint("duration > interval '0'", name="duration_positive"),
        Index("ix_sla_policy_in_force", "workflow_id", "priority", "effective_at"),
        {"schema": "ops"},
    )
