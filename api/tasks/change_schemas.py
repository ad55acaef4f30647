"""Bodies and answers of the endpoints that change tasks."""

from typing import Annotated

from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field

from api.kit.schemas import AnyCase, BodyId, RequestModel, RequiredText, Text
from api.tasks.enums import ItemStatus, TaskStatus
from api.tasks.read_schemas import TaskItemRead, TaskRead


def _as_text(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Note = Annotated[Text, Field(max_length=2000)]
Reason = Annotated[RequiredText, Field(max_length=2000)]
TicketNumber = Annotated[RequiredText, BeforeValidator(_as_text), Field(max_length=64)]
SeenVersion = Annotated[
    BodyId | None, Field(description="The version of the task last seen; another one now is refused")
]


class TaskCreate(RequestModel):
    """Give `ticket_id` or `ticket_number`."""

    ticket_id: BodyId | None = None
    ticket_number: TicketNumber | None = None
    workflow_id: BodyId
    owner_user_id: BodyId | None = Field(None, description="A ticket coordinator; else the next in turn")
    assignee_user_id: BodyId | None = Field(
        None, description="A member of the first step's role; else the next in turn"
    )


class TicketAllocation(RequestModel):
    ticket_id: TicketNumber = Field(description="The ticket's number")
    workflow_id: BodyId


class TaskUpdate(RequestModel):
    """What of a task may be overwritten; all else has an endpoint of its own."""

    model_config = ConfigDict(
        str_strip_whitespace=True, extra="allow", json_schema_extra={"additionalProperties": False}
    )

    status: Annotated[TaskStatus, AnyCase] | None = Field(
        None, description="`on_hold` or `in progress`; ADMIN also `cancelled`, with a reason"
    )
    reason: Reason | None = None
    ticket_owner_id: BodyId | None = Field(None, description="ADMIN only: user id of a ticket coordinator")
    notes: Note = ""
    version: SeenVersion = None


class TransferRequest(RequestModel):
    task_item_id: BodyId
    new_user_id: BodyId = Field(
        validation_alias=AliasChoices("new_user_id", "user_id"), description="`user_id` is understood too"
    )
    notes: Note = ""
    force_role: bool = Field(False, description="Allow someone who does not have the role of the step")
    version: SeenVersion = None


class TransferResult(BaseModel):
    original_task_item: TaskItemRead
    new_task_item: TaskItemRead
    message: str
    task_id: int
    version: int


class EscalationRequest(RequestModel):
    task_item_id: BodyId
    reason: Reason
    version: SeenVersion = None


class EscalationResult(BaseModel):
    task: TaskRead
    original_task_item: TaskItemRead
    new_task_item: TaskItemRead
    message: str


class ItemStatusUpdate(RequestModel):
    status: Annotated[ItemStatus, AnyCase] = Field(description="`in progress`")
    version: SeenVersion = None


class HoldRequest(RequestModel):
    notes: Note = ""
    version: SeenVersion = None


class HoldResult(BaseModel):
    success: bool
    new_status: TaskStatus
    previous_status: TaskStatus
    ticket_number: str
    message: str
    task_id: int
    version: int


class OwnershipEscalation(RequestModel):
    ticket_number: TicketNumber
    reason: Reason
    version: SeenVersion = None


class OwnershipTransfer(OwnershipEscalation):
    new_owner_user_id: BodyId


class Person(BaseModel):
    user_id: int
    user_full_name: str


class OwnershipResult(BaseModel):
    success: bool
    ticket_number: str
    previous_owner: Person | None
    new_owner: Person
    message: str
    task_id: int
    version: int


class AvailableCoordinator(Person):
    role_user_id: int
    department: str | None
    open_task_count: int


class CurrentStep(BaseModel):
    step_id: int
    name: str
    role: str
    description: str
    instruction: str


class AvailableAction(BaseModel):
    """`transition_id` is null for finishing the work at the current step."""

    transition_id: int | None
    name: str
    description: str


class AvailableTransitions(BaseModel):
    """What the caller can do next; without a turn there are no actions."""

    task_id: int
    ticket_number: str
    task_status: TaskStatus
    version: int
    current_step: CurrentStep | None
    task_item_id: int | None
    current_status: ItemStatus | None
    can_act: bool
    has_acted: bool
    is_escalated: bool
    is_transferred: bool
    current_owner: Person | None
    available_actions: list[AvailableAction]
