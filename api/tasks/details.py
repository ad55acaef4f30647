"""Task objects: one task with all that was ever assigned, or many with what is assigned now."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping

from api.kit.db import Session
from api.sla.calendars import AROUND_THE_CLOCK, WorkingTime
from api.sla.definitions import read_working_time
from api.tasks import task_rows
from api.tasks.enums import OPEN_TASK_STATUSES
from api.tasks.errors import TaskItemNotFoundError, TaskNotFoundError
from api.tasks.read_schemas import TaskItemRead, TaskRead


async def read_task(session: Session, task_id: int, *, now: datetime) -> TaskRead:
    """Read a task with all its items, closed ones too.

    Raises:
        TaskNotFoundError: there is none of this id, or it was deleted.
    """
    found = await read_tasks(session, [task_id], now=now, only_open_items=False)
    if not found:
        raise TaskNotFoundError
    return found[0]


async def read_item(session: Session, task_item_id: int) -> TaskItemRead:
    """Read an assignment with its history.

    Raises:
        TaskItemNotFoundError: there is none of this id, or its task was deleted.
    """
    row = await task_rows.find_item_row(session, task_item_id)
    if row is None:
        raise TaskItemNotFoundError
    return TaskItemRead.model_validate(row)


async def read_tasks(
    session: Session, task_ids: Sequence[int], *, now: datetime, only_open_items: bool = True
) -> list[TaskRead]:
    """Read tasks in the order of their ids; what is not there is left out."""
    if not task_ids:
        return []
    rows = await task_rows.list_task_rows(session, task_ids, now=now)
    items: dict[int, list[TaskItemRead]] = {}
    for item in await task_rows.list_items_of_tasks(session, task_ids, only_open=only_open_items):
        items.setdefault(item["task_id"], []).append(TaskItemRead.model_validate(item))
    calendars = await _read_calendars(session, rows.values())
    return [
        _task_object(rows[task_id], items.get(task_id, []), calendars, now)
        for task_id in task_ids
        if task_id in rows
    ]


async def _read_calendars(session: Session, rows: Collection[RowMapping]) -> dict[int | None, WorkingTime]:
    calendars: dict[int | None, WorkingTime] = {None: AROUND_THE_CLOCK}
    revision_ids = {row["calendar_revision_id"] for row in rows if _is_running(row)} - {None}
    if revision_ids:
        definitions = await task_rows.list_calendar_definitions(session, revision_ids)
        calendars |= {key: read_working_time(definition) for key, definition in definitions.items()}
    return calendars


def _task_object(
    row: RowMapping,
    items: list[TaskItemRead],
    calendars: Mapping[int | None, WorkingTime],
    now: datetime,
) -> TaskRead:
    values: dict[str, Any] = {
        **row,
        "hours_remaining": _hours_remaining(row, calendars, now),
        "assigned_users": items,
        "assigned_users_count": len(items),
    }
    return TaskRead.model_validate(values)


def _is_running(row: RowMapping) -> bool:
    return row["status"] in OPEN_TASK_STATUSES and row["target_resolution"] is not None


def _hours_remaining(
    row: RowMapping, calendars: Mapping[int | None, WorkingTime], now: datetime
) -> float | None:
    """Count the working time up to the target, or since it; that of a held task stands still."""
    if not _is_running(row):
        return None
    calendar = calendars[row["calendar_revision_id"]]
    judged_at, target = row["hold_started_at"] or now, row["target_resolution"]
    remaining = calendar.between(judged_at, target) - calendar.between(target, judged_at)
    return round(remaining.total_seconds() / 3600, 2)
