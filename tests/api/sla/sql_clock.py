"""The SLA clock as SQL functions tell it, to be held against the one in Python and against the oracle."""

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol

import psycopg

from api.sla.definitions import WEEKDAYS
from tests.api.sla.oracle import Office, Promise

_VERDICTS = """
select held, ops.working_target(revision, start, held + seconds * 0.8) as at_risk_at,
    ops.working_target(revision, start, held + seconds * 0.9) as critical_at,
    ops.working_target(revision, start, held + seconds) as target
from jsonb_to_recordset(%s) as life (
    number integer, revision bigint, start timestamptz, seconds numeric, pauses jsonb
)
cross join lateral (
    select coalesce(sum(ops.working_seconds(revision, since, until)), 0) as held
    from jsonb_to_recordset(pauses) as pause (since timestamptz, until timestamptz)
) as stood
order by number
"""

SqlVerdict = tuple[timedelta, datetime, datetime, datetime]


class LifeLike(Protocol):
    start: datetime
    promise: Promise
    pauses: list[tuple[datetime, datetime]]


class SqlClock:
    """A database that knows the calendars of the offices it is asked about."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self.connection = connection
        self._revisions: dict[Office, int] = {}

    def verdicts(self, lives: Iterable[LifeLike]) -> list[SqlVerdict]:
        """Tell of each life the working time that it was held, and when it is at risk, critical and due."""
        told = [
            {
                "number": number,
                "revision": self.revision_of(life.promise.office),
                "start": life.start.isoformat(),
                "seconds": life.promise.seconds,
                "pauses": [
                    {"since": since.isoformat(), "until": until.isoformat()} for since, until in life.pauses
                ],
            }
            for number, life in enumerate(lives)
        ]
        rows = self.connection.execute(_VERDICTS, [json.dumps(told)])
        return [
            (
                timedelta(seconds=float(held)),
                # Python takes no instant in an hour that a zone repeats for equal to one of another zone.
                at_risk.astimezone(UTC), critical.astimezone(UTC), target.astimezone(UTC),
            )
            for held, at_risk, critical, target in rows
        ]  # fmt: skip

    def revision_of(self, office: Office | None) -> int | None:
        """Register an office's calendar, if it is not yet; None is around the clock."""
        if office is None:
            return None
        if office not in self._revisions:
            row = self.connection.execute(
                "with made as (insert into ops.calendar (name) values (%s) returning calendar_id) "
                "insert into ops.calendar_revision (calendar_id, revision, definition) "
                "select calendar_id, 1, %s from made returning calendar_revision_id",
                [f"{office.zone} {len(self._revisions)}", json.dumps(definition_of(office))],
            ).fetchone()
            assert row is not None
            self._revisions[office] = row[0]
        return self._revisions[office]


def definition_of(office: Office) -> dict[str, object]:
    """Write an office's calendar as `ops.calendar_revision` keeps it."""
    return {
        "time_zone": office.zone,
        "weekly_hours": {
            weekday: [{"opens": _wall(opens), "closes": _wall(closes)} for opens, closes in hours]
            for weekday, hours in zip(WEEKDAYS, _in_any_order(office.hours), strict=True)
        },
        "closed_on": sorted(day.isoformat() for day in office.holidays),
    }


def _in_any_order(hours: Sequence[Sequence[tuple[int, int]]]) -> list[list[tuple[int, int]]]:
    return [list(reversed(day)) for day in hours]


def _wall(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
