from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, EmailStr, Field, TypeAdapter, ValidationError

from api.kit.schemas import MAX_ID, BodyId, Duration, RequestModel, RequiredText, Text
from api.tickets.enums import Priority, TicketStatus
from api.tickets.priorities import read_priority

_EMAIL = TypeAdapter(EmailStr)


def _plain_address(value: object) -> object:
    """Accept an address and nothing around it: no display name, no second line."""
    if not isinstance(value, str):
        return value
    try:
        checked = _EMAIL.validate_python(value)
    except ValidationError:
        checked = ""
    if len(value) > 254 or checked.lower() != value.strip().lower():  # noqa: PLR2004 - RFC 5321
        message = f"{value[:60]!r} is not an e-mail address: give one such as jo@example.org"
        raise ValueError(message)
    return checked


def _priority_or_none(value: object) -> Priority | None:
    return None if value is None else read_priority(value)


class Employee(RequestModel):
    id: BodyId
    name: RequiredText = Field(max_length=255)
    email: Annotated[str | None, BeforeValidator(_plain_address)] = None


class ExternalEmployee(RequestModel):
    """The other layout that external systems name a person by."""

    first_name: RequiredText = Field(max_length=120)
    last_name: RequiredText = Field(max_length=120)
    email: Annotated[str | None, BeforeValidator(_plain_address)] = None
    company_id: RequiredText | BodyId = Field(description="The id; one of digits alone may be a number")
    department: Text | None = Field(None, max_length=100)
    image: Text | None = Field(None, max_length=2000)


class Attachment(RequestModel):
    file: RequiredText = Field(max_length=2000, description="Address of the file")
    file_name: RequiredText = Field(max_length=255)
    file_type: Text | None = Field(None, max_length=100)
    file_size: int | None = Field(None, strict=True, ge=0, le=MAX_ID)


class AttachedFile(BaseModel):
    """A file that was uploaded here; `file` is the path it is downloaded from."""

    id: int
    file: str
    file_name: str
    file_type: str
    file_size: int
    upload_date: datetime


class _NewTicket(RequestModel):
    subject: RequiredText = Field(max_length=255)
    description: RequiredText = Field(max_length=100_000)
    category: RequiredText = Field(max_length=100)
    subcategory: Text | None = Field(None, max_length=100)
    department: RequiredText = Field(max_length=100)
    priority: Annotated[Priority, BeforeValidator(read_priority)] = Priority.MEDIUM
    original_ticket_id: RequiredText | None = Field(None, max_length=64)
    scheduled_date: date | None = None
    expected_return_date: date | None = None
    performance_start_date: date | None = None
    performance_end_date: date | None = None
    asset_name: Text | None = Field(None, max_length=255)
    serial_number: Text | None = Field(None, max_length=255)
    location: Text | None = Field(None, max_length=255)
    requested_budget: Decimal | None = Field(None, max_digits=15, decimal_places=2, ge=0)
    attachments: list[Attachment] = Field(default_factory=list, max_length=50)
    dynamic_data: dict[str, Any] = Field(default_factory=dict)
    cost_items: dict[str, Any] = Field(default_factory=dict)


class TicketCreate(_NewTicket):
    employee: Employee | None = None
    source_service: RequiredText = Field("ticket_service", max_length=50)


class ExternalTicket(_NewTicket):
    """A ticket of another system; told again under its `original_ticket_id`, it is the same ticket."""

    source_service: RequiredText = Field(max_length=50)
    employee: Employee | ExternalEmployee | None = None


NewTicket = TicketCreate | ExternalTicket


class TicketUpdate(RequestModel):
    """What is named is changed, the rest stays. A requester may write the first three while `New`."""

    subject: RequiredText | None = Field(None, max_length=255)
    description: RequiredText | None = Field(None, max_length=100_000)
    attachments: list[Attachment] | None = Field(None, max_length=50)
    category: RequiredText | None = Field(None, max_length=100)
    subcategory: Text | None = Field(None, max_length=100)
    department: RequiredText | None = Field(None, max_length=100)
    priority: Annotated[Priority | None, BeforeValidator(_priority_or_none)] = None
    status: TicketStatus | None = None
    rejection_reason: RequiredText | None = Field(None, max_length=2000)
    version: BodyId | None = None


class TicketRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    ticket_id: str
    original_ticket_id: str | None
    source_service: str
    employee: Mapping[str, Any]
    subject: str
    description: str
    category: str
    subcategory: str | None
    department: str
    priority: Priority
    status: TicketStatus
    submit_date: datetime
    update_date: datetime | None
    scheduled_date: date | None
    expected_return_date: date | None
    performance_start_date: date | None
    performance_end_date: date | None
    asset_name: str | None
    serial_number: str | None
    location: str | None
    assigned_to: str | None
    dynamic_data: Mapping[str, Any]
    cost_items: Mapping[str, Any]
    requested_budget: Decimal | None
    response_time: Duration | None
    resolution_time: Duration | None
    time_closed: datetime | None
    rejection_reason: str | None
    attachments: list[AttachedFile | Mapping[str, Any]] = Field(
        description="The links given with the ticket, then the files uploaded to it"
    )
    is_task_allocated: bool
    fetched_at: datetime | None
    version: int
    created_at: datetime
    updated_at: datetime


class WorkflowOfTicket(BaseModel):
    task_id: int | None
    assigned: bool


class SentTicket(BaseModel):
    """`workflow` is null: the work starts when the event is delivered, a moment later."""

    id: int
    ticket_id: str
    status: TicketStatus
    workflow: WorkflowOfTicket | None = None
