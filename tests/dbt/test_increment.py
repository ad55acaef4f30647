"""Tables that are made anew from the first day that changed must be what making them whole gives."""

from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from pipelines.resources.dbt import Dbt, project_manifest
from pipelines.settings import PipelineSettings

WHOLE_TABLES = (
    "build.ticket_cube", "build.user_days", "build.work_cube", "build.duration_histogram",
    "build.durations_to_date", "build.ticket_versions", "marts.ticket_volume",
)  # fmt: skip
# The desk ends at the present; builds of it are judged later, so that ages and states move on between them.
FIRST = datetime.now(UTC) + timedelta(hours=1)
LATER = FIRST + timedelta(days=2)
# What happens to a desk between two builds, old days and new ones, things that come and things that go.
CHANGES = {
    "nothing": "select",
    "an old ticket is deleted": """
        update ops.task set deleted_at = now()
        where task_id = (select task_id from ops.task order by created_at limit 1)
    """,
    "a ticket changes its category": """
        update ops.ticket_snapshot set category = 'Moved'
        where ticket_id = (
            select ticket_id from ops.task where deleted_at is null order by created_at desc limit 1
        )
    """,
    "a person takes an item over": """
        update ops.task_item set role_user_id = (select max(role_user_id) from ops.role_user)
        where task_item_id = (select min(task_item_id) from ops.task_item)
    """,
    "a hold is told late": """
        insert into ops.task_event (task_id, kind, from_status, to_status, occurred_at)
        select
            task_id, told.kind, told.from_status, told.to_status,
            created_at + (resolution_time - created_at) * told.share
        from (
            select * from ops.task where status = 'completed' and deleted_at is null
            order by created_at offset 50 limit 1
        ) as task
        cross join (
            values ('held', 'in progress', 'on_hold', 0.4), ('resumed', 'on_hold', 'in progress', 0.6)
        ) as told (kind, from_status, to_status, share)
    """,
    "a deadline is corrected": """
        update ops.task set
            at_risk_at = at_risk_at + interval '1 hour',
            critical_at = critical_at + interval '1 hour',
            target_resolution = target_resolution + interval '1 hour'
        where task_id = (
            select task_id from ops.task
            where status = 'completed' and sla_source = 'policy' and deleted_at is null
            order by created_at offset 70 limit 1
        )
    """,
    "the only ticket of a month is resolved later than it was": """
        update ops.task set resolution_time = resolution_time + interval '3 days'
        where task_id = (
            select task_id from ops.task where status = 'completed' and deleted_at is null
            order by created_at offset 100 limit 1
        )
    """,
}


def build(*options: str, as_of: datetime) -> None:
    arguments = ["run", "--exclude", "source:ml+", "--vars", f"{{as_of: '{as_of.isoformat()}'}}", *options]
    result = Dbt(PipelineSettings()).invoke(arguments, project_manifest())
    assert result.success, [each.message for each in result.result.results if each.status == "error"]


def kept_rows(connection: psycopg.Connection) -> dict[str, list[str]]:
    return {
        table: [
            row
            for (row,) in connection.execute(
                f"select row_to_json(kept)::text as told from {table} as kept order by told"
            )
        ]
        for table in WHOLE_TABLES
    }


def first_day(connection: psycopg.Connection, column: str = "first_day") -> str:
    row = connection.execute(f"select {column}::text from intermediate.int_changes__first_day").fetchone()
    assert row is not None
    return str(row[0])


@pytest.fixture(scope="module", autouse=True)
def first_build(desk_url: str) -> None:  # noqa: ARG001 - the desk to build from
    build(as_of=FIRST)


@pytest.mark.parametrize("change", CHANGES)
def test_an_increment_is_the_whole(connection: psycopg.Connection, change: str) -> None:
    connection.execute(CHANGES[change])

    build(as_of=LATER)
    began = first_day(connection)
    by_increment = kept_rows(connection)
    build("--full-refresh", as_of=LATER)

    assert began != "-infinity"
    assert by_increment == kept_rows(connection)


def test_a_build_that_ended_half_way_is_made_good(connection: psycopg.Connection) -> None:
    build(as_of=LATER)
    connection.execute("create table kept_days as table build.built_days")
    connection.execute(CHANGES["an old ticket is deleted"])
    build(as_of=LATER + timedelta(days=1))
    half_way = first_day(connection)
    # As if the run had ended before it noted what it was made of, and the change had been taken back.
    connection.execute("truncate build.built_days")
    connection.execute("insert into build.built_days table kept_days")
    connection.execute("update ops.task set deleted_at = null where deleted_at is not null")

    build(as_of=LATER + timedelta(days=2))
    began = first_day(connection)
    made_good = kept_rows(connection)
    build("--full-refresh", as_of=LATER + timedelta(days=2))

    assert began <= half_way
    assert made_good == kept_rows(connection)


def test_what_durations_amount_to_is_made_good(connection: psycopg.Connection) -> None:
    build(as_of=LATER)
    connection.execute(CHANGES["the only ticket of a month is resolved later than it was"])
    # As if the run had ended between the two tables.
    build("--select", "+duration_histogram", as_of=LATER + timedelta(days=1))

    build(as_of=LATER + timedelta(days=2))
    made_good = kept_rows(connection)
    build("--full-refresh", as_of=LATER + timedelta(days=2))

    assert made_good == kept_rows(connection)


def test_what_no_publication_has_taken_over_is_remembered(connection: psycopg.Connection) -> None:
    build(as_of=LATER)
    connection.execute("update intermediate.int_changes__first_day set unpublished_from = 'infinity'")
    connection.execute(CHANGES["an old ticket is deleted"])
    build(as_of=LATER)
    oldest = first_day(connection)

    build(as_of=LATER + timedelta(days=1))

    assert first_day(connection) > oldest
    assert first_day(connection, "unpublished_from") == oldest
