"""Where the time of a publication goes, by looking at it every few milliseconds."""

import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import psycopg

SQL, DBT, CHECKS, DAGSTER, OTHER = "SQL", "dbt", "checks", "Dagster", "other"
PARTS = (SQL, DBT, CHECKS, DAGSTER, OTHER)
LOOK_SECONDS = 0.02
_IS_BUSY = """
    select exists (
        select from pg_stat_activity
        where
            datname = current_database() and state = 'active' and backend_type = 'client backend'
            and pid <> pg_backend_pid()
    )
"""
# The innermost of these on the stack is who works.
_PACKAGES = (("dbt", DBT), ("great_expectations", CHECKS), ("dagster", DAGSTER))


@contextmanager
def watched(database_url: str) -> Iterator[Counter[str]]:
    """Count what the block is seen at, at even distances: a statement of the server, else a library.

    The parts that follow from it are shares of the wall time: while a statement runs, the time is SQL's,
    whatever waits for it.
    """
    seen: Counter[str] = Counter()
    done = threading.Event()
    main = threading.get_ident()

    def look() -> None:
        with psycopg.connect(database_url, autocommit=True) as connection:
            while not done.wait(LOOK_SECONDS):
                (is_busy,) = connection.execute(_IS_BUSY).fetchone() or (False,)
                seen[SQL if is_busy else _library(sys._current_frames().get(main))] += 1  # noqa: SLF001 - the one way

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    try:
        yield seen
    finally:
        done.set()
        watcher.join()


def _library(frame: FrameType | None) -> str:
    while frame is not None:
        module = frame.f_globals.get("__name__", "").partition(".")[0]
        for package, part in _PACKAGES:
            if module == package:
                return part
        frame = frame.f_back
    return OTHER
