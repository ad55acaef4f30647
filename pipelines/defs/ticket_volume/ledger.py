"""The ledger of issued forecasts: each run bears the hash of its rows and of the run before it.

The database refuses to change or remove a row; who can take that guard away still leaves a hash that no
longer fits. Removing the newest runs with their seals is the one change that the chain does not tell.
"""

import hashlib
from collections.abc import Iterator
from datetime import datetime

import psycopg
from psycopg import sql

_FIRST_LINK = bytes(32)
# Instants and floats are hashed as text, which must not depend on who asks.
_SETTINGS = """
    select set_config('TimeZone', 'UTC', true), set_config('DateStyle', 'ISO', true),
        set_config('extra_float_digits', '1', true)
"""
_RUNS = """
    select run.run_id, run.trained_at, seal.hash
    from ml.forecast_run as run left join ml.forecast_seal as seal using (run_id)
    order by run.run_id
"""
_CONTENT = """
    copy (
        select told
        from (
            select 0 as part, '' as place, run::text as told
            from ml.forecast_run as run where run_id = {run}
            union all
            select 1, series_key::text, series::text
            from ml.forecast_series as series where run_id = {run}
            union all
            select 2, concat(series_key, granularity, ds), point::text
            from ml.forecast_point as point where run_id = {run}
            union all
            -- Runs from before there were hours have none, and their text is what it was.
            select 3, series_key::text, hours::text
            from ml.forecast_hours as hours where run_id = {run}
        ) as written
        order by part, place collate "C"
    ) to stdout
"""
_SEAL = "insert into ml.forecast_seal (run_id, hash) values (%s, %s)"


def seal_run(connection: psycopg.Connection, run_id: int) -> None:
    """Seal the run that was just written, and where nothing is sealed yet those before it.

    Any other run without a seal was slipped in: it never gets one.
    """
    runs = _read_runs(connection)
    is_first = all(sealed is None for _, _, sealed in runs)
    link = _FIRST_LINK
    for known, _, sealed in runs:
        if sealed is not None:
            link = sealed
        elif is_first or known == run_id:
            link = _hash_of(connection, known, link)
            connection.execute(_SEAL, [known, link])


def find_broken_seals(connection: psycopg.Connection) -> Iterator[str]:
    """Hash every run anew and say in a sentence what is not as it was written."""
    link = _FIRST_LINK
    for run_id, trained_at, sealed in _read_runs(connection):
        if broken := _broken_seal(connection, run_id, trained_at, sealed, link):
            yield broken
        link = sealed or link


def find_broken_seal_of_newest(connection: psycopg.Connection) -> str | None:
    """The same of the newest run, which is the one that is served; before the first seal there is none."""
    runs = _read_runs(connection)
    seals = [sealed for _, _, sealed in runs if sealed is not None]
    if not seals:
        return None
    run_id, trained_at, sealed = runs[-1]
    before = seals if sealed is None else seals[:-1]
    return _broken_seal(connection, run_id, trained_at, sealed, before[-1] if before else _FIRST_LINK)


def _broken_seal(
    connection: psycopg.Connection, run_id: int, trained_at: datetime, sealed: bytes | None, link: bytes
) -> str | None:
    run = f"run {run_id} of {trained_at:%Y-%m-%d}"
    if sealed is None:
        return f"{run} has no seal: no training of the pipeline ended with it"
    if _hash_of(connection, run_id, link) != sealed:
        return (
            f"{run} is not what was sealed: rows of it were changed, added or removed, "
            "or the run before it was removed"
        )
    return None


def _read_runs(connection: psycopg.Connection) -> list[tuple[int, datetime, bytes | None]]:
    connection.execute(_SETTINGS)
    return connection.execute(_RUNS).fetchall()


def _hash_of(connection: psycopg.Connection, run_id: int, link: bytes) -> bytes:
    digest = hashlib.sha256(link)
    with (
        connection.cursor() as cursor,
        cursor.copy(sql.SQL(_CONTENT).format(run=sql.Literal(run_id))) as rows,
    ):
        for part in rows:
            digest.update(part)
    return digest.digest()
