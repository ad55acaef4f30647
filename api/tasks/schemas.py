from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, Field

from api.kit.schemas import BodyId, RequestModel, RequiredText
from api.sla.clock import SlaState
from api.tasks.enums import ItemOrigin, ItemStatus, TaskStatus
from api.tickets.enums import Priority


class IngestAction(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    DUPLICATE = "duplicate"
    IGNORED = "ignored"


class IngestResult(BaseModel):
    """What an event led to. `duplicate` and `ignored` changed nothing."""

    status: IngestAction
    ticket_number: str
    task_id: int | None = None
    is_assigned: bool = False


class TransitionRequest(RequestModel):
    """Without `transition_id` the work is finished at the current step."""

    transition_id: BodyId | None = None
    notes: RequiredText = Field(max_length=2000)
    version: BodyId | None = None
    on_behalf_of_task_item_id: BodyId | None = Field(None, description="ADMIN only: the item acted for")


class StepReference(BaseModel):
    step_id: int
    name: str


class TransitionedTask(BaseModel):
    task_id: int
    current_step: StepReference
    status: TaskStatus
    version: int


class AssignedItem(BaseModel):
    task_item_id: int
    user_id: int
    user_full_name: str
    role: str
    target_resolution: datetime | None


class TransitionResult(BaseModel):
    success: bool
    task: TransitionedTask
    message: str
    previous_step: StepReference
    completed: bool
    resolved_item_id: int
    assigned_items: list[AssignedItem]
    needs_assignment: bool


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
    assigned_on_step_name: str
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
