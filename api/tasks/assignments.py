"""The rows of my-tasks, read in a handful of statements whatever the size of the desk."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Select,
    bindparam,
    cast,
    func,
    select,
    true,
)

from api.identity.models import Role, RoleUser
from api.kit.db import Session
from api.kit.pagination import Ordering, PageRequest
from api.sla.clock import SlaState
from api.tasks.assignment_rows import list_assignment_rows
from api.tasks.enums import ItemStatus
from api.tasks.errors import TaskItemNotFoundError
from api.tasks.models import Task, TaskItem
from api.tasks.read_schemas import AssignmentRow
from api.tasks.sla_state import sla_state_column
from api.tickets.enums import Priority
from api.tickets.models import TicketSnapshot


@dataclass(frozen=True, slots=True)
class AssignmentFilters:
    role: str | None = None
    status: ItemStatus | None = None
    workflow_id: int | None = None
    is_open: bool = False
    sla_status: SlaState | None = None
    priority: Priority | None = None
    search: str | None = None

    @property
    def concerns_ticket(self) -> bool:
        return bool(self.priority or self.search)

    @property
    def concerns_task(self) -> bool:
        return bool(self.workflow_id or self.sla_status or self.concerns_ticket)


async def list_memberships(session: Session, user_id: int, role: str | None) -> list[int]:
    """List a person's memberships, past ones too: their items stay theirs."""
    statement = select(RoleUser.role_user_id).where(RoleUser.user_id == user_id)
    if role is not None:
        statement = statement.join(Role, Role.role_id == RoleUser.role_id).where(
            func.lower(Role.name) == role.strip().lower()
        )
    return list(await session.scalars(statement))


def _prefix_query(search: str) -> str:
    """Ask for every word of a search as the beginning of a word."""
    words = [word.replace("\\", "\\\\").replace("'", "''") for word in search.split()]
    return " & ".join(f"'{word}':*" for word in words)


def _item_conditions(filters: AssignmentFilters) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if filters.is_open:
        conditions.append(TaskItem.closed_at.is_(None))
    if filters.status is ItemStatus.BREACHED:
        conditions.append(TaskItem.breached_at.is_not(None))
    elif filters.status is not None:
        conditions.append(TaskItem.status == filters.status)
    return conditions


def _task_conditions(filters: AssignmentFilters, sla_state: ColumnElement[str]) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if filters.workflow_id is not None:
        conditions.append(Task.workflow_id == filters.workflow_id)
    if filters.sla_status is not None:
        conditions.append(sla_state == filters.sla_status.value)
    if filters.priority is not None:
        conditions.append(TicketSnapshot.priority == filters.priority)
    if filters.search:
        query = func.to_tsquery("simple", _prefix_query(filters.search))
        conditions.append(TicketSnapshot.search.op("@@")(query))
    return conditions


def _counting(
    filters: AssignmentFilters, memberships: list[int], sla_state: ColumnElement[str]
) -> Select[Any]:
    """Count a person's items that match.

    Filters on the task are applied to the items found first: left to itself the planner, which cannot
    guess how many tasks are at risk, reads every task there is.
    """
    mine = select(TaskItem.task_id).where(TaskItem.role_user_id.in_(memberships), *_item_conditions(filters))
    if not filters.concerns_task:
        return select(func.count()).select_from(mine.subquery())
    held = mine.cte("mine").prefix_with("materialized", dialect="postgresql")
    statement = select(func.count()).select_from(held).join(Task, Task.task_id == held.c.task_id)
    if filters.concerns_ticket:
        statement = statement.join(TicketSnapshot, TicketSnapshot.ticket_id == Task.ticket_id)
    return statement.where(*_task_conditions(filters, sla_state))


def _matching(filters: AssignmentFilters, sla_state: ColumnElement[str]) -> Select[int, datetime]:
    """Select items, joined to tasks and tickets only where a filter asks about those."""
    statement = select(TaskItem.task_item_id, TaskItem.assigned_on)
    if filters.concerns_task:
        statement = statement.join(Task, Task.task_id == TaskItem.task_id)
    if filters.concerns_ticket:
        statement = statement.join(TicketSnapshot, TicketSnapshot.ticket_id == Task.ticket_id)
    return statement.where(*_item_conditions(filters), *_task_conditions(filters, sla_state))


def _page_keys(
    matching: Select[int, datetime], ordering: Ordering, memberships: list[int], page: PageRequest
) -> Select[int]:
    """Name the items of one page.

    Each membership's index is read in order and no further than the page reaches, instead of sorting
    all that the person ever did.
    """
    ids = cast(bindparam("memberships", memberships), ARRAY(BigInteger))
    membership = func.unnest(ids).table_valued("role_user_id").render_derived(name="membership")
    reached = (
        matching.where(TaskItem.role_user_id == membership.c.role_user_id)
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


def _in_order(source: Any, ordering: Ordering) -> list[Any]:
    keys = [getattr(source, ordering.field), source.task_item_id]
    return [key.desc() if ordering.descending else key.asc() for key in keys]


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
    session: Session,
    memberships: list[int],
    filters: AssignmentFilters,
    ordering: Ordering,
    page: PageRequest,
    *,
    now: datetime,
) -> tuple[int, Sequence[Any]]:
    sla_state = sla_state_column(now)
    count = await session.scalar(_counting(filters, memberships, sla_state)) or 0
    page.check(count)
    keys = await session.scalars(_page_keys(_matching(filters, sla_state), ordering, memberships, page))
    return count, await list_assignment_rows(session, keys.all(), now=now)
