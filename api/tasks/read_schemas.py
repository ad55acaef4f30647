"""Tasks, assignments and their histories as the reading endpoints answer them."""

from datetime import datetime

from pydantic import BaseModel

from api.sla.clock import SlaState
from api.tasks.enums import ItemOrigin, ItemStatus, TaskStatus
from api.tickets.enums import Priority


class ItemHistoryEntry(BaseModel):
    task_item_history_id: int
    status: ItemStatus
    created_at: datetime


class TaskItemRead(BaseModel):
    """An assignment; `transferred_to` is the membership, `transferred_to_user_id` the person."""

    task_item_id: int
    user_id: int
    user_full_name: str
    role: str
    status: ItemStatus
    origin: ItemOrigin
    notes: str
    handover_note: str
    assigned_on: datetime
    acted_on: datetime | None
    assigned_on_step_id: int
    assigned_on_step_name: str | None
    target_resolution: datetime | None
    resolution_time: datetime | None
    breached_at: datetime | None
    transferred_to: int | None
    transferred_to_user_id: int | None
    transferred_to_user_name: str | None
    transferred_by: int | None
    from_task_item_id: int | None
    task_history: list[ItemHistoryEntry]


class TaskRead(BaseModel):
    """A task; lists embed its open items only. `hours_remaining` is negative once it is late."""

    task_id: int
    ticket_id: int
    ticket_number: str
    ticket_subject: str
    ticket_description: str
    ticket_status: str
    ticket_priority: Priority
    department: str | None
    category: str | None
    sub_category: str | None
    workflow_id: int
    workflow_name: str
    workflow_version: int
    current_step: int | None
    current_step_name: str | None
    current_step_role: str | None
    status: TaskStatus
    created_at: datetime
    updated_at: datetime
    fetched_at: datetime
    target_resolution: datetime | None
    resolution_time: datetime | None
    first_response_at: datetime | None
    sla_status: SlaState
    hours_remaining: float | None
    ticket_owner: int | None
    ticket_owner_id: int | None
    ticket_owner_name: str | None
    ticket_owner_role: str | None
    needs_assignment: bool
    version: int
    assigned_users: list[TaskItemRead]
    assigned_users_count: int


class AssignmentRow(BaseModel):
    task_item_id: int
    user_id: int
    user_full_name: str
    role: str
    status: ItemStatus
    origin: ItemOrigin
    task_id: int
    ticket_id: int
    ticket_number: str
    ticket_subject: str
    ticket_description: str
    ticket_status: str
    ticket_priority: Priority
    workflow_id: int
    workflow_name: str
    current_step_id: int | None
    current_step_name: str | None
    current_step_role: str | None
    assigned_on_step_id: int
    assigned_on_step_name: str | None
    task_status: TaskStatus
    task_version: int
    sla_status: SlaState
    ticket_owner_id: int | None
    ticket_owner_name: str | None
    ticket_owner_role: str | None
    assigned_on: datetime
    status_updated_on: datetime
    acted_on: datetime | None
    target_resolution: datetime | None
    resolution_time: datetime | None
    notes: str
    transferred_to_user_id: int | None
    transferred_to_user_name: str | None
    transferred_by: int | None


class OwnedTask(TaskRead):
    """A task as its owner's screen shows it."""

    is_owner: bool
    is_admin: bool
