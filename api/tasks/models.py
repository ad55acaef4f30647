from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import CheckConstraint, Computed, ForeignKey, Index, Numeric, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from api.kit.models import CreatedAt, IdentityKey, Model, TransactionStamp, UpdatedAt, one_of
from api.tasks.enums import ItemOrigin, ItemStatus, ItemTab, SlaSource, TaskEventKind, TaskStatus

_OPEN = "status in ('pending', 'in progress', 'on_hold', 'pending_external')"
# The deadline that comes next; none while the clock stands before it.
_NEXT_DEADLINE = (
    "case sla_level when 0 then at_risk_at when 1 then critical_at when 2 then target_resolution end"
)
_SLA_DUE_AT = f"""case
    when {_OPEN} and deleted_at is null and (hold_started_at is null or hold_started_at >= {_NEXT_DEADLINE})
    then {_NEXT_DEADLINE}
end"""


class Task(Model):
    """One run of a workflow version for one ticket."""

    __tablename__ = "task"

    task_id: Mapped[IdentityKey]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ops.ticket_snapshot.ticket_id"))
    workflow_id: Mapped[int] = mapped_column(ForeignKey("ops.workflow.workflow_id"))
    workflow_version_id: Mapped[int] = mapped_column(
        ForeignKey("ops.workflow_version.workflow_version_id"), index=True
    )
    current_step_id: Mapped[int | None] = mapped_column(ForeignKey("ops.step.step_id"))
    ticket_owner_id: Mapped[int | None] = mapped_column(ForeignKey("ops.role_user.role_user_id"))
    status: Mapped[str] = mapped_column(String(20), server_default=text("'pending'"))
    priority_at_start: Mapped[str] = mapped_column(String(20))
    sla: Mapped[timedelta | None]
    sla_source: Mapped[str] = mapped_column(String(16), server_default=text("'none'"))
    recorded_sla_met: Mapped[bool | None]
    sla_started_at: Mapped[datetime]
    target_resolution: Mapped[datetime | None]
    # When the parts of its time have run that make it at risk and critical: no judge needs a calendar.
    at_risk_at: Mapped[datetime | None]
    critical_at: Mapped[datetime | None]
    # How much of it the timers have noticed (`sla.enums.SlaLevel`), and when there is more to notice.
    sla_level: Mapped[int] = mapped_column(server_default=text("0"))
    sla_due_at: Mapped[datetime | None] = mapped_column(Computed(_SLA_DUE_AT, persisted=True))
    # None is around the clock.
    calendar_revision_id: Mapped[int | None] = mapped_column(
        ForeignKey("ops.calendar_revision.calendar_revision_id")
    )
    hold_started_at: Mapped[datetime | None]
    # Working time by the task's own calendar.
    hold_seconds: Mapped[Decimal] = mapped_column(Numeric(16, 6), server_default=text("0"))
    first_response_at: Mapped[datetime | None]
    resolution_time: Mapped[datetime | None]
    # False when a log closed the ticket without ever recording when it was resolved: the instant
    # above is then that of the closing, and durations leave the ticket out.
    is_resolution_recorded: Mapped[bool] = mapped_column(server_default=text("true"))
    completed_by: Mapped[int | None]
    needs_assignment: Mapped[bool] = mapped_column(server_default=text("false"))
    deleted_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(server_default=text("1"))
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]

    items: Mapped[list["TaskItem"]] = relationship(
        lazy="raise", order_by="TaskItem.assigned_on", viewonly=True
    )

    __table_args__ = (
        one_of("status", TaskStatus),
        one_of("sla_source", SlaSource),
        CheckConstraint(
            "(status = 'completed') = (resolution_time is not null)", name="resolved_when_completed"
        ),
        CheckConstraint("(status = 'on_hold') = (hold_started_at is not null)", name="held_when_on_hold"),
        CheckConstraint("(sla_source = 'policy') = (target_resolution is not null)", name="target_by_policy"),
        CheckConstraint(
            "(sla_source = 'recorded') = (recorded_sla_met is not null)", name="outcome_by_record"
        ),
        CheckConstraint(
            "num_nulls(at_risk_at, critical_at, target_resolution) in (0, 3)", name="deadlines_together"
        ),
        CheckConstraint(
            "at_risk_at <= critical_at and critical_at <= target_resolution", name="deadlines_in_order"
        ),
        CheckConstraint("resolution_time >= created_at", name="resolved_after_created"),
        CheckConstraint("hold_seconds >= 0", name="hold_not_negative"),
        CheckConstraint("sla_level between 0 and 3", name="sla_level_known"),
        Index("ix_task_sla_due_at", "sla_due_at", postgresql_where=text("sla_due_at is not null")),
        # A ticket is worked on by one run at a time.
        Index(
            "uq_task_open_per_ticket",
            "ticket_id",
            unique=True,
            postgresql_where=text(f"{_OPEN} and deleted_at is null"),
        ),
        Index("ix_task_ticket_id", "ticket_id"),
        Index("ix_task_status_target_resolution", "status", "target_resolution"),
        Index("ix_task_workflow_id_created_at", "workflow_id", "created_at"),
        Index("ix_task_ticket_owner_id_status", "ticket_owner_id", "status"),
        Index("ix_task_created_at", "created_at", "task_id"),
        Index("ix_task_updated_at", "updated_at", "task_id"),
        Index("ix_task_needs_assignment", "created_at", "task_id", postgresql_where=text("needs_assignment")),
        Index(
            "ix_task_workflow_id_open",
            "workflow_id",
            postgresql_where=text(f"{_OPEN} and deleted_at is null"),
        ),
        {"schema": "ops"},
    )


