"""Lists of tasks: which, in which order, how many."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, BigInteger, ColumnElement, Select, and_, any_, func, not_, select

from api.identity.models import RoleUser
from api.kit.db import Session
from api.kit.pagination import Ordering, PageRequest
from api.kit.search import prefix_query
from api.tasks.enums import OPEN_TASK_STATUSES, ItemTab
from api.tasks.filters import TaskFilters
from api.tasks.models import Task, TaskItem
from api.tasks.sla_state import sla_state_column
from api.tickets.models import TicketSnapshot
from api.tickets.state import OVER


async def list_task_ids(
    session: Session, filters: TaskFilters, ordering: Ordering | None, page: PageRequest, *, now: datetime
) -> tuple[int, Sequence[int]]:
    """Count the tasks that match, and name those of one page.

    Without an ordering the newest come first; what a search found, the best match first.
    """
    conditions = _conditions(filters, now)
    counting = _joined(select(func.count()).select_from(Task), filters).where(*conditions)
    count = await session.scalar(counting) or 0
    page.check(count)
    keys = _joined(select(Task.task_id), filters).where(*conditions).order_by(*_in_order(filters, ordering))
    ids = await session.scalars(keys.limit(page.size).offset(page.offset))
    return count, ids.all()


async def find_task_of_ticket(session: Session, ticket_number: str) -> int | None:
    """Find a ticket's task: the open one, else the newest."""
    return await session.scalar(
        select(Task.task_id)
        .join(TicketSnapshot, TicketSnapshot.ticket_id == Task.ticket_id)
        .where(TicketSnapshot.ticket_number == ticket_number, Task.deleted_at.is_(None))
        .order_by(Task.resolution_time.is_(None).desc(), Task.task_id.desc())
        .limit(1)
    )


def _joined(statement: Select[Any], filters: TaskFilters) -> Select[Any]:
    if not filters.concerns_ticket:
        return statement
    return statement.join(TicketSnapshot, TicketSnapshot.ticket_id == Task.ticket_id)


def _conditions(filters: TaskFilters, now: datetime) -> list[ColumnElement[bool]]:
    conditions = [Task.deleted_at.is_(None), *_ticket_conditions(filters)]
    for column, value in ((Task.workflow_id, filters.workflow_id), (Task.ticket_id, filters.ticket_id)):
        if value is not None:
            conditions.append(column == value)
    if filters.status is not None:
        conditions.append(Task.status == filters.status)
    if filters.days.begins_at is not None:
        conditions.append(Task.created_at >= filters.days.begins_at)
    if filters.days.ends_before is not None:
        conditions.append(Task.created_at < filters.days.ends_before)
    if filters.sla_status is not None:
        conditions.append(sla_state_column(now) == filters.sla_status.value)
    if filters.owner_id is not None:
        conditions.append(Task.ticket_owner_id == any_(_memberships_of(filters.owner_id)))
    if filters.assigned_user_id is not None:
        held = select(TaskItem.task_id).where(
            TaskItem.closed_at.is_(None),
            TaskItem.role_user_id == any_(_memberships_of(filters.assigned_user_id)),
        )
        conditions.append(Task.task_id.in_(held))
    return conditions


def _memberships_of(user_id: int) -> ColumnElement[Any]:
    """Select a person's memberships as an array: found first, then looked up in an index."""
    memberships = select(RoleUser.role_user_id).where(RoleUser.user_id == user_id)
    return func.array(memberships.scalar_subquery(), type_=ARRAY(BigInteger))


def _ticket_conditions(filters: TaskFilters) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if filters.ticket_number is not None:
        conditions.append(TicketSnapshot.ticket_number == filters.ticket_number)
    if filters.priority is not None:
        conditions.append(TicketSnapshot.priority == filters.priority)
    if filters.category is not None:
        conditions.append(TicketSnapshot.category.icontains(filters.category, autoescape=True))
    if filters.department is not None:
        conditions.append(TicketSnapshot.department.icontains(filters.department, autoescape=True))
    if filters.search is not None:
        conditions.append(TicketSnapshot.search.op("@@")(_query(filters.search)))
    if filters.tab is not None:
        is_active = and_(Task.status.in_(OPEN_TASK_STATUSES), TicketSnapshot.status.not_in(OVER))
        conditions.append(is_active if filters.tab is ItemTab.ACTIVE else not_(is_active))
    return conditions


def _query(search: str) -> ColumnElement[Any]:
    return func.to_tsquery("simple", prefix_query(search))


def _in_order(filters: TaskFilters, ordering: Ordering | None) -> list[ColumnElement[Any]]:
    if ordering is None and filters.search is not None:
        rank = func.ts_rank_cd(TicketSnapshot.search, _query(filters.search))
        return [rank.desc(), Task.created_at.desc(), Task.task_id.desc()]
    column = getattr(Task, ordering.field if ordering else "created_at")
    if ordering is None or ordering.descending:
        return [column.desc(), Task.task_id.desc()]
    return [column.asc(), Task.task_id.asc()]
