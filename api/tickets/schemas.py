from datetime import MAXYEAR, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, AliasChoices, AwareDatetime, BeforeValidator, Field, model_validator

from api.identity.enums import UserType
from api.kit.schemas import MAX_ID, BodyId, RequestModel, RequiredText, Text
from api.tickets.enums import Priority, TicketStatus
from api.tickets.priorities import read_priority

_FIRST_YEAR = 1900


def _as_text(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _check_reach(value: datetime) -> datetime:
    """Refuse the years whose instants may have no place in another zone, and those no ticket is from."""
    if not _FIRST_YEAR <= value.year < MAXYEAR:
        message = f"{value.isoformat()} is out of range: give a date from {_FIRST_YEAR} to {MAXYEAR - 1}"
        raise ValueError(message)
    return value


Instant = Annotated[AwareDatetime, AfterValidator(_check_reach)]
TicketNumber = Annotated[
    str,
    BeforeValidator(_as_text),
    Field(
        min_length=1,
        max_length=64,
        validation_alias=AliasChoices("ticket_number", "ticket_id", "id", "original_ticket_id"),
    ),
]


class Requester(RequestModel):
    """Staff and employees count their ids apart; who does not say which means an employee."""

    id: int | None = Field(None, strict=True, ge=0, le=MAX_ID)
    type: UserType = UserType.EMPLOYEE
    name: Text | None = Field(None, max_length=255)
    email: Text | None = Field(None, max_length=254)


class IncomingTicket(RequestModel):
    """A ticket as its master tells of it."""

    ticket_number: TicketNumber
    subject: RequiredText = Field(max_length=255)
    description: Text = Field("", max_length=100_000)
    category: Text | None = Field(None, max_length=100)
    sub_category: Text | None = Field(
        None, max_length=100, validation_alias=AliasChoices("sub_category", "subcategory")
    )
    department: Text | None = Field(None, max_length=100)
    priority: Annotated[Priority, BeforeValidator(read_priority)] = Priority.MEDIUM
    status: TicketStatus = TicketStatus.NEW
    # When its master last changed the status itself: the status of an event about something else, or one
    # that was told before, is no word on it. A master that never says so means every status it tells.
    status_told_at: Instant | None = None
    submit_date: Instant | None = None
    requester: Requester = Field(default_factory=Requester)
    source_service: RequiredText = Field("ticket_service", max_length=50)
    original_ticket_id: Text | None = Field(None, max_length=64)
    ticket_owner_id: BodyId | None = None
    attributes: dict[str, Any] = Field(default_factory=dict)
    priority_as_given: str | None = Field(None, max_length=100)

    @model_validator(mode="before")
    @classmethod
    def remember_the_priority(cls, value: Any) -> Any:
        if isinstance(value, dict) and isinstance(value.get("priority"), str):
            return {**value, "priority_as_given": value["priority"]}
        return value


class TicketEventIn(RequestModel):
    """`ticket.created` or `ticket.updated`, version 1."""

    event_id: RequiredText = Field(max_length=64)
    occurred_at: Instant
    ticket: IncomingTicket

    @property
    def submitted_at(self) -> datetime:
        return self.ticket.submit_date or self.occurred_at
