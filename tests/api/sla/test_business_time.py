"""Working time in SQL: what Python says, to the microsecond."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random

import psycopg
import pytest

from api.sla.calendars import END, EPOCH, MICROSECOND
from tests.api.sla.lives import DAY_SHIFTS, ZONES, live_in_sql, lives_of, offices_of, working_time_of
from tests.api.sla.oracle import Office
from tests.api.sla.sql_clock import SqlClock

LIVES = 60
BERLIN = Office("Europe/Berlin", DAY_SHIFTS, frozenset({date(2025, 5, 1)}))


@pytest.fixture(scope="module")
def sql_clock(module_database_url: str) -> Iterator[SqlClock]:
    with psycopg.connect(module_database_url) as connection:
        # A session of another zone, with days of 23 and of 25 hours, must change nothing.
        connection.execute("set time zone 'America/New_York'")
        yield SqlClock(connection)


def worked(clock: SqlClock, office: Office | None, since: datetime, until: datetime) -> Decimal:
    revision = clock.revision_of(office)
    row = clock.connection.execute(
        "select ops.working_seconds(%s, %s, %s)", [revision, since, until]
    ).fetchone()
    assert row is not None
    return Decimal(row[0])


def target(clock: SqlClock, office: Office | None, since: datetime, seconds: Decimal) -> datetime:
    revision = clock.revision_of(office)
    row = clock.connection.execute(
        "select ops.working_target(%s, %s, %s)", [revision, since, seconds]
    ).fetchone()
    assert row is not None
    found: datetime = row[0]
    return found.astimezone(UTC)


@pytest.mark.parametrize("zone", ZONES)
class TestEveryZone:
    def test_sql_is_python_is_oracle(self, sql_clock: SqlClock, zone: str) -> None:
        different = live_in_sql(sql_clock, lives_of(zone, LIVES))
        assert not [(life.events, life.expected()) for life in different[:1]]

    def test_any_stretch_to_the_microsecond(self, sql_clock: SqlClock, zone: str) -> None:
        random = Random(zone)  # noqa: S311 - the same stretches at every run
        for _ in range(60):
            office = random.choice(offices_of(zone))
            python = working_time_of(office)
            since = ZONES[zone].first + MICROSECOND * random.randrange(500 * 86_400_000_000)
            until = since + MICROSECOND * random.randrange(-1, random.choice((10**9, 10**12, 10**14)))
            seconds = Decimal(random.randrange(random.choice((2, 10**7, 10**12)))) / 1_000_000
            duration = MICROSECOND * int(seconds * 1_000_000)

            assert (
                worked(sql_clock, office, since, until)
                == Decimal(python.between(since, until) // MICROSECOND) / 1_000_000
            ), (office, since, until)
            assert target(sql_clock, office, since, seconds) == python.add(since, duration), (office, since)


class TestEdges:
    @pytest.mark.parametrize(
        ("since", "until"),
        [
            (datetime(1969, 12, 1, tzinfo=UTC), datetime(1970, 1, 9, tzinfo=UTC)),
            (datetime(2099, 12, 20, tzinfo=UTC), datetime(2100, 3, 1, tzinfo=UTC)),
            (datetime(2100, 2, 1, tzinfo=UTC), datetime(2100, 3, 1, tzinfo=UTC)),
            (datetime(2025, 4, 30, tzinfo=UTC), datetime(2025, 5, 2, 23, 59, tzinfo=UTC)),
        ],
    )
    def test_years_of_a_calendar_end(self, sql_clock: SqlClock, since: datetime, until: datetime) -> None:
        expected = working_time_of(BERLIN).between(since, until)
        assert worked(sql_clock, BERLIN, since, until) == Decimal(expected // MICROSECOND) / 1_000_000

    def test_work_that_is_never_done_is_due_at_the_end(self, sql_clock: SqlClock) -> None:
        start = datetime(2095, 1, 1, tzinfo=UTC)
        assert target(sql_clock, BERLIN, start, Decimal(10**9)) == END

    def test_an_hour_of_work_before_the_epoch_begins_with_it(self, sql_clock: SqlClock) -> None:
        expected = working_time_of(BERLIN).add(EPOCH - timedelta(days=9), timedelta(hours=1))
        assert target(sql_clock, BERLIN, EPOCH - timedelta(days=9), Decimal(3600)) == expected

    def test_due_at_closing_time_rather_than_the_next_morning(self, sql_clock: SqlClock) -> None:
        # On Fridays the office closes at 16:00, which in summer is 14:00 UTC.
        start = datetime(2025, 6, 6, 13, 30, tzinfo=UTC)
        assert target(sql_clock, BERLIN, start, Decimal(1800)) == datetime(2025, 6, 6, 14, tzinfo=UTC)

    def test_no_duration_is_due_at_once(self, sql_clock: SqlClock) -> None:
        saturday = datetime(2025, 6, 7, 3, tzinfo=UTC)
        assert target(sql_clock, BERLIN, saturday, Decimal(0)) == saturday

    def test_around_the_clock_every_second_counts(self, sql_clock: SqlClock) -> None:
        start = datetime(2025, 3, 30, tzinfo=UTC)
        assert worked(sql_clock, None, start, start + timedelta(hours=5, microseconds=1)) == Decimal(
            "18000.000001"
        )
        assert worked(sql_clock, None, start, start - timedelta(hours=5)) == 0
        assert target(sql_clock, None, start, Decimal("0.5")) == start + timedelta(seconds=0.5)

    def test_roles_may_ask(self, sql_clock: SqlClock) -> None:
        for role in ("sluice_api", "sluice_pipeline"):
            with sql_clock.connection.transaction(force_rollback=True):
                revision = sql_clock.revision_of(BERLIN)
                sql_clock.connection.execute(f"set local role {role}".encode())
                row = sql_clock.connection.execute(
                    "select ops.working_target(%s, now(), 9), ops.working_seconds(%s, now(), now())",
                    [revision, revision],
                ).fetchone()
                assert row is not None
