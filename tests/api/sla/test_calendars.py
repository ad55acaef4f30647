from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.sla.calendars import AROUND_THE_CLOCK, END, Calendar, Interval, wall_time
from tests.api.sla.oracle import MinuteGrid, Office, Period, utc

OFFICE = [Interval(wall_time(9), wall_time(12)), Interval(wall_time(13), wall_time(17))]
BERLIN = Calendar(ZoneInfo("Europe/Berlin"), [OFFICE] * 5 + [[], []], [date(2026, 12, 25)])
NIGHT = [Interval(wall_time(0), wall_time(4))]
TICK = timedelta(microseconds=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def nights(zone: str) -> Calendar:
    return Calendar(ZoneInfo(zone), [NIGHT] * 7)


class TestAdd:
    @pytest.mark.parametrize(
        ("start", "hours", "due"),
        [
            ("2026-12-21T08:00+01:00", 3, "2026-12-21T12:00+01:00"),
            ("2026-12-21T11:00+01:00", 2, "2026-12-21T14:00+01:00"),
            ("2026-12-21T16:00+01:00", 2, "2026-12-22T10:00+01:00"),
            ("2026-12-24T16:30+01:00", 1, "2026-12-28T09:30+01:00"),
            ("2026-12-26T12:00+01:00", 0, "2026-12-26T12:00+01:00"),
        ],
    )
    def test_counts_working_hours_only(self, start: str, hours: int, due: str) -> None:
        assert BERLIN.add(at(start), timedelta(hours=hours)) == at(due)

    def test_what_is_due_at_closing_time_is_not_due_the_next_morning(self) -> None:
        assert BERLIN.add(at("2026-12-21T16:00+01:00"), timedelta(hours=1)) == at("2026-12-21T17:00+01:00")

    def test_keeps_microseconds(self) -> None:
        start = at("2026-12-21T16:59:59.999999+01:00")
        assert BERLIN.add(start, 3 * TICK) == at("2026-12-22T09:00:00.000002+01:00")

    def test_work_without_end_is_due_at_the_end_of_the_calendar(self) -> None:
        never = Calendar(ZoneInfo("UTC"), [[]] * 7)
        assert never.add(utc(2026, 1, 1), timedelta(hours=1)) == END

    @pytest.mark.parametrize("start", [datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)])
    def test_any_instant_may_be_a_start(self, start: datetime) -> None:
        assert nights("America/New_York").add(start, timedelta(hours=1)) <= END


class TestBetween:
    def test_nothing_is_worked_backwards(self) -> None:
        for calendar in (BERLIN, AROUND_THE_CLOCK):
            assert calendar.between(utc(2026, 2, 2), utc(2026, 1, 1)) == timedelta(0)

    def test_an_hour_the_clocks_skip_does_not_count(self) -> None:
        found = nights("Europe/Berlin").between(at("2026-03-29T00:00+01:00"), at("2026-03-29T12:00+02:00"))
        assert found == timedelta(hours=3)

    def test_an_hour_the_clocks_repeat_counts_twice(self) -> None:
        found = nights("Europe/Berlin").between(at("2026-10-25T00:00+02:00"), at("2026-10-25T12:00+01:00"))
        assert found == timedelta(hours=5)

    def test_half_an_hour_of_summer_time(self) -> None:
        found = nights("Australia/Lord_Howe").between(
            at("2026-04-05T00:00+11:00"), at("2026-04-05T12:00+10:30")
        )
        assert found == timedelta(hours=4, minutes=30)

    def test_a_day_that_never_was_has_no_hours(self) -> None:
        found = nights("Pacific/Apia").between(at("2011-12-29T12:00-10:00"), at("2011-12-31T12:00+14:00"))
        assert found == timedelta(hours=4)

    def test_centuries_are_measured_in_no_time(self) -> None:
        assert BERLIN.between(utc(1, 1, 1), utc(9999, 1, 1)) == BERLIN.between(utc(1970, 1, 1), END)


minutes_of_day = st.lists(st.integers(0, 1440), min_size=2, max_size=6, unique=True).map(
    lambda minutes: tuple(zip(*[iter(sorted(minutes))] * 2, strict=False))
)
hours = st.lists(minutes_of_day, min_size=7, max_size=7).map(tuple)
zones = st.sampled_from(
    [
        "Europe/Berlin",
        "Australia/Lord_Howe",
        "America/Sao_Paulo",
        "America/St_Johns",
        "Pacific/Apia",
        "Asia/Kolkata",
    ]
)
year = Period(utc(2011, 9, 1), utc(2012, 3, 1))
instants = st.datetimes(datetime(2011, 9, 2), datetime(2012, 2, 28), timezones=st.just(UTC))  # noqa: DTZ001 - made aware
offices = st.builds(
    Office, zones, hours, st.frozensets(st.dates(date(2011, 9, 1), date(2012, 3, 1)), max_size=20)
)


def calendar_of(office: Office) -> Calendar:
    weekly = [
        [Interval(wall_time(0, opens), wall_time(0, closes)) for opens, closes in day] for day in office.hours
    ]
    return Calendar(ZoneInfo(office.zone), weekly, office.holidays)


class TestAnyCalendar:
    @given(offices, instants, st.timedeltas(timedelta(0), timedelta(days=60)))
    def test_what_is_added_lies_between(self, office: Office, start: datetime, worked: timedelta) -> None:
        calendar = calendar_of(office)
        due = calendar.add(start, worked)
        if due == END:
            assert calendar.between(start, END) < worked
            return
        assert calendar.between(start, due) == worked
        assert worked == timedelta(0) or calendar.between(start, due - TICK) == worked - TICK

    @given(
        offices,
        instants,
        st.timedeltas(timedelta(0), timedelta(days=9)),
        st.timedeltas(timedelta(0), timedelta(days=9)),
    )
    def test_adding_twice_is_adding_the_sum(
        self, office: Office, start: datetime, one: timedelta, other: timedelta
    ) -> None:
        calendar = calendar_of(office)
        assert calendar.add(calendar.add(start, one), other) == calendar.add(start, one + other)

    @given(offices, st.lists(instants, min_size=3, max_size=3).map(sorted))
    def test_stretches_add_up(self, office: Office, ends: list[datetime]) -> None:
        first, middle, last = ends
        calendar = calendar_of(office)
        whole = calendar.between(first, middle) + calendar.between(middle, last)
        assert calendar.between(first, last) == whole <= last - first

    @settings(max_examples=40)
    @given(offices, st.lists(instants, min_size=2, max_size=2).map(sorted))
    def test_oracle_measures_the_same(self, office: Office, ends: list[datetime]) -> None:
        start, end = (instant.replace(microsecond=0) for instant in ends)
        seconds = MinuteGrid(office, year).seconds_between(start, end)
        assert calendar_of(office).between(start, end) == timedelta(seconds=seconds)
