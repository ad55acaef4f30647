"""Rows of the operational tables as a life yields them; field names are column names."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from api.tasks.enums import ItemOrigin, ItemStatus


class TicketRow(NamedTuple):
    ticket_id: int
    ticket_number: str
    source_service: str
    original_ticket_id: str
    subject: str
    description: str
    status: str
    priority: str
    category: str | None
    sub_category: str | None
    department: str | None
    requester: str
    submit_date: datetime
    closed_at: datetime | None
    data: str
    is_task_allocated: bool
    last_event_at: datetime
    created_at: datetime
    updated_at: datetime


class TaskRow(NamedTuple):
    task_id: int
    ticket_id: int
    workflow_id: int
    workflow_version_id: int
    current_step_id: int
    ticket_owner_id: int | None
    status: str
    priority_at_start: str
    sla: timedelta | None
    sla_source: str
    recorded_sla_met: bool | None
    sla_started_at: datetime
    target_resolution: datetime | None
    at_risk_at: datetime | None
    critical_at: datetime | None
    calendar_revision_id: int | None
    hold_started_at: datetime | None
    hold_seconds: Decimal
    first_response_at: datetime | None
    resolution_time: datetime | None
    is_resolution_recorded: bool
    completed_by: int | None
    needs_assignment: bool
    created_at: datetime
    updated_at: datetime


@dataclass(slots=True)
class ItemRow:
    """One assignment; changed while its life is told, written when it is."""

    task_item_id: int
    task_id: int
    role_user_id: int
    step_id: int
    assigned_on: datetime
    origin: str = ItemOrigin.SYSTEM
    status: str = ItemStatus.NEW
    target_resolution: datetime | None = None
    first_opened_at: datetime | None = None
    acted_on: datetime | None = None
    closed_at: datetime | None = None
    transferred_to_id: int | None = None
    transferred_by: int | None = None
    from_task_item_id: int | None = None


class TaskEventRow(NamedTuple):
    task_id: int
    kind: str
    from_step_id: int | None
    to_step_id: int | None
    transition_id: int | None
    from_status: str | None
    to_status: str
    task_item_id: int | None
    actor_user_id: int | None
    occurred_at: datetime


class ItemEventRow(NamedTuple):
    task_item_id: int
    status: str
    actor_user_id: int | None
    occurred_at: datetime


class TicketEventRow(NamedTuple):
    ticket_id: int
    kind: str
    from_value: str | None
    to_value: str | None
    actor_user_id: int | None
    occurred_at: datetime


@dataclass(slots=True)
class LifeRows:
    """Everything one ticket leaves in the operational tables."""

    ticket: TicketRow
    task: TaskRow
    items: list[ItemRow] = field(default_factory=list)
    task_events: list[TaskEventRow] = field(default_factory=list)
    item_events: list[ItemEventRow] = field(default_factory=list)
    ticket_events: list[TicketEventRow] = field(default_factory=list)
