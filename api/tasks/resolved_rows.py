"""Resolved tickets that may be closed, read locked."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select

from api.kit.db import Session
from api.tasks.enums import OPEN_TASK_STATUSES
from api.tasks.keys import among
from api.tasks.models import Task
from api.tickets.enums import TicketStatus
from api.tickets.models import TicketSnapshot

_HAS_OPEN_TASK = exists().where(
    Task.ticket_id == TicketSnapshot.ticket_id,
    Task.status.in_(OPEN_TASK_STATUSES),
    Task.deleted_at.is_(None),
)
_IS_RESOLVED = (
    TicketSnapshot.status == TicketStatus.RESOLVED,
    TicketSnapshot.status_since.is_not(None),
    ~_HAS_OPEN_TASK,
)


@dataclass(frozen=True, slots=True)
class Resolved:
    ticket_id: int
    since: datetime


async def list_resolved(session: Session, by: datetime, limit: int) -> list[Resolved]:
    """List tickets that were resolved by an instant and are so still, the oldest first."""
    rows = await session.execute(
        select(TicketSnapshot.ticket_id, TicketSnapshot.status_since)
        .where(*_IS_RESOLVED, TicketSnapshot.status_since <= by)
        .order_by(TicketSnapshot.status_since, TicketSnapshot.ticket_id)
        .limit(limit)
    )
    return [Resolved(ticket_id, since) for ticket_id, since in rows if since is not None]


async def lock_resolved(session: Session, wanted: Sequence[Resolved]) -> list[TicketSnapshot]:
    """Lock tickets, each after its tasks as all do; those that are locked or have moved on are left out."""
    since = {each.ticket_id: each.since for each in wanted}
    tasks = select(Task.task_id, Task.ticket_id).where(among(Task.ticket_id, list(since)))
    locked = {task_id for task_id, _ in await session.execute(tasks.with_for_update(skip_locked=True))}
    tasks_of: dict[int, set[int]] = defaultdict(set)
    for task_id, ticket_id in await session.execute(tasks):
        tasks_of[ticket_id].add(task_id)
    free = [ticket_id for ticket_id in since if tasks_of[ticket_id] <= locked]
    found = await session.scalars(
        select(TicketSnapshot)
        .where(among(TicketSnapshot.ticket_id, free), *_IS_RESOLVED)
        .order_by(TicketSnapshot.status_since, TicketSnapshot.ticket_id)
        .with_for_update(of=TicketSnapshot, skip_locked=True)
        .execution_options(populate_existing=True)
    )
    return [ticket for ticket in found if ticket.status_since == since[ticket.ticket_id]]
