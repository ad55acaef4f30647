"""Forecasts in the ledger, and what somebody might do to them."""

from typing import Any

import psycopg


def issue_run(connection: psycopg.Connection[Any], level: float) -> int:
    """Add a run with one series, which forecasts the same for two days, and tell its number."""
    row = connection.execute(
        """
        with run as (
            insert into ml.forecast_run (kind, model_version, trained_at, data_as_of, params)
            values ('ticket_volume', '1', '2026-03-10 12:00Z', '2026-03-10 11:59Z', '{}') returning run_id
        ),
        series as (
            insert into ml.forecast_series (run_id, series_key, champion, fallback, n_obs, quality, warnings)
            select run_id, '00000000-0000-0000-0000-000000000001', 'prophet', false, 90, '{}', '[]' from run
            returning run_id, series_key
        )
        insert into ml.forecast_point
        select run_id, series_key, 'daily', ds, %(level)s, 0, 1e9, 0, 1e9, 0, 1e9
        from series cross join (values (date '2026-03-10'), ('2026-03-11')) as days (ds)
        returning run_id
        """,
        {"level": level},
    ).fetchone()
    assert row is not None
    return int(row[0])


def issue_hours(connection: psycopg.Connection[Any], run_id: int) -> None:
    """Add the hours of the first day of a run's series."""
    connection.execute(
        """
        insert into ml.forecast_hours
        select run_id, series_key, '2026-03-10', array_fill(0.5, array[24]), '{}', '{1,2,3}', '{}', '[]'
        from ml.forecast_series where run_id = %s
        """,
        [run_id],
    )


def change_unguarded(connection: psycopg.Connection[Any], statement: str) -> None:
    """Do as the owner of the database can: past its triggers."""
    with connection.transaction():
        connection.execute("set local session_replication_role = replica")
        connection.execute(statement)
