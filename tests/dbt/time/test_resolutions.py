"""What the forecast of resolution times learns from, against the marts."""

import psycopg
import pytest

from ml.resolution_trend.cohorts import SHORTEST_HOURS, History
from pipelines.defs.ticket_volume.resolution import read_resolutions
from tests.dbt.time.conftest import ToldDesk

TIMES = """
    select
        times.net_resolution_seconds,
        extract(epoch from tickets.as_of - tickets.created_at)::float8 - times.on_hold_seconds
            as net_age_seconds,
        tickets.is_open
    from marts.fct_tickets as tickets inner join marts.fct_ticket_times as times using (task_id)
    where tickets.created_at > tickets.as_of - interval '365 days' and tickets.status <> 'cancelled'
    order by tickets.created_at, tickets.task_id
"""


def test_times_without_holds_are_those_of_the_marts(told_desk: ToldDesk) -> None:
    with psycopg.connect(told_desk.connection.info.dsn) as connection:
        resolutions = read_resolutions(connection)
    tickets = resolutions.tickets
    is_told = (tickets["is_resolved"] | tickets["ended_at"].isna()).to_numpy()
    order = tickets["created_at"].argsort(kind="stable").to_numpy()
    known = History(tickets, resolutions.holds).as_of(told_desk.as_of.timestamp() / 3600)
    rows = told_desk.rows(TIMES)
    assert len(resolutions.holds) > 20
    assert len(rows) == is_told.sum() > 100
    hours, resolved = (values[is_told[order]] for values in (known.hours, known.resolved))
    for row, told, is_resolved in zip(rows, hours, resolved, strict=True):
        seconds = row["net_age_seconds"] if row["is_open"] else row["net_resolution_seconds"]
        assert is_resolved != row["is_open"]
        # Whole seconds there, and holds counted in them.
        assert told == pytest.approx(max(seconds / 3600, SHORTEST_HOURS), abs=5 / 3600)