class TaskItem(Model):
    """One assignment of one person, through a role membership, at one step."""

    __tablename__ = "task_item"

    task_item_id: Mapped[IdentityKey]
    task_id: Mapped[int] = mapped_column(ForeignKey("ops.task.task_id"), index=True)
    role_user_id: Mapped[int] = mapped_column(ForeignKey("ops.role_user.role_user_id"))
    step_id: Mapped[int] = mapped_column(ForeignKey("ops.step.step_id"))
    origin: Mapped[str] = mapped_column(String(16), server_default=text("'System'"))
    status: Mapped[str] = mapped_column(String(16), server_default=text("'new'"))
    target_resolution: Mapped[datetime | None]
    assigned_on: Mapped[datetime]
    first_opened_at: Mapped[datetime | None]
    acted_on: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    breached_at: Mapped[datetime | None]
    notes: Mapped[str] = mapped_column(Text, server_default=text("''"))
    handover_note: Mapped[str] = mapped_column(Text, server_default=text("''"))
    transferred_to_id: Mapped[int | None] = mapped_column(ForeignKey("ops.role_user.role_user_id"))
    transferred_by: Mapped[int | None]
    from_task_item_id: Mapped[int | None] = mapped_column(ForeignKey("ops.task_item.task_item_id"))
    # Follows from the task and its ticket; triggers of theirs keep it.
    tab: Mapped[str] = mapped_column(String(8), server_default=text("'active'"))
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]

    __table_args__ = (
        one_of("origin", ItemOrigin),
        one_of("tab", ItemTab),
        CheckConstraint(
            "status in ('new', 'in progress', 'resolved', 'reassigned', 'escalated')", name="status_known"
        ),
        CheckConstraint(
            "status not in ('resolved', 'reassigned', 'escalated') or closed_at is not null",
            name="closed_when_terminal",
        ),
        CheckConstraint("acted_on is null or acted_on >= assigned_on", name="acted_after_assigned"),
        CheckConstraint("closed_at is null or closed_at >= assigned_on", name="closed_after_assigned"),
        # Nobody holds the same step of a task twice at once.
        Index(
            "uq_task_item_open",
            "task_id",
            "step_id",
            "role_user_id",
            unique=True,
            postgresql_where=text("closed_at is null"),
        ),
        Index("ix_task_item_role_user_id_status", "role_user_id", "status"),
        Index("ix_task_item_role_user_id_assigned_on", "role_user_id", "assigned_on", "task_item_id"),
        Index("ix_task_item_assigned_on", "assigned_on", "task_item_id"),
        Index("ix_task_item_tab_assigned_on", "tab", "assigned_on", "task_item_id"),
        Index(
            "ix_task_item_unbreached",
            "target_resolution",
            postgresql_where=text("closed_at is null and breached_at is null"),
        ),
        {"schema": "ops"},
    )


class SlaCrossing(Model):
    """A deadline that a task was open at. Append-only; the notifications of it name this row."""

    __tablename__ = "sla_crossing"

    sla_crossing_id: Mapped[IdentityKey]
    task_id: Mapped[int] = mapped_column(ForeignKey("ops.task.task_id"), index=True)
    level: Mapped[int]
    # The deadline itself, and what the task was promised then.
    crossed_at: Mapped[datetime]
    target_resolution: Mapped[datetime]
    recorded_at: Mapped[CreatedAt]

    __table_args__ = (
        CheckConstraint("level between 1 and 3", name="level_known"),
        {"schema": "ops"},
    )


class AssignmentTally(Model):
    """How many items of a kind there are, as changes to add up; triggers of the items write them."""

    __tablename__ = "assignment_tally"

    assignment_tally_id: Mapped[IdentityKey]
    role_user_id: Mapped[int] = mapped_column(index=True)
    tab: Mapped[str] = mapped_column(String(8))
    status: Mapped[str] = mapped_column(String(16))
    items: Mapped[int]

    __table_args__ = ({"schema": "ops"},)


class TaskEvent(Model):
    """Append-only history of a task; its state columns are a convenience rebuilt from here."""

    __tablename__ = "task_event"

    task_event_id: Mapped[IdentityKey]
    task_id: Mapped[int] = mapped_column(ForeignKey("ops.task.task_id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    from_step_id: Mapped[int | None]
    to_step_id: Mapped[int | None]
    transition_id: Mapped[int | None]
    from_status: Mapped[str | None] = mapped_column(String(20))
    to_status: Mapped[str | None] = mapped_column(String(20))
    task_item_id: Mapped[int | None]
    actor_user_id: Mapped[int | None]
    note: Mapped[str | None] = mapped_column(Text)
    occurred_at: Mapped[datetime]
    recorded_at: Mapped[CreatedAt]
    tx_id: Mapped[TransactionStamp]

    __table_args__ = (
        one_of("kind", TaskEventKind),
        Index("ix_task_event_occurred_at_kind", "occurred_at", "kind"),
        {"schema": "ops"},
    )


class TaskItemEvent(Model):
    """Append-only history of an item: each status it was given, and when."""

    __tablename__ = "task_item_event"

    task_item_event_id: Mapped[IdentityKey]
    task_item_id: Mapped[int] = mapped_column(ForeignKey("ops.task_item.task_item_id"), index=True)
    status: Mapped[str] = mapped_column(String(16))
    actor_user_id: Mapped[int | None]
    note: Mapped[str | None] = mapped_column(Text)
    occurred_at: Mapped[datetime]
    recorded_at: Mapped[CreatedAt]
    tx_id: Mapped[TransactionStamp]

    __table_args__ = (
        one_of("status", ItemStatus),
        Index("ix_task_item_event_occurred_at_status", "occurred_at", "status"),
        {"schema": "ops"},
    )
