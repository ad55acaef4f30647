"""Statements of the lists of assignments, built once for each set of filters that is asked for.

To build one costs more than to run it, so that values are parameters throughout.
"""

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, TypeVarTuple

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    any_,
    bindparam,
    func,
    literal_column,
    select,
    true,
    union,
)
from sqlalchemy.orm import InstrumentedAttribute

from api.identity.models import Role, RoleUser
from api.kit.search import prefix_query, words_of
from api.tasks.assignment_rows import assignment_columns
from api.tasks.enums import ItemStatus, ItemTab
from api.tasks.filters import AssignmentFilters
from api.tasks.keys import NOW
from api.tasks.models import AssignmentTally, Task, TaskItem
from api.tasks.sla_state import sla_state_column
from api.tickets.models import TicketSnapshot

Row = TypeVarTuple("Row")
# Which filters a statement is for, by the names of their parameters.
Asked = frozenset[str]

_QUERY = func.to_tsquery("simple", bindparam("query"))
_HOLDER: dict[str, ColumnElement[bool]] = {
    "user_id": RoleUser.user_id == bindparam("user_id"),
    "role": func.lower(Role.name) == func.lower(bindparam("role")),
}
_TAB = {"is_active": ItemTab.ACTIVE, "is_inactive": ItemTab.INACTIVE}
_ITEM: dict[str, ColumnElement[bool]] = {
    **{name: TaskItem.tab == tab for name, tab in _TAB.items()},
    "is_open": TaskItem.closed_at.is_(None),
    "is_breached": TaskItem.breached_at.is_not(None),
    "status": TaskItem.status == bindparam("status"),
}
_TASK: dict[str, ColumnElement[bool]] = {
    "workflow_id": Task.workflow_id == bindparam("workflow_id"),
    "sla_status": sla_state_column(NOW) == bindparam("sla_status"),
}
_TICKET: dict[str, ColumnElement[bool]] = {
    "priority": TicketSnapshot.priority == bindparam("priority"),
    "query": TicketSnapshot.search.op("@@")(_QUERY),
}


def parameters_of(filters: AssignmentFilters) -> dict[str, Any]:
    """Name what the filters ask for, as the statements know it."""
    is_breached = filters.status is ItemStatus.BREACHED
    query = prefix_query(filters.search) if filters.search else None
    asked = {
        "user_id": filters.user_id,
        "role": filters.role,
        "is_active": filters.tab is ItemTab.ACTIVE or None,
        "is_inactive": filters.tab is ItemTab.INACTIVE or None,
        "status": None if is_breached else filters.status,
        "is_breached": is_breached or None,
        "is_open": filters.is_open or None,
        "workflow_id": filters.workflow_id,
        "sla_status": filters.sla_status,
        "priority": filters.priority,
        "found_query" if filters.finds_holders else "query": query,
    }
    return {name: value for name, value in asked.items() if value is not None}


@cache
def counting(asked: Asked) -> Select[Any]:
    """Count the items that match: those of a kind by the tally, others one by one."""
    if asked <= {*_HOLDER, *_TAB, "status"}:
        return _adding_up(asked)
    held = select(TaskItem.task_item_id, TaskItem.task_id).where(*_item_conditions(asked))
    if not asked & _HOLDER.keys() or "found_query" in asked:
        return select(func.count()).select_from(_joined(held, asked).subquery())
    # Filters on the task are applied to the items found first: left to itself the planner, which cannot
    # guess how many tasks are at risk, reads every task there is.
    mine = held.cte("mine").prefix_with("materialized", dialect="postgresql")
    statement = select(func.count()).select_from(mine)
    if _concerns_task(asked):
        statement = statement.join(Task, Task.task_id == mine.c.task_id)
    if _concerns_ticket(asked):
        statement = statement.join(TicketSnapshot, TicketSnapshot.ticket_id == Task.ticket_id)
    return statement.where(*_task_conditions(asked))


@dataclass(frozen=True, slots=True)
class Cut:
    """Which page of a list a statement reads: the first of a size, or one further on."""

    size: int
    is_first: bool
    descending: bool

    def apply(self, keys: Select[*Row], *, up_to: bool = False) -> Select[*Row]:
        """Cut the page out or, `up_to` it, all before it as well.

        The first page, the one that everybody asks for, is spelled out: with a parameter PostgreSQL
        would expect to read a tenth of everything, and plan afresh each time.
        """
        if self.is_first:
            return keys.limit(literal_column(str(self.size), Integer))
        if up_to:
            return keys.limit(bindparam("reach"))
        return keys.limit(bindparam("size")).offset(bindparam("offset"))


