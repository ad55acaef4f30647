"""Desks whose days are known: a pattern of weekdays, or chance around one, and a few days planted into it."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import numpy as np
import psycopg
from psycopg.types.json import Jsonb

from tests.api.sla.oracle import Office
from tests.api.sla.sql_clock import definition_of
from tests.pipelines.desk import fill_desk

WEEKDAY, WEEKEND, DAYS, PEOPLE = 12, 2, 100, 6
FACTOR = 3

_ADD = """
    with ticket as (
        insert into ops.ticket_snapshot (
            ticket_number, subject, status, priority, category, sub_category, department, submit_date,
            created_at, is_task_allocated
        )
        values (%(number)s, 'Planted', 'Closed', 'Low', %(category)s, 'any', 'Plants', %(at)s, %(at)s, true)
        returning ticket_id, created_at
    ),

    task as (
        insert into ops.task (
            ticket_id, workflow_id, workflow_version_id, current_step_id, status, priority_at_start,
            sla_started_at, first_response_at, resolution_time, created_at, updated_at
        )
        select ticket_id, workflow_id, workflow_version_id, current_step_id, 'completed', 'Low',
            ticket.created_at, ticket.created_at, ticket.created_at + interval '1 hour', ticket.created_at,
            ticket.created_at
        from ticket
        cross join (
            select workflow_id, workflow_version_id, current_step_id from ops.task order by task_id limit 1
        ) as model
        returning task_id, current_step_id, created_at
    ),

    item as (
        insert into ops.task_item (
            task_id, role_user_id, step_id, origin, status, assigned_on, acted_on, closed_at
        )
        select task_id, role_user_id, current_step_id, %(origin)s, 'resolved', task.created_at,
            task.created_at + interval '1 hour', task.created_at + interval '1 hour'
        from task
        cross join ops.role_user
        where user_id = %(user)s
    )

    insert into ops.task_event (task_id, kind, to_status, to_step_id, occurred_at)
    select task_id, 'created', 'pending', current_step_id, created_at from task
    union all
    select task_id, 'completed', 'completed', current_step_id, created_at + interval '1 hour' from task
"""


_CALENDAR = """
    with made as (insert into ops.calendar (name) values ('Plants') returning calendar_id),

    revised as (
        insert into ops.calendar_revision (calendar_id, revision, definition)
        select calendar_id, 1, %s from made
        returning calendar_revision_id
    )

    update ops.task set calendar_revision_id = revised.calendar_revision_id from revised
"""


def last_weekday(back: int) -> date:
    """The newest Wednesday that lies so many days back at least."""
    day = datetime.now(UTC).date() - timedelta(days=back)
    return day - timedelta(days=(day.weekday() - 2) % 7)


SPIKE = last_weekday(20)
# One person is given the work of all.
CROWDED = last_weekday(10)
LONE_ESCALATION = last_weekday(3)


def day_before(back: int) -> date:
    return datetime.now(UTC).date() - timedelta(days=back)


# In the desk of chance: thrice the tickets, none at all, all of them escalated, and a day off. Its days are
# counted back from today, its weekends too, so that every day's run sees the same desk.
LONG, LONG_WEEKDAY, LONG_WEEKEND, LONG_PEOPLE = 180, 24, 4, 12
SPIKES, CLOSED = (day_before(11), day_before(39)), (day_before(25),)
BURST, HOLIDAY = day_before(53), day_before(18)


def plant_desk(url: str) -> None:
    """Twelve tickets on weekdays and two on others; three times as many Alphas on the day of the spike."""
    fill_desk(url, tickets=1, days=DAYS)
    _add(url, _tickets())


def plant_chance(url: str, *, seed: int) -> None:
    """Twice as many on average, by chance, counted by a calendar that one day is a holiday of."""
    fill_desk(url, tickets=1, days=LONG)
    _add(url, _tickets_by_chance(seed))
    office = Office("UTC", (((9 * 60, 17 * 60),),) * 7, frozenset({HOLIDAY}))
    with psycopg.connect(url) as connection:
        connection.execute(_CALENDAR, [Jsonb(definition_of(office))])


def _add(url: str, tickets: list[dict[str, Any]]) -> None:
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        cursor.executemany(_ADD, tickets)


def _tickets() -> list[dict[str, Any]]:
    tickets = []
    for day in map(day_before, range(DAYS, 0, -1)):
        count = WEEKEND if day.weekday() in {5, 6} else WEEKDAY
        categories = ["Alpha" if number % 3 else "Beta" for number in range(count)]
        if day == SPIKE:
            categories += ["Alpha"] * count * (FACTOR - 1)
        for number, category in enumerate(categories):
            user = 1 if day == CROWDED else 1 + number % PEOPLE
            is_escalated = day == LONE_ESCALATION and number == 0
            tickets.append(_ticket(day, number, category, user, is_escalated=is_escalated))
    return tickets


def _tickets_by_chance(seed: int) -> list[dict[str, Any]]:
    random = np.random.default_rng(seed)
    tickets = []
    for back in range(LONG, 0, -1):
        day = day_before(back)
        count = random.poisson(LONG_WEEKEND if back % 7 in {0, 1} else LONG_WEEKDAY)
        count *= FACTOR if day in SPIKES else 1
        for number in range(0 if day in {*CLOSED, HOLIDAY} else count):
            is_escalated = random.random() < 0.02 or day == BURST
            category = "Alpha" if random.random() < 2 / 3 else "Beta"
            user = int(random.integers(1, LONG_PEOPLE + 1))
            tickets.append(_ticket(day, number, category, user, is_escalated=is_escalated))
    return tickets


def _ticket(day: date, number: int, category: str, user: int, *, is_escalated: bool) -> dict[str, Any]:
    return {
        "number": f"P-{day}-{number}",
        "category": category,
        "at": datetime.combine(day, time(8), UTC) + timedelta(minutes=number),
        "origin": "Escalation" if is_escalated else "System",
        "user": user,
    }
