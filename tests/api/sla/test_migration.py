"""The migration on a database with tasks in it, up and down."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from alembic import command

from api.kit.db import with_database
from api.migrations.runner import alembic_config
from tests.conftest import temporary_database
from tests.factories.desk import Desk

BEFORE, AFTER = "d0be75d1ea0e", "5a1c0e6d2b31"
START = datetime(2026, 3, 28, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def old_database(server_url: str) -> Iterator[str]:
    with temporary_database(server_url) as name:
        url = with_database(server_url, name)
        command.upgrade(alembic_config(url), BEFORE)
        # A day of this time zone and this week has 23 hours.
        Desk(url).execute(f"alter database \"{name}\" set timezone to 'Europe/Berlin'")
        yield url


def fill(desk: Desk) -> None:
    desk.execute(
        "insert into ops.workflow "
        "(name, category, sub_category, department, urgent_sla, low_sla, created_at) "
        "values ('Flow', 'c', 's', 'd', '4 hours', '40 hours', %s)",
        START - timedelta(days=9),
    )
    desk.execute(
        "insert into ops.workflow_version (workflow_id, version, definition, definition_hash) "
        "select workflow_id, 1, '{}', 'x' from ops.workflow"
    )
    desk.execute(
        "insert into ops.ticket_snapshot (ticket_number, subject, status, priority, submit_date) "
        "select 'T-' || n, 'Old', 'New', 'Low', now() from generate_series(1, 3) as n"
    )
    for ticket_id, held, target in ((1, 0, 40 * HOUR), (2, 7200, 42 * HOUR), (3, 0, None)):
        desk.execute(
            "insert into ops.task (ticket_id, workflow_id, workflow_version_id, priority_at_start, "
            "sla_started_at, hold_seconds, sla_source, target_resolution) "
            "values (%s, 1, 1, 'Low', %s, %s, %s, %s)",
            ticket_id,
            START,
            held,
            "policy" if target else "none",
            START + target if target else None,
        )


def test_tasks_and_promises_are_carried_over_and_back(old_database: str) -> None:
    desk = Desk(old_database)
    fill(desk)
    tasks_before = desk.execute("select * from ops.task order by 1")

    command.upgrade(alembic_config(old_database), AFTER)

    rows = desk.execute("select at_risk_at, critical_at, calendar_revision_id from ops.task order by task_id")
    assert [(row["at_risk_at"], row["critical_at"]) for row in rows] == [
        (START + 32 * HOUR, START + 36 * HOUR),
        (START + 34 * HOUR, START + 38 * HOUR),
        (None, None),
    ]
    promises = desk.execute("select priority, duration, effective_at from ops.sla_policy order by duration")
    made_at = START - timedelta(days=9)
    assert [tuple(row.values()) for row in promises] == [
        ("Critical", 4 * HOUR, made_at),
        ("Low", 40 * HOUR, made_at),
    ]

    command.downgrade(alembic_config(old_database), BEFORE)
    assert desk.execute("select * from ops.task order by 1") == tasks_before
    command.upgrade(alembic_config(old_database), AFTER)


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("update ops.sla_policy set duration = '1 hour'", "append-only"),
        ("truncate ops.sla_policy", "append-only"),
        ("delete from ops.sla_policy", "kept as long as the workflow"),
        ("delete from ops.calendar_revision", "append-only"),
        ("update ops.calendar_revision set revision = 9", "append-only"),
        ("update ops.task set critical_at = null where task_id = 1", "deadlines_together"),
        ("update ops.task set at_risk_at = target_resolution where task_id = 1", "deadlines_in_order"),
    ],
)
def test_database_refuses_to_forget(database_url: str, statement: str, said: str) -> None:
    desk = Desk(database_url)
    desk.execute(
        "insert into ops.workflow (name, category, sub_category, department) values ('Flow', 'c', 's', 'd')"
    )
    desk.execute(
        "insert into ops.workflow_version (workflow_id, version, definition, definition_hash) "
        "select workflow_id, 1, '{}', 'x' from ops.workflow"
    )
    desk.execute(
        "insert into ops.sla_policy (workflow_id, priority, duration, effective_at) "
        "values (1, 'Low', '9 h', now())"
    )
    desk.execute(
        "insert into ops.ticket_snapshot (ticket_number, subject, status, priority, submit_date) "
        "values ('T-1', 'Old', 'New', 'Low', now())"
    )
    desk.execute(
        "insert into ops.task (ticket_id, workflow_id, workflow_version_id, priority_at_start, sla_source, "
        "sla_started_at, at_risk_at, critical_at, target_resolution) "
        "values (1, 1, 1, 'Low', 'policy', now(), now() + '8 h', now() + '9 h', now() + '10 h')"
    )
    with pytest.raises(psycopg.Error, match=said):
        desk.execute(statement)


def test_a_policy_goes_with_its_workflow(database_url: str) -> None:
    desk = Desk(database_url)
    desk.execute(
        "insert into ops.workflow (name, category, sub_category, department) values ('Flow', 'c', 's', 'd')"
    )
    desk.execute(
        "insert into ops.sla_policy (workflow_id, priority, duration, effective_at) "
        "values (1, 'Low', '9 h', now())"
    )
    desk.execute("delete from ops.workflow")
    assert desk.scalar("select count(*) from ops.sla_policy") == 0