@lru_cache(maxsize=1024)
def page_of(asked: Asked, cut: Cut) -> Select[*tuple[Any, ...]]:
    """Read the rows of one page, the newest or the oldest assignment first.

    Rows of the first page say how many there are in all, as `matches`, which spares a statement.
    """
    # Few items are open at a time: those of a person are found sooner among all that are.
    by_holder = bool(asked & _HOLDER.keys()) and "is_active" not in asked
    keys = (_keys_by_holder if by_holder else _keys)(asked, cut)
    # As an array, of which the planner expects a handful: of a join with them it expects a tenth of all.
    rows = assignment_columns().where(TaskItem.task_item_id == any_(func.array(keys.scalar_subquery())))
    if cut.is_first:
        rows = rows.add_columns(counting(asked).correlate(None).scalar_subquery().label("matches"))
    return rows.order_by(*_in_order(TaskItem, cut))


def _adding_up(asked: Asked) -> Select[Any]:
    tabs = [tab for name, tab in _TAB.items() if name in asked] or list(_TAB.values())
    statement = select(func.sum(AssignmentTally.items)).where(AssignmentTally.tab.in_(tabs))
    if asked & _HOLDER.keys():
        statement = statement.where(AssignmentTally.role_user_id == _any_membership(asked))
    if "status" in asked:
        statement = statement.where(AssignmentTally.status == bindparam("status"))
    return statement


def _keys(asked: Asked, cut: Cut) -> Select[Any]:
    """Name the items of one page, read off the index of their tab."""
    items = select(TaskItem.task_item_id).where(*_item_conditions(asked))
    return cut.apply(_joined(items, asked).order_by(*_in_order(TaskItem, cut)))


def _keys_by_holder(asked: Asked, cut: Cut) -> Select[Any]:
    """Name the items of one page of some memberships.

    Each membership's index is read in order and no further than the page reaches, instead of sorting
    all that was ever done through it.
    """
    membership = _memberships(asked).subquery("membership")
    items = select(TaskItem.task_item_id, TaskItem.assigned_on).where(
        *_item_conditions(asked - _HOLDER.keys()), TaskItem.role_user_id == membership.c.role_user_id
    )
    in_order = _joined(items, asked).order_by(*_in_order(TaskItem, cut))
    reached = cut.apply(in_order, up_to=True).lateral("reached")
    keys = select(reached.c.task_item_id).select_from(membership.join(reached, true()))
    return cut.apply(keys.order_by(*_in_order(reached.c, cut)))


def _memberships(asked: Asked) -> Select[Any]:
    """Select the memberships of a person, of a role, or of both; past ones too: their items stay theirs."""
    statement = select(RoleUser.role_user_id)
    if "role" in asked:
        statement = statement.join(Role, Role.role_id == RoleUser.role_id)
    return statement.where(*(condition for name, condition in _HOLDER.items() if name in asked))


def _any_membership(asked: Asked) -> ColumnElement[Any]:
    # As an array: found first, then looked up in an index.
    return any_(func.array(_memberships(asked).scalar_subquery()))


def _joined(statement: Select[*Row], asked: Asked) -> Select[*Row]:
    """Join tasks and tickets only where a filter asks about those."""
    if _concerns_task(asked):
        statement = statement.join(Task, Task.task_id == TaskItem.task_id)
    if _concerns_ticket(asked):
        statement = statement.join(TicketSnapshot, TicketSnapshot.ticket_id == Task.ticket_id)
    return statement.where(*_task_conditions(asked))


def _concerns_task(asked: Asked) -> bool:
    return bool(asked & (_TASK.keys() | _TICKET.keys()))


def _concerns_ticket(asked: Asked) -> bool:
    return bool(asked & _TICKET.keys())


def _item_conditions(asked: Asked) -> list[ColumnElement[bool]]:
    conditions = [condition for name, condition in _ITEM.items() if name in asked]
    if not asked & _TAB.keys():
        conditions.append(TaskItem.tab != ItemTab.DELETED)
    if asked & _HOLDER.keys():
        conditions.append(TaskItem.role_user_id == _any_membership(asked))
    if "found_query" in asked:
        conditions.append(TaskItem.task_item_id.in_(_found()))
    return conditions


def _task_conditions(asked: Asked) -> list[ColumnElement[bool]]:
    return [condition for name, condition in (_TASK | _TICKET).items() if name in asked]


def _found() -> Any:
    """Select the items whose ticket or whose holder a search finds: each by its own index, then both."""
    query = func.to_tsquery("simple", bindparam("found_query"))
    by_ticket = (
        select(TaskItem.task_item_id)
        .join(Task, Task.task_id == TaskItem.task_id)
        .join(TicketSnapshot, TicketSnapshot.ticket_id == Task.ticket_id)
        .where(TicketSnapshot.search.op("@@")(query))
    )
    by_holder = (
        select(TaskItem.task_item_id)
        .join(RoleUser, RoleUser.role_user_id == TaskItem.role_user_id)
        .where(words_of(RoleUser.user_full_name).op("@@")(query))
    )
    return union(by_ticket, by_holder)


def _in_order(source: Any, cut: Cut) -> list[Any]:
    keys: list[InstrumentedAttribute[Any]] = [source.assigned_on, source.task_item_id]
    return [key.desc() if cut.descending else key.asc() for key in keys]
