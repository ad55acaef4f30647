from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, Field

from api.kit.schemas import BodyId, RequestModel, RequiredText
from api.tasks.enums import TaskStatus


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
