"""Closing tickets that were resolved long enough ago, with nobody saying that they are not."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from api.kit.db import Session
from api.sla import policies
from api.sla.calendars import AROUND_THE_CLOCK, WorkingTime
from api.tasks import resolved_rows
from api.tickets import service as ticket_service
from api.tickets.enums import TicketStatus

BATCH = 100


@dataclass(frozen=True, slots=True)
class ClosingRule:
    """How long a ticket stays resolved, counted around the clock or by a calendar."""

    after: timedelta
    working_time: WorkingTime = AROUND_THE_CLOCK


async def read_rule(session: Session, after: timedelta, calendar_name: str | None) -> ClosingRule | None:
    """Make the rule that the settings ask for; None when there is no calendar of that name."""
    if calendar_name is None:
        return ClosingRule(after)
    working_time = await policies.find_working_time(session, calendar_name)
    return None if working_time is None else ClosingRule(after, working_time)


async def close_resolved(session: Session, rule: ClosingRule, now: datetime) -> int:
    """Close a batch of tickets, those resolved longest first; returns how many.

    Imported tickets stay as their log left them. So does, until the next time, what somebody has locked.
    """
    candidates = await resolved_rows.list_resolved(session, now - rule.after, BATCH)
    # Who was resolved first is due first by any calendar.
    due = [each for each in candidates if rule.working_time.between(each.since, now) >= rule.after]
    tickets = await resolved_rows.lock_resolved(session, due)
    for ticket in tickets:
        at = max(now, ticket.status_since or now)
        ticket_service.move_status(session, ticket, TicketStatus.CLOSED, actor_user_id=None, at=at)
    await session.flush()
    return len(tickets)
