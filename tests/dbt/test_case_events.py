"""What models learn from must not change when a ticket goes on: no row may know what came after it."""

from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from tests.dbt.test_increment import build

FIRST = datetime.now(UTC) + timedelta(hours=1)
LATER = FIRST + timedelta(days=3)
ROWS = """
    select row_to_json(told)::text
    from marts.case_events as told
    where told.occurred_at < %s
    order by told.task_id, told.row_number
"""
OPEN = "(select min(task_id) from ops.task where status in ('pending', 'in progress') and deleted_at is null)"
GOES_ON = f"""
    insert into ops.ticket_event (ticket_id, kind, from_value, to_value, occurred_at, recorded_at)
    select
        ticket.ticket_id, 'priority_changed', ticket.priority,
        case ticket.priority when 'Critical' then 'Low' else 'Critical' end, %(then)s, %(then)s
    from ops.task inner join ops.ticket_snapshot as ticket using (ticket_id)
    where task_id = {OPEN};
    insert into ops.ticket_event (ticket_id, kind, from_value, to_value, occurred_at, recorded_at)
    select ticket.ticket_id, 'category_changed', ticket.category, 'Moved', %(then)s, %(then)s
    from ops.task inner join ops.ticket_snapshot as ticket using (ticket_id)
    where task_id = {OPEN};
    update ops.ticket_snapshot as ticket
    set priority = case ticket.priority when 'Critical' then 'Low' else 'Critical' end, category = 'Moved'
    from ops.task
    where task.ticket_id = ticket.ticket_id and task.task_id = {OPEN};
    insert into ops.task_event (
        task_id, kind, from_step_id, to_step_id, from_status, to_status, occurred_at, recorded_at
    )
    select task_id, 'held', current_step_id, current_step_id, status, 'on_hold', %(then)s, %(then)s
    from ops.task where task_id = {OPEN};
"""


def rows(connection: psycopg.Connection) -> list[str]:
    return [row for (row,) in connection.execute(ROWS, [FIRST])]


@pytest.mark.usefixtures("desk_url")
def test_what_happens_later_changes_no_earlier_row(connection: psycopg.Connection) -> None:
    build(as_of=FIRST)
    before = rows(connection)
    assert len(before) > 1000

    for statement in GOES_ON.split(";\n")[:-1]:
        changed = connection.execute(statement, {"then": FIRST + timedelta(hours=5)})
        assert changed.rowcount == 1
    build(as_of=LATER)

    assert rows(connection) == before


@pytest.mark.usefixtures("desk_url")
def test_a_look_has_what_the_event_before_it_left(connection: psycopg.Connection) -> None:
    told = connection.execute(
        """
        select kind, status, group_name, assignee_user_id
        from marts.case_events
        where task_id = (select task_id from marts.case_events where kind = 'looked_at' order by 1 limit 1)
        order by row_number
        """
    ).fetchall()
    looks = [place for place, (kind, *_) in enumerate(told) if kind == "looked_at"]
    assert looks
    for place in looks:
        assert told[place][1:] == told[place - 1][1:]
