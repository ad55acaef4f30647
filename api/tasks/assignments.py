"""Lists of assignments: whose, in which order, how many; a handful of statements at any size of the desk."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVarTuple

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    RowMapping,
    Select,
    func,
    literal,
    select,
    true,
    union,
)

from api.identity.models import Role, RoleUser
from api.kit.db import Session
from api.kit.pagination import Ordering, PageRequest
from api.kit.search import prefix_query
from api.tasks.assignment_rows import list_assignment_rows
from api.tasks.enums import ItemStatus, ItemTab
from api.tasks.errors import TaskItemNotFoundError
from api.tasks.filters import AssignmentFilters
from api.tasks.keys import among
from api.tasks.models import AssignmentTally, Task, TaskItem
from api.tasks.read_schemas import AssignmentRow
from api.tasks.sla_state import sla_state_column
from api.tickets.models import TicketSnapshot

Row = TypeVarTuple("Row")


async def list_memberships(session: Session, *, user_id: int | None, role: str | None) -> list[int]:
    """List the memberships of a person, of a role, or of both; past ones too: their items stay theirs."""
    statement = select(RoleUser.role_user_id)
    if user_id is not None:
        statement = statement.where(RoleUser.user_id == user_id)
    if role is not None:
        statement = statement.join(Role, Role.role_id == RoleUser.role_id).where(
            func.lower(Role.name) == role.strip().lower()
        )
    return list(await session.scalars(statement))


async def read_assignment(session: Session, task_item_id: int, *, now: datetime) -> AssignmentRow:
    """Read one assignment as the lists show it.

    Raises:
        TaskItemNotFoundError: there is none of this id, or its task was deleted.
    """
    rows = await list_assignment_rows(session, [task_item_id], now=now)
    if not rows:
        raise TaskItemNotFoundError
    return AssignmentRow.model_validate(rows[0])


async def list_assignments(
    session: Session, filters: AssignmentFilters, ordering: Ordering, page: PageRequest, *, now: datetime
) -> tuple[int, Sequence[RowMapping]]:
    """Count the assignments that match, and read those of one page."""
    counting = _adding_up(filters) if filters.is_tallied else _counting(filters, now)
    count = int(await session.scalar(counting) or 0)
    page.check(count)
    by_holder = filters.memberships is not None and filters.tab is not ItemTab.ACTIVE
    keys = _keys_by_holder if by_holder else _keys
    ids = await session.scalars(keys(filters, ordering, page, now))
    return count, await list_assignment_rows(session, ids.all(), now=now)


def _adding_up(filters: AssignmentFilters) -> Select[Any]:
    statement = select(func.sum(AssignmentTally.items)).where(AssignmentTally.tab.in_(_tabs(filters)))
    if filters.memberships is not None:
        statement = statement.where(among(AssignmentTally.role_user_id, filters.memberships))
    if filters.status is not None:
        statement = statement.where(AssignmentTally.status == filters.status)
    return statement


def _counting(filters: AssignmentFilters, now: datetime) -> Select[Any]:
    """Count the items that match.

    Filters on the task are applied to the items found first: left to itself the planner, which cannot
    guess how many tasks are at risk, reads every task there is.
    """
    held = select(TaskItem.task_item_id, TaskItem.task_id).where(*_item_conditions(filters))
    if filters.memberships is None or filters.finds_holders:
        return select(func.count()).select_from(_joined(held, filters, now).subquery())
    mine = held.cte("mine").prefix_with("materialized", dialect="postgresql")
    statement = select(func.count()).select_from(mine)
    if filters.concerns_task:
        statement = statement.join(Task, Task.task_id == mine.c.task_id)
    if filters.concerns_ticket:
        statement = statement.join(TicketSnapshot, TicketSnapshot.ticket_id == Task.ticket_id)
    return statement.where(*_task_conditions(filters, now))


def _keys(filters: AssignmentFilters, ordering: Ordering, page: PageRequest, now: datetime) -> Select[Any]:
    """Name the items of one page, read off the index of their tab."""
    items = select(TaskItem.task_item_id).where(*_item_conditions(filters))
    in_order = _joined(items, filters, now).order_by(*_in_order(TaskItem, ordering))
    return in_order.limit(page.size).offset(page.offset)


def _keys_by_holder(
    filters: AssignmentFilters, ordering: Ordering, page: PageRequest, now: datetime
) -> Select[Any]:
    """Name the items of one page of some memberships.

    Each membership's index is read in order and no further than the page reaches, instead of sorting
    all that was ever done through it.
    """
    ids = literal(list(filters.memberships or ()), ARRAY(BigInteger))
    membership = func.unnest(ids).table_valued("role_user_id").render_derived(name="membership")
    items = select(TaskItem.task_item_id, TaskItem.assigned_on).where(
        *_item_conditions(filters, with_holder=False), TaskItem.role_user_id == membership.c.role_user_id
    )
    reached = (
        _joined(items, filters, now)
        .order_by(*_in_order(TaskItem, ordering))
        .limit(page.offset + page.size)
        .lateral("reached")
    )
    return (
        select(reached.c.task_item_id)
        .select_from(membership.join(reached, true()))
        .order_by(*_in_order(reached.c, ordering))
        .limit(page.size)
        .offset(page.offset)
    )


def _joined(statement: Select[*Row], filters: AssignmentFilters, now: datetime) -> Select[*Row]:
    """Join tasks and tickets only where a filter asks about those."""
    if filters.concerns_task:
        statement = statement.join(Task, Task.task_id == TaskItem.task_id)
    if filters.concerns_ticket:
        statement = statement.join(TicketSnapshot, TicketSnapshot.ticket_id == Task.ticket_id)
    return statement.where(*_task_conditions(filters, now))


def _tabs(filters: AssignmentFilters) -> list[ItemTab]:
    return [filters.tab] if filters.tab else [ItemTab.ACTIVE, ItemTab.INACTIVE]


def _item_conditions(filters: AssignmentFilters, *, with_holder: bool = True) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [
        TaskItem.tab == filters.tab if filters.tab else TaskItem.tab != ItemTab.DELETED
    ]
    if with_holder and filters.memberships is not None:
        conditions.append(among(TaskItem.role_user_id, filters.memberships))
    if filters.is_open:
        conditions.append(TaskItem.closed_at.is_(None))
    if filters.status is ItemStatus.BREACHED:
        conditions.append(TaskItem.breached_at.is_not(None))
    elif filters.status is not None:
        conditions.append(TaskItem.status == filters.status)
    return conditions


def _task_conditions(filters: AssignmentFilters, now: datetime) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if filters.workflow_id is not None:
        conditions.append(Task.workflow_id == filters.workflow_id)
    if filters.sla_status is not None:
        conditions.append(sla_state_column(now) == filters.sla_status.value)
    if filters.priority is not None:
        conditions.append(TicketSnapshot.priority == filters.priority)
    if filters.search and filters.finds_holders:
        conditions.append(TaskItem.task_item_id.in_(_found(filters.search)))
    elif filters.search:
        conditions.append(_matches(TicketSnapshot.search, filters.search))
    return conditions


def _found(search: str) -> Any:
    """Select the items whose ticket or whose holder a search finds: each by its own index, then both."""
    by_ticket = (
        select(TaskItem.task_item_id)
        .join(Task, Task.task_id == TaskItem.task_id)
        .join(TicketSnapshot, TicketSnapshot.ticket_id == Task.ticket_id)
        .where(_matches(TicketSnapshot.search, search))
    )
    by_holder = (
        select(TaskItem.task_item_id)
        .join(RoleUser, RoleUser.role_user_id == TaskItem.role_user_id)
        .where(_matches(func.to_tsvector("simple", RoleUser.user_full_name), search))
    )
    return union(by_ticket, by_holder)


def _matches(document: Any, search: str) -> ColumnElement[bool]:
    found: ColumnElement[bool] = document.op("@@")(func.to_tsquery("simple", prefix_query(search)))
    return found


def _in_order(source: Any, ordering: Ordering) -> list[Any]:
    keys = [getattr(source, ordering.field), source.task_item_id]
    return [key.desc() if ordering.descending else key.asc() for key in keys]
