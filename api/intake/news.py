"""What the workflow side tells of a ticket: the status that its work has, and who owns it."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from api.intake import repository
from api.intake.models import Ticket
from api.kit.db import Session
from api.kit.logs import log
from api.kit.schemas import BodyId, RequestModel, RequiredText
from api.tickets.enums import TicketStatus
from api.tickets.schemas import Instant
from api.tickets.state import OVER, path_to

_SETTLED = OVER - {TicketStatus.RESOLVED}


class Hearing(StrEnum):
    """What became of a message. Only `applied` may have changed something."""

    APPLIED = "applied"
    DUPLICATE = "duplicate"
    IGNORED = "ignored"
    UNKNOWN = "unknown"


class Heard(BaseModel):
    status: Hearing
    ticket_number: str


class _News(RequestModel):
    event_id: RequiredText = Field(max_length=64)
    ticket_number: RequiredText = Field(max_length=64)
    at: Instant
    changed_by: BodyId | None = None
    status_told_at: Instant | None = Field(
        None, description="The newest change of the status made here that the sender knew of"
    )


class StatusChanged(_News):
    """`ticket.status_changed`, version 1. A correction takes back a status that was set here."""

    kind: Literal["ticket.status_changed"]
    old: TicketStatus
    new: TicketStatus
    task_id: BodyId | None = None
    is_correction: bool = False


class Owner(RequestModel):
    user_id: BodyId
    user_full_name: RequiredText = Field(max_length=255)


class OwnerChanged(_News):
    """`ticket.owner_changed`, version 1; the first one says that work has begun."""

    kind: Literal["ticket.owner_changed"]
    owner: Owner | None
    task_id: BodyId


TicketNewsIn = Annotated[StatusChanged | OwnerChanged, Field(discriminator="kind")]


async def hear(session: Session, told: StatusChanged | OwnerChanged) -> Heard:
    """Take in what the workflow side tells, once, and unless something newer is known here."""
    number = told.ticket_number
    if not await repository.take_in_event(session, told.event_id, "workflow_api"):
        return Heard(status=Hearing.DUPLICATE, ticket_number=number)
    ticket = await repository.lock_by_number(session, number)
    if ticket is None:
        log.warning("news_of_unknown_ticket", ticket_number=number, event_id=told.event_id)
        return Heard(status=Hearing.UNKNOWN, ticket_number=number)
    is_applied = _hear_status(ticket, told) if isinstance(told, StatusChanged) else _hear_owner(ticket, told)
    return Heard(status=Hearing.APPLIED if is_applied else Hearing.IGNORED, ticket_number=number)


def _hear_status(ticket: Ticket, told: StatusChanged) -> bool:
    if _is_outrun(ticket, told) or (ticket.status_heard_at is not None and told.at < ticket.status_heard_at):
        return False
    current = TicketStatus(ticket.status)
    if told.new is not current:
        if not (told.is_correction or path_to(current, told.new)):
            log.warning("status_cannot_follow", ticket_number=told.ticket_number, old=current, new=told.new)
            return False
        ticket.status = told.new
        ticket.version += 1
        ticket.update_date = told.at
        _note_times(ticket, told.new, told.at)
    ticket.status_heard_at = told.at
    return True


def _is_outrun(ticket: Ticket, told: StatusChanged) -> bool:
    """Tell whether a status was set here that the sender did not know of: it will be answered yet."""
    own = ticket.status_told_at
    return own is not None and (told.status_told_at is None or told.status_told_at < own)


def _note_times(ticket: Ticket, status: TicketStatus, at: datetime) -> None:
    since_submitted = max(at - ticket.submit_date, timedelta(0))
    if status is TicketStatus.IN_PROGRESS or ticket.response_time is None:
        ticket.response_time = ticket.response_time or since_submitted
    ticket.resolution_time = (ticket.resolution_time or since_submitted) if status in OVER else None
    ticket.time_closed = (ticket.time_closed or at) if status in _SETTLED else None


def _hear_owner(ticket: Ticket, told: OwnerChanged) -> bool:
    if ticket.owner_heard_at is not None and told.at < ticket.owner_heard_at:
        return False
    ticket.owner_heard_at = told.at
    ticket.fetched_at = ticket.fetched_at or told.at
    ticket.is_task_allocated = True
    ticket.assigned_to = told.owner.user_full_name if told.owner else None
    ticket.version += 1
    return True
