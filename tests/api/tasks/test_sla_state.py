"""The SLA state is told in SQL for lists and in Python for one task: many rows, judged by both."""

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import httpx
import psycopg
from sqlalchemy import select

from api.kit.db import Database
from api.settings import ApiSettings
from api.sla import clock
from api.sla.clock import Deadlines, SlaLife, SlaState
from api.tasks.models import Task
from api.tasks.sla_state import is_critical_column, sla_state_column
from tests.factories.desk import Desk, make_event

ROWS = 400
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
CLOSED = {"completed", "cancelled"}


def random_life(random: Random) -> tuple[str, SlaLife]:
    def near() -> timedelta:
        # Often the very instant that decides.
        return random.choice((timedelta(0), timedelta(microseconds=1), timedelta(hours=random.randrange(9))))

    status = random.choice(("pending", "in progress", "on_hold", "completed", "cancelled"))
    stood_at = NOW - near() if status in {"on_hold", "completed"} else NOW
    at_risk_at = stood_at + random.choice((-1, 1)) * near()
    deadlines = Deadlines(at_risk_at, at_risk_at + near(), at_risk_at + timedelta(hours=9))
    if random.random() < 0.3:
        target = stood_at - near()
        deadlines = Deadlines(target - timedelta(hours=2), target - timedelta(hours=1), target)
    return status, SlaLife(
        deadlines if random.random() < 0.9 else None,
        completed_at=stood_at if status == "completed" else None,
        is_cancelled=status == "cancelled",
        hold_started_at=stood_at if status == "on_hold" else None,
    )


def store(desk: Desk, lives: dict[int, tuple[str, SlaLife]]) -> None:
    """Write each life over a task of its own."""
    with psycopg.connect(desk.database_url, autocommit=True) as connection, connection.cursor() as cursor:
        cursor.executemany(
            "update ops.task set status = %s, sla_source = %s, at_risk_at = %s, critical_at = %s, "
            "target_resolution = %s, hold_started_at = %s, resolution_time = %s, created_at = %s "
            "where task_id = %s",
            [
                (
                    status,
                    "policy" if life.deadlines else "none",
                    life.deadlines and life.deadlines.at_risk_at,
                    life.deadlines and life.deadlines.critical_at,
                    life.deadlines and life.deadlines.target,
                    life.hold_started_at,
                    life.completed_at,
                    NOW - timedelta(days=9),
                    task_id,
                )
                for task_id, (status, life) in lives.items()
            ],
        )


def add_tasks(desk: Desk) -> list[int]:
    """Copy the one task there is, each copy with a ticket of its own."""
    rows = desk.execute(
        "with ticket as ("
        "    insert into ops.ticket_snapshot (ticket_number, subject, status, priority, submit_date) "
        "    select 'C-' || n, 'Copy', 'New', 'High', now() from generate_series(1, %s) as n "
        "    returning ticket_id) "
        "insert into ops.task "
        "(ticket_id, workflow_id, workflow_version_id, priority_at_start, sla_started_at) "
        "select ticket.ticket_id, workflow_id, workflow_version_id, 'High', %s "
        "from ticket cross join ops.task returning task_id",
        ROWS,
        NOW - timedelta(days=9),
    )
    return [row["task_id"] for row in rows]


async def test_sql_and_python_judge_alike(
    *, api: httpx.AsyncClient, desk: Desk, settings: ApiSettings, workflow: Any, as_service: dict[str, Any]
) -> None:
    assert workflow.workflow_id
    answer = await api.post("/internal/tickets/ingest/", json=make_event(), headers=as_service)
    assert answer.status_code == 202, answer.text
    random = Random(9)  # noqa: S311 - the same rows at every run
    lives = {task_id: random_life(random) for task_id in add_tasks(desk)}
    store(desk, lives)
    database = Database.connect(settings, role="sluice_api")
    statement = select(Task.task_id, sla_state_column(NOW), is_critical_column(NOW))
    async with database.sessions() as session:
        found = {
            task_id: (state, bool(is_critical))
            for task_id, state, is_critical in await session.execute(statement)
            if task_id in lives
        }
    await database.close()
    expected = {
        task_id: (clock.state_of(life, NOW), clock.is_critical(life, NOW))
        for task_id, (_, life) in lives.items()
    }
    assert found == expected
    assert {state for state, _ in found.values()} == set(SlaState)
    assert {is_critical for _, is_critical in found.values()} == {True, False}
