"""When a ticket was resolved, decided once from everything its log says."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from api.tasks.enums import TaskStatus
from api.tickets.enums import TicketStatus
from sluice.history_import.errors import RowRejectedError
from sluice.history_import.events import HistoryPlan, LogEvent


@dataclass(frozen=True)
class Resolution:
    """The instant a completed life ended; `is_recorded` is false where only its closing is known."""

    at: datetime
    is_recorded: bool


def find_resolution(events: Sequence[LogEvent], created_at: datetime, plan: HistoryPlan) -> Resolution | None:
    """Decide when a life that ends completed was resolved; None for one that does not.

    A resolved column has the last word, taken from the last row: earlier rows of some logs already
    carry the final value. Without such a column it is the last time the ticket was set to Resolved.
    A ticket that was never resolved by these rules is so when it was closed.
    """
    last = events[-1]
    if last.task_status != TaskStatus.COMPLETED:
        return None
    if last.closed_at is not None and last.closed_at < created_at:
        raise _before_creation("closed", last.closed_at, created_at, last)
    if plan.has_resolved_column:
        if last.resolved_at is not None:
            if last.resolved_at < created_at:
                raise _before_creation("resolved", last.resolved_at, created_at, last)
            return Resolution(last.resolved_at, is_recorded=True)
    else:
        for event in reversed(events):
            if event.ticket_status == TicketStatus.RESOLVED:
                return Resolution(max(event.occurred_at, created_at), is_recorded=True)
    closing = last.closed_at or max(_start_of_ending(events), created_at)
    return Resolution(closing, is_recorded=not (plan.has_resolved_column or plan.has_resolved_state))


def _start_of_ending(events: Sequence[LogEvent]) -> datetime:
    """The first of the completed rows with which the life ends."""
    start = events[-1].occurred_at
    for event in reversed(events):
        if event.task_status != TaskStatus.COMPLETED:
            break
        start = event.occurred_at
    return start


def _before_creation(what: str, moment: datetime, created_at: datetime, last: LogEvent) -> RowRejectedError:
    return RowRejectedError(
        f"timestamps.{what}",
        moment.isoformat(),
        f"the ticket would be {what} before it was created at {created_at.isoformat()}",
        last.ticket_key,
    )
