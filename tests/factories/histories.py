"""What the state columns of tasks say, against what their events say."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import psycopg
from psycopg.rows import dict_row

from api.tasks.enums import OPEN_TASK_STATUSES, TaskEventKind
from api.tasks.models import TaskEvent, TaskItemEvent
from api.tasks.state import rebuild_item, rebuild_task

Row = dict[str, Any]
_TASKS = """
select task.*, ticket.is_task_allocated,
    (select count(*) from ops.audit_event where (target_type, target_id) = ('Task', task_id)) as changes
from ops.task join ops.ticket_snapshot ticket using (ticket_id) where task_id = any(%s)
"""
_TASK_EVENTS = "select * from ops.task_event where task_id = any(%s) order by task_event_id"
_ITEMS = "select * from ops.task_item where task_id = any(%s)"
_ITEM_EVENTS = """
select event.* from ops.task_item_event event join ops.task_item using (task_item_id)
where task_id = any(%s) order by task_item_event_id
"""


def contradictions(connection: psycopg.Connection[Any], task_ids: Iterable[int]) -> list[str]:
    """List where tasks, their items and their histories disagree; empty when all is well."""
    with connection.cursor(row_factory=dict_row) as cursor:
        found = [
            cursor.execute(statement, [list(task_ids)]).fetchall()
            for statement in (_TASKS, _TASK_EVENTS, _ITEMS, _ITEM_EVENTS)
        ]
    tasks, task_events, items, item_events = found
    events, histories = _grouped(task_events, "task_id"), _grouped(item_events, "task_item_id")
    items_of = _grouped(items, "task_id")
    problems = []
    for task in tasks:
        own = events[task["task_id"]]
        problems += _of_task(task, own) + _of_open_items(task, items_of[task["task_id"]])
        cancelled = next((event["occurred_at"] for event in own if event["kind"] == "cancelled"), None)
        for item in items_of[task["task_id"]]:
            state = rebuild_item(
                (TaskItemEvent(**event) for event in histories[item["task_item_id"]]), cancelled_at=cancelled
            )
            problems += _differences(f"item {item['task_item_id']}", state, item)
    return problems


def _grouped(rows: list[Row], key: str) -> dict[int, list[Row]]:
    groups: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row[key]].append(row)
    return groups


def _of_task(task: Row, events: list[Row]) -> list[str]:
    name = f"task {task['task_id']}"
    problems = _differences(name, rebuild_task(TaskEvent(**event) for event in events), task)
    # A breach is dated when it was, and noticed when the timers run next.
    instants = [event["occurred_at"] for event in events if event["kind"] != TaskEventKind.BREACHED]
    if instants != sorted(instants):
        problems.append(f"{name}: its events are out of order")
    if task["version"] != task["changes"]:
        problems.append(f"{name}: version {task['version']} after {task['changes']} changes")
    if task["deleted_at"] is None and not task["is_task_allocated"]:
        problems.append(f"{name}: its ticket counts as unassigned")
    return problems


def _differences(name: str, state: Any, row: Row) -> list[str]:
    return [
        f"{name}: {column} is {row[column]!r}, by its events {getattr(state, column)!r}"
        for column in state.__slots__
        if row[column] != getattr(state, column)
    ]


def _of_open_items(task: Row, items: list[Row]) -> list[str]:
    held = [item for item in items if item["closed_at"] is None]
    is_open = task["status"] in OPEN_TASK_STATUSES
    expected = 1 if is_open and not task["needs_assignment"] else 0
    problems = []
    if len(held) != expected:
        problems.append(f"task {task['task_id']} ({task['status']}) has {len(held)} open items")
    if any(item["step_id"] != task["current_step_id"] for item in held):
        problems.append(f"task {task['task_id']}: an item of another step is open")
    return problems
