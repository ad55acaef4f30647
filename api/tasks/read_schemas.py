"""Tasks, assignments and their histories as the reading endpoints answer them."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.sla.clock import SlaState
from api.tasks.enums import ItemOrigin, ItemStatus, TaskEventKind, TaskStatus
from api.tickets.enums import Priority, TicketStatus


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
    hold_started_at: datetime | None
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


class WaitingRow(BaseModel):
    """A row of the tab `unassigned`: the fields of an assignment that is still to be made.

    Without `task_id` no workflow took the ticket; with it, its step's role has nobody to give it to.
    """

    task_item_id: None = None
    user_id: None = None
    user_full_name: None = None
    role: None = None
    status: None = None
    origin: None = None
    task_id: int | None
    ticket_id: int
    ticket_number: str
    ticket_subject: str
    ticket_description: str
    ticket_status: str
    ticket_priority: Priority
    workflow_id: int | None
    workflow_name: str | None
    current_step_id: int | None
    current_step_name: str | None
    current_step_role: str | None
    assigned_on_step_id: None = None
    assigned_on_step_name: None = None
    task_status: Literal["unassigned"] = "unassigned"
    task_version: int | None
    sla_status: SlaState
    ticket_owner_id: int | None
    ticket_owner_name: str | None
    ticket_owner_role: str | None
    assigned_on: None = None
    status_updated_on: datetime
    acted_on: None = None
    target_resolution: None = None
    resolution_time: None = None
    notes: None = None
    transferred_to_user_id: None = None
    transferred_to_user_name: None = None
    transferred_by: None = None


class OwnedTask(TaskRead):
    """A task as its owner's screen shows it."""

    is_owner: bool
    is_admin: bool


class NodeStatus(StrEnum):
    """`done` was entered and left, `skipped` will not be entered any more."""

    DONE = "done"
    ACTIVE = "active"
    SKIPPED = "skipped"
    PENDING = "pending"


class Assignee(BaseModel):
    task_item_id: int
    user_id: int
    user_full_name: str


class VisualizedNode(BaseModel):
    """A step of the task's own version; times and assignee are those of its last visit."""

    id: str
    label: str
    role: str
    status: NodeStatus
    description: str
    instruction: str
    order: int
    is_start: bool
    is_end: bool
    visits: int
    entered_at: datetime | None
    left_at: datetime | None
    assignee: Assignee | None
    sla_status: SlaState | None


class VisualizedEdge(BaseModel):
    model_config = ConfigDict(serialize_by_alias=True)

    id: int
    from_step: str = Field(serialization_alias="from")
    to_step: str = Field(serialization_alias="to")
    name: str
    taken: bool


class VisualizedTask(BaseModel):
    """`ticket_id` is the ticket's number; `progress_percent` the weight of what is done among all."""

    task_id: int
    workflow_id: int
    workflow_version: int
    ticket_id: str
    current_step_id: int | None
    task_status: TaskStatus
    progress_percent: float


class Visualization(BaseModel):
    nodes: list[VisualizedNode]
    edges: list[VisualizedEdge]
    metadata: VisualizedTask


class TicketOwner(BaseModel):
    user_id: int
    user_full_name: str
    role: str
    department: str | None
    assigned_at: datetime


class TaskAction(BaseModel):
    """One event of a task; without an actor the system acted. Steps are named as the task's version does."""

    at: datetime
    actor_user_id: int | None
    actor_name: str | None
    action: TaskEventKind
    from_step: str | None
    to_step: str | None
    task_item_id: int | None
    notes: str | None


class ActionLogs(BaseModel):
    """`ticket_id` is the ticket's number."""

    task_id: int
    ticket_id: str
    workflow_id: int
    ticket_owner: TicketOwner | None
    logs: list[TaskItemRead]
    actions: list[TaskAction]


class SnapshotRequester(BaseModel):
    id: int | None = None
    name: str | None = None
    email: str | None = None


class SnapshotRead(BaseModel):
    """A ticket as the workflow side knows it; `created_at` is when it was submitted."""

    id: int
    ticket_number: str
    subject: str
    description: str
    status: TicketStatus
    priority: Priority
    category: str | None
    sub_category: str | None
    department: str | None
    requester: SnapshotRequester
    is_task_allocated: bool
    task_id: int | None
    task_status: TaskStatus | None
    created_at: datetime
    updated_at: datetime
    fetched_at: datetime
    ticket_data: dict[str, Any]
