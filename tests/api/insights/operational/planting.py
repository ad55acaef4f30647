"""A desk whose days are known: a pattern of weekdays, and a few days planted into it."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import psycopg

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


def last_weekday(back: int) -> date:
    """The newest Wednesday that lies so many days back at least."""
    day = datetime.now(UTC).date() - timedelta(days=back)
    return day - timedelta(days=(day.weekday() - 2) % 7)


SPIKE = last_weekday(20)
# One person is given the work of all.
CROWDED = last_weekday(10)
LONE_ESCALATION = last_weekday(3)


def plant_desk(url: str) -> None:
    """Twelve tickets on weekdays and two on others; three times as many Alphas on the day of the spike."""
    fill_desk(url, tickets=1, days=DAYS)
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        cursor.executemany(_ADD, _tickets())


def _tickets() -> list[dict[str, Any]]:
    today = datetime.now(UTC).date()
    tickets = []
    for day in (today - timedelta(days=back) for back in range(DAYS, 0, -1)):
        count = WEEKEND if day.weekday() in {5, 6} else WEEKDAY
        categories = ["Alpha" if number % 3 else "Beta" for number in range(count)]
        if day == SPIKE:
            categories += ["Alpha"] * count * (FACTOR - 1)
        for number, category in enumerate(categories):
            user = 1 if day == CROWDED else 1 + number % PEOPLE
            is_escalated = day == LONE_ESCALATION and number == 0
            tickets.append(
                {
                    "number": f"P-{day}-{number}",
                    "category": category,
                    "at": datetime.combine(day, time(8, number), UTC),
                    "origin": "Escalation" if is_escalated else "System",
                    "user": user,
                }
            )
    return tickets
