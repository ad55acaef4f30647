"""Building days anew, step by step: what is kept by day up to the step's last day, what follows later.

`build.built_days` says from which day on is yet to be built. Any build reads it, so an ordinary publication
finishes what a backfill has begun, and nothing of a half-built history is ever published.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from pipelines.defs.warehouse.build import KEPT_FROM_BUILD_TO_BUILD, run_dbt
from pipelines.resources.build_lock import BuildLock
from pipelines.resources.postgres import Postgres

STEP_DAYS = 7

# What built_days is made of, without what the steps make anew.
_FACTS = ["run", "--select", "+built_days", "--exclude", KEPT_FROM_BUILD_TO_BUILD]
_STEP = ["run", "--select", f"{KEPT_FROM_BUILD_TO_BUILD},+built_days"]

_IS_BUILT = "select to_regclass('build.built_days') is not null"
_BEGIN = """
    insert into serving.backfills (first_day, last_day) values (%(first)s, %(last)s)
    on conflict (first_day, last_day) where built_at is null do nothing
    returning true
"""
# An unfinished backfill of other days may have to begin earlier.
_MARK = """
    insert into build.built_days (kind, day, digest, definition, as_of)
    select 'yet to be built', %(first)s, 0, max(definition), max(as_of) from build.built_days
    where not exists (
        select from build.built_days where kind = 'yet to be built' and day <= %(first)s
    )
    having count(*) > 0
    on conflict do nothing
"""
_NEXT = "select min(day) from build.built_days where kind = 'yet to be built'"
_NOTE = """
    update serving.backfills set
        built_until = %(until)s,
        built_at = case when %(until)s = last_day then now() end
    where first_day = %(first)s and last_day = %(last)s and built_at is null
"""


@dataclass(frozen=True)
class Days:
    """The days of a backfill, both included."""

    first: date
    last: date

    @property
    def count(self) -> int:
        return (self.last - self.first).days + 1

    def until(self, day: date) -> int:
        """How many of the days are not after that one."""
        return max(0, min((day - self.first).days + 1, self.count))


def rebuild_days(days: Days, postgres: Postgres, build_lock: BuildLock) -> Iterator[date]:
    """Build the days anew and yield the last day of each step that is done, going on where one was ended.

    Raises:
        LookupError: nothing has been built yet.
    """
    begin(days, postgres)
    run_dbt(_FACTS)
    until = None
    while (start := _next_day(postgres)) is not None and start <= days.last:
        build_lock.confirm()
        until = min(max(start, days.first) + timedelta(days=STEP_DAYS - 1), days.last)
        run_dbt([*_STEP, "--vars", f"{{last_day: '{until}'}}"])
        _note(days, until, postgres)
        yield until
    if until != days.last:
        # An ordinary build that came between has done the rest.
        _note(days, days.last, postgres)
        yield days.last


def begin(days: Days, postgres: Postgres) -> None:
    """Note that the days are to be built; one that was ended before its last day keeps what it has done."""
    values = {"first": days.first, "last": days.last}
    with postgres.transaction() as connection:
        if connection.execute(_IS_BUILT).fetchone() != (True,):
            message = (
                "Nothing has been built yet, so no day can be built anew: run `sluice pipeline run` first."
            )
            raise LookupError(message)
        if connection.execute(_BEGIN, values).fetchone():
            connection.execute(_MARK, values)


def _next_day(postgres: Postgres) -> date | None:
    with postgres.transaction() as connection:
        row = connection.execute(_NEXT).fetchone()
    day: date | None = row[0] if row else None
    return day


def _note(days: Days, until: date, postgres: Postgres) -> None:
    with postgres.transaction() as connection:
        connection.execute(_NOTE, {"first": days.first, "last": days.last, "until": until})
