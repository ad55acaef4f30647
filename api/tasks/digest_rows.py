"""What a digest tells of: the events of somebody's tickets, and the tickets that are still open."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Exists, RowMapping, Select, case, func, literal, or_, select, union
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import aliased

from api.identity.enums import UserType
from api.identity.models import RoleUser, UserAccount
from api.kit.db import Session
from api.tasks.enums import OPEN_TASK_STATUSES, ItemStatus
from api.tasks.models import Task, TaskEvent, TaskItem
from api.tickets.models import TicketSnapshot
from api.workflows.models import Step

MOST_EVENTS = 1000
MOST_TICKETS = 50
_OPEN_ITEM_STATUSES = (ItemStatus.NEW, ItemStatus.IN_PROGRESS)


@dataclass(frozen=True, slots=True)
class OpenTickets:
    """The most pressing of somebody's open tickets, and how many there are of them and of the late ones."""

    rows: list[RowMapping]
    count: int
    late_count: int


async def list_events(
    session: Session, user_id: int, begins_at: datetime | None, ends_before: datetime | None
) -> list[RowMapping]:
    """List what happened to the tickets that somebody owns, or held meanwhile; oldest first.

    Of more than can be read in one sitting, the newest.
    """
    holder, item = aliased(RoleUser), aliased(TaskItem)
    item_step, from_step, to_step = aliased(Step), aliased(Step), aliased(Step)
    rows = await session.execute(
        select(
            Task.task_id,
            Task.status,
            TicketSnapshot.ticket_number,
            TicketSnapshot.subject,
            TicketSnapshot.priority,
            TaskEvent.kind,
            TaskEvent.note,
            TaskEvent.occurred_at,
            TaskEvent.actor_user_id,
            _name_of_actor().label("actor"),
            holder.user_id.label("holder_user_id"),
            holder.user_full_name.label("holder"),
            item_step.name.label("item_step"),
            from_step.name.label("from_step"),
            to_step.name.label("to_step"),
            _theirs_now(user_id).label("is_theirs_now"),
        )
        .join(Task, Task.task_id == TaskEvent.task_id)
        .join(TicketSnapshot, TicketSnapshot.ticket_id == Task.ticket_id)
        .outerjoin(item, item.task_item_id == TaskEvent.task_item_id)
        .outerjoin(holder, holder.role_user_id == item.role_user_id)
        .outerjoin(item_step, item_step.step_id == item.step_id)
        .outerjoin(from_step, from_step.step_id == TaskEvent.from_step_id)
        .outerjoin(to_step, to_step.step_id == TaskEvent.to_step_id)
        .where(
            TaskEvent.occurred_at >= begins_at,
            TaskEvent.occurred_at < ends_before,
            Task.deleted_at.is_(None),
            or_(_is_owner(user_id), _held_meanwhile(user_id, begins_at, ends_before)),
        )
        .order_by(TaskEvent.occurred_at.desc(), TaskEvent.task_event_id.desc())
        .limit(MOST_EVENTS)
    )
    return list(rows.mappings())[::-1]


async def list_open(session: Session, user_id: int, now: datetime) -> OpenTickets:
    """List the open tickets that somebody holds or owns, those that are due first in front."""
    holder = aliased(RoleUser)
    names = func.string_agg(holder.user_full_name, aggregate_order_by(literal(", "), holder.user_full_name))
    is_theirs = holder.user_id == user_id
    due_at = func.coalesce(
        func.min(TaskItem.target_resolution).filter(is_theirs), Task.target_resolution
    ).label("due_at")
    found = (
        select(
            Task.task_id,
            TicketSnapshot.ticket_number,
            TicketSnapshot.subject,
            TicketSnapshot.priority,
            Task.status,
            Task.hold_started_at,
            Step.name.label("step"),
            func.coalesce(func.bool_or(is_theirs), False).label("is_held"),
            names.label("holders"),
            due_at,
        )
        .join(TicketSnapshot, TicketSnapshot.ticket_id == Task.ticket_id)
        .outerjoin(Step, Step.step_id == Task.current_step_id)
        .outerjoin(TaskItem, (TaskItem.task_id == Task.task_id) & TaskItem.closed_at.is_(None))
        .outerjoin(holder, holder.role_user_id == TaskItem.role_user_id)
        .where(
            Task.status.in_(OPEN_TASK_STATUSES),
            Task.deleted_at.is_(None),
            _theirs_now(user_id),
        )
        .group_by(Task.task_id, TicketSnapshot.ticket_id, Step.step_id)
        .subquery()
    )
    # The clock of a task on hold stands where the hold began.
    is_late = case((found.c.due_at < func.coalesce(found.c.hold_started_at, now), True), else_=False)
    rows = await session.execute(
        select(
            found,
            is_late.label("is_late"),
            func.count().over().label("open_count"),
            func.count().filter(is_late).over().label("late_count"),
        )
        .order_by(is_late.desc(), found.c.due_at.asc().nulls_last(), found.c.ticket_number)
        .limit(MOST_TICKETS)
    )
    tickets = list(rows.mappings())
    first = tickets[0] if tickets else {"open_count": 0, "late_count": 0}
    return OpenTickets(tickets, first["open_count"], first["late_count"])


def _memberships(user_id: int) -> Select[int]:
    return select(RoleUser.role_user_id).where(RoleUser.user_id == user_id)


def _is_owner(user_id: int) -> ColumnElement[bool]:
    return Task.ticket_owner_id.in_(_memberships(user_id))


def _held_meanwhile(user_id: int, begins_at: datetime | None, ends_before: datetime | None) -> Exists:
    items = select(TaskItem.task_item_id).where(
        TaskItem.task_id == Task.task_id,
        TaskItem.role_user_id.in_(_memberships(user_id)),
        TaskItem.assigned_on < ends_before,
        or_(TaskItem.closed_at.is_(None), TaskItem.closed_at >= begins_at),
    )
    return items.correlate(Task).exists()


def _theirs_now(user_id: int) -> ColumnElement[bool]:
    """Hold tasks to those that somebody owns or holds now, found by their keys."""
    owned = select(Task.task_id).where(_is_owner(user_id), Task.status.in_(OPEN_TASK_STATUSES))
    held = select(TaskItem.task_id).where(
        TaskItem.role_user_id.in_(_memberships(user_id)),
        TaskItem.status.in_(_OPEN_ITEM_STATUSES),
        TaskItem.closed_at.is_(None),
    )
    return Task.task_id.in_(union(owned, held))


def _name_of_actor() -> ColumnElement[str | None]:
    """Name who did it by a membership or, without one, by the local account."""
    member = select(RoleUser.user_full_name).where(RoleUser.user_id == TaskEvent.actor_user_id).limit(1)
    account = select(UserAccount.full_name).where(
        UserAccount.user_type == UserType.STAFF, UserAccount.user_id == TaskEvent.actor_user_id
    )
    return func.coalesce(member.scalar_subquery(), account.scalar_subquery())
