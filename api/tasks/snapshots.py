"""Tickets as the workflow side knows them, each with the task that works on it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, and_, func, literal_column, not_, or_, select, true

from api.identity.enums import UserType
from api.kit.dates import Days
from api.kit.db import Session
from api.kit.pagination import Ordering, PageRequest
from api.kit.search import prefix_query
from api.tasks.keys import among
from api.tasks.models import Task
from api.tickets.enums import Priority, TicketStatus
from api.tickets.models import TicketSnapshot

_ID = re.compile(r"[0-9]{1,18}")
_FIELDS = {"created_at": TicketSnapshot.submit_date, "updated_at": TicketSnapshot.updated_at}


@dataclass(frozen=True, slots=True)
class SnapshotFilters:
    """`requester_id` holds the list to one employee's own tickets; `employee` is a filter of the caller's."""

    requester_id: int | None = None
    status: TicketStatus | None = None
    priority: Priority | None = None
    employee: str | None = None
    category: str | None = None
    department: str | None = None
    is_task_allocated: bool | None = None
    days: Days = field(default_factory=Days)
    search: str | None = None


async def list_snapshots(
    session: Session, filters: SnapshotFilters, ordering: Ordering | None, page: PageRequest
) -> tuple[int, Sequence[RowMapping]]:
    """Count the tickets that match, and read one page of them.

    Without an ordering the newest come first; what a search found, the best match first.
    """
    conditions = _conditions(filters)
    count = await session.scalar(select(func.count()).select_from(TicketSnapshot).where(*conditions)) or 0
    page.check(count)
    keys = select(TicketSnapshot.ticket_id).where(*conditions).order_by(*_in_order(filters, ordering))
    ids = (await session.scalars(keys.limit(page.size).offset(page.offset))).all()
    rows = await session.execute(_snapshots().where(among(TicketSnapshot.ticket_id, ids)))
    by_id = {row["id"]: row for row in rows.mappings()}
    return count, [by_id[ticket_id] for ticket_id in ids]


async def find_snapshot(session: Session, key: str, *, requester_id: int | None = None) -> RowMapping | None:
    """Find a ticket by its number, else by its id; with a requester, only among that one's own."""
    is_number = TicketSnapshot.ticket_number == key
    is_meant = is_number
    if _ID.fullmatch(key):
        is_meant = or_(is_number, TicketSnapshot.ticket_id == int(key))
    statement = _snapshots().where(is_meant)
    if requester_id is not None:
        statement = statement.where(_requested_by(requester_id))
    rows = await session.execute(statement.order_by(is_number.desc()).limit(1))
    return rows.mappings().one_or_none()


def _snapshots() -> Select[*tuple[Any, ...]]:
    """Select each ticket with its task: the open one, else the newest."""
    task = (
        select(Task.task_id, Task.status)
        .where(Task.ticket_id == TicketSnapshot.ticket_id, Task.deleted_at.is_(None))
        .order_by(Task.task_id.desc())
        .limit(1)
        .lateral("task")
    )
    return select(
        TicketSnapshot.ticket_id.label("id"),
        TicketSnapshot.ticket_number,
        TicketSnapshot.subject,
        TicketSnapshot.description,
        TicketSnapshot.status,
        TicketSnapshot.priority,
        TicketSnapshot.category,
        TicketSnapshot.sub_category,
        TicketSnapshot.department,
        TicketSnapshot.requester,
        TicketSnapshot.is_task_allocated,
        task.c.task_id,
        task.c.status.label("task_status"),
        TicketSnapshot.submit_date.label("created_at"),
        TicketSnapshot.updated_at,
        TicketSnapshot.fetched_at,
        TicketSnapshot.data.label("ticket_data"),
    ).outerjoin(task, true())


def _requested_by(employee_id: int) -> ColumnElement[bool]:
    """Match an employee's own tickets; staff of the same number are somebody else."""
    kind = func.coalesce(_requester("type"), UserType.EMPLOYEE.value)
    return and_(_requester("id") == str(employee_id), kind == UserType.EMPLOYEE.value)


def _requester(name: str) -> ColumnElement[str]:
    value: ColumnElement[str] = TicketSnapshot.requester.op("->>")(literal_column(f"'{name}'"))
    return value


def _conditions(filters: SnapshotFilters) -> list[ColumnElement[bool]]:
    conditions = [*_text_conditions(filters)]
    if filters.status is not None:
        conditions.append(TicketSnapshot.status == filters.status)
    if filters.priority is not None:
        conditions.append(TicketSnapshot.priority == filters.priority)
    if filters.is_task_allocated is not None:
        # As the condition of the index that lists the few without a task.
        is_waiting = not_(TicketSnapshot.is_task_allocated)
        conditions.append(not_(is_waiting) if filters.is_task_allocated else is_waiting)
    if filters.requester_id is not None:
        conditions.append(_requested_by(filters.requester_id))
    if filters.days.begins_at is not None:
        conditions.append(TicketSnapshot.submit_date >= filters.days.begins_at)
    if filters.days.ends_before is not None:
        conditions.append(TicketSnapshot.submit_date < filters.days.ends_before)
    return conditions


def _text_conditions(filters: SnapshotFilters) -> Iterator[ColumnElement[bool]]:
    if filters.category is not None:
        yield TicketSnapshot.category.icontains(filters.category, autoescape=True)
    if filters.department is not None:
        yield TicketSnapshot.department.icontains(filters.department, autoescape=True)
    if filters.employee is not None:
        yield _employee(filters.employee)
    if filters.search is not None:
        yield TicketSnapshot.search.op("@@")(_query(filters.search))


def _employee(text: str) -> ColumnElement[bool]:
    """Match a requester by id when given digits, else by part of the name or the address."""
    if text.isascii() and text.isdigit():
        return _requester("id") == text
    return or_(*(_requester(name).icontains(text, autoescape=True) for name in ("name", "email")))


def _query(search: str) -> ColumnElement[Any]:
    return func.to_tsquery("simple", prefix_query(search))


def _in_order(filters: SnapshotFilters, ordering: Ordering | None) -> list[ColumnElement[Any]]:
    if ordering is None and filters.search is not None:
        rank = func.ts_rank_cd(TicketSnapshot.search, _query(filters.search))
        return [rank.desc(), TicketSnapshot.submit_date.desc(), TicketSnapshot.ticket_id.desc()]
    column = _FIELDS[ordering.field if ordering else "created_at"]
    if ordering is None or ordering.descending:
        return [column.desc(), TicketSnapshot.ticket_id.desc()]
    return [column.asc(), TicketSnapshot.ticket_id.asc()]
