"""One desk on which the same operations are done in several ways, and timed."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import Any

import asyncpg
import psycopg
import uvloop

from api.kit.clock import utc_now
from api.kit.db import asyncpg_url, server_settings
from api.settings import ApiSettings
from bench import bare_app, raw_operations
from bench.connection import Connection
from bench.desks import admin_token, busiest_agent
from bench.raw_operations import Actor

SERVICE, RAW, SERVED = "endpoint", "raw", "served raw"
WAYS = (SERVICE, RAW, SERVED)
NOTES = "Measured"

# What waits for its first move: the bench's own tickets, each with the person who holds it.
WAITING = """
select task.task_id, role_user.user_id, edge.transition_id
from ops.task
join ops.ticket_snapshot using (ticket_id)
join ops.task_item on task_item.task_id = task.task_id and task_item.closed_at is null
join ops.role_user using (role_user_id)
cross join lateral (
    select min(transition_id) as transition_id from ops.step_transition
    where from_step_id = task.current_step_id and deleted_at is null
) as edge
where task.status = 'pending' and ticket_snapshot.source_service = 'bench'
order by task.task_id
limit %s
"""
KNOWN_EVENTS = "select count(*) from ops.inbox_event where source = 'bench'"
LIVE_WORKFLOWS = """
select department, category from ops.workflow where status = 'initialized' order by workflow_id
"""

# A request to send, or work to do with the driver.
Call = bytes | Callable[[], Awaitable[object]]


class OperatedDesk:
    """A desk with a service process before it and a driver's connection of its own beside it."""

    def __init__(self, stack: ExitStack, tickets: int, database_url: str, *, port: int) -> None:
        self.tickets = tickets
        self.agent = busiest_agent(database_url)
        self.http = stack.enter_context(Connection(port, admin_token(self.agent)))
        self.settings = ApiSettings(database_url=database_url)
        # The event loop that the service runs on.
        self._runner = stack.enter_context(asyncio.Runner(loop_factory=uvloop.new_event_loop))
        self.raw = self._runner.run(self._connect())
        stack.callback(lambda: self._runner.run(self.raw.close()))
        self._observer = stack.enter_context(psycopg.connect(database_url, autocommit=True))
        self._workflows = self._observer.execute(LIVE_WORKFLOWS).fetchall()
        (known,) = self._observer.execute(KNOWN_EVENTS).fetchone() or (0,)
        self._numbers = count(known + 1)

    async def _connect(self) -> asyncpg.Connection:
        options = server_settings(self.settings, role="sluice_api")
        return await asyncpg.connect(asyncpg_url(self.settings.database_url), server_settings=options)

    def next_event(self) -> dict[str, Any]:
        number = next(self._numbers)
        department, category = self._workflows[number % len(self._workflows)]
        return {
            "event_id": f"bench-{number}",
            "occurred_at": utc_now().isoformat(),
            "ticket": {
                "ticket_number": f"BENCH{number:08}",
                "subject": f"Printer {number} prints nothing",
                "description": "It was fine yesterday. The lamp beside the tray blinks twice, then stops.",
                "department": department,
                "category": category,
                "sub_category": "Other",
                "priority": "High",
                "source_service": "bench",
                "requester": {"id": number, "name": "Ada Example", "email": "ada@example.org"},
            },
        }

    def waiting_moves(self, calls: int) -> list[tuple[int, int, int]]:
        """Tasks to move, with the person who may and the way to go.

        Raises:
            RuntimeError: fewer were created than are to be moved.
        """
        moves = self._observer.execute(WAITING, [calls]).fetchall()
        if len(moves) < calls:
            message = f"{len(moves)} tasks wait for their first move where {calls} are needed"
            raise RuntimeError(message)
        return [(task_id, user_id, transition_id) for task_id, user_id, transition_id in moves]

    def time(self, calls: list[Call]) -> list[float]:
        """Seconds of each call."""
        return [
            self.http.time(call) if isinstance(call, bytes) else self._runner.run(_timed(call))
            for call in calls
        ]


async def _timed(work: Callable[[], Awaitable[object]]) -> float:
    started = time.perf_counter()
    await work()
    return time.perf_counter() - started


def creations(desk: OperatedDesk, way: str, calls: int) -> list[Call]:
    events = [desk.next_event() for _ in range(calls)]
    if way == RAW:
        return [partial(raw_operations.create_task, desk.raw, event) for event in events]
    path = "/internal/tickets/ingest/" if way == SERVICE else bare_app.RAW_CREATE_PATH
    token = desk.settings.service_token.get_secret_value()
    return [desk.http.post(path, event, token) for event in events]


def moves(desk: OperatedDesk, way: str, calls: int) -> list[Call]:
    prepared: list[Call] = []
    for task_id, user_id, transition_id in desk.waiting_moves(calls):
        body = {"transition_id": transition_id, "notes": NOTES}
        if way == RAW:
            actor = Actor(user_id, f"bench-{user_id}", ("tts:admin",))
            work = partial(raw_operations.execute_transition, desk.raw, actor, task_id, transition_id, NOTES)
            prepared.append(work)
        elif way == SERVICE:
            path = f"/transitions/{task_id}/transition/"
            prepared.append(desk.http.post(path, body, admin_token(user_id)))
        else:
            body["task_id"] = task_id
            prepared.append(desk.http.post(bare_app.RAW_TRANSITION_PATH, body, admin_token(user_id)))
    return prepared


def my_tasks(desk: OperatedDesk, way: str, calls: int) -> list[Call]:
    if way == RAW:
        return [partial(raw_operations.list_my_tasks, desk.raw, desk.agent)] * calls
    path = "/tasks/my-tasks/" if way == SERVICE else bare_app.RAW_MY_TASKS_PATH
    return [desk.http.request(path, {})] * calls


def all_tasks(desk: OperatedDesk, way: str, calls: int) -> list[Call]:
    if way == RAW:
        return [partial(raw_operations.list_all_tasks, desk.raw, desk.agent)] * calls
    path = "/tasks/all-tasks/" if way == SERVICE else bare_app.RAW_ALL_TASKS_PATH
    return [desk.http.request(path, {})] * calls


@dataclass(frozen=True)
class Operation:
    """What is measured, and how many times the hand-written SQL it may take."""

    name: str
    most_times_raw: float
    prepare: Callable[[OperatedDesk, str, int], list[Call]]


OPERATIONS = (
    Operation("create", 4.0, creations),
    Operation("transition", 4.0, moves),
    Operation("my-tasks", 3.0, my_tasks),
    Operation("all-tasks", 3.0, all_tasks),
)
