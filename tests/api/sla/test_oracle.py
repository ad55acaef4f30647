"""Ten thousand lives of SLA clocks, each told by the clock and by an oracle that steps through minutes."""

from datetime import date, datetime, timedelta
from functools import cache
from random import Random
from zoneinfo import ZoneInfo

import pytest

from api.sla.calendars import AROUND_THE_CLOCK, Calendar, Interval, WorkingTime, wall_time
from api.sla.clock import Policy, SlaState
from api.sla.life import ClockEvent, ClockEventKind, SlaClock, fold
from tests.api.sla.oracle import Hours, MinuteGrid, Office, Period, Promise, promise_at, utc, verdict

LIVES_PER_ZONE = 1_430
DAY_SHIFTS: Hours = (((540, 745), (795, 1050)),) * 4 + (((540, 745), (795, 960)), (), ())
# Working nights meet every change of the clocks: gaps, overlaps, and days that end an hour later.
NIGHT_SHIFTS: Hours = (((0, 200), (1260, 1440)),) * 7
# In each of these periods the zone does something of its own.
ZONES = {
    "Europe/Berlin": Period(utc(2024, 1, 1), utc(2026, 1, 1)),
    "America/New_York": Period(utc(2024, 1, 1), utc(2026, 1, 1)),
    # Half an hour of summer time.
    "Australia/Lord_Howe": Period(utc(2024, 1, 1), utc(2026, 1, 1)),
    # Changes at midnight: days without their first hour, days with their last one twice.
    "America/Sao_Paulo": Period(utc(2017, 1, 1), utc(2019, 1, 1)),
    # Changes at one minute past midnight, which repeat an hour of the day before.
    "America/St_Johns": Period(utc(2010, 1, 1), utc(2012, 1, 1)),
    # Winter time for the month of Ramadan.
    "Africa/Casablanca": Period(utc(2024, 1, 1), utc(2026, 1, 1)),
    # 30 December 2011 never was.
    "Pacific/Apia": Period(utc(2011, 1, 1), utc(2013, 1, 1)),
}


def holidays_of(period: Period) -> frozenset[date]:
    random = Random(period.first.year)  # noqa: S311 - the same days at every run
    return frozenset(period.first.date() + timedelta(days=random.randrange(730)) for _ in range(24))


def offices_of(zone: str) -> list[Office | None]:
    holidays = holidays_of(ZONES[zone])
    return [Office(zone, DAY_SHIFTS, holidays), Office(zone, NIGHT_SHIFTS, holidays), None]


@cache
def grid_of(office: Office | None, period: Period) -> MinuteGrid:
    return MinuteGrid(office, period)


@cache
def working_time_of(office: Office | None) -> WorkingTime:
    if office is None:
        return AROUND_THE_CLOCK
    weekly = [
        [Interval(wall_time(0, opens), wall_time(0, ends)) for opens, ends in day] for day in office.hours
    ]
    return Calendar(ZoneInfo(office.zone), weekly, office.holidays)


class ToldLife:
    """A random life: its start, what was promised when, and what happened to it."""

    def __init__(self, random: Random, zone: str) -> None:
        self._random = random
        self.period = ZONES[zone]
        self.start = self.period.first + timedelta(seconds=random.randrange(300 * 86_400))
        self._offices = offices_of(zone)
        self._promises = self._make_promises()
        self.promise = self.first_promise = promise_at(self._promises, self.start)
        self.events: list[ClockEvent] = []
        self.pauses: list[tuple[datetime, datetime]] = []
        self.hold_started_at: datetime | None = None
        self.completed_at: datetime | None = None
        self.now = self.start
        for _ in range(random.randrange(9)):
            self._live_on()

    def _make_promises(self) -> list[Promise]:
        """Promises change now and then, here also while the life is under way."""
        random = self._random
        changes = sorted(
            self.start + timedelta(seconds=random.randrange(-5 * 86_400, 20 * 86_400)) for _ in range(3)
        )
        return [
            Promise(since, 10 * random.randrange(1, 40_000), random.choice(self._offices))
            for since in (self.period.first, *changes)
        ]

    def _live_on(self) -> None:
        random = self._random
        self.now += timedelta(seconds=random.choice((1, 59, 60, 3_599, random.randrange(4 * 86_400))))
        if self.hold_started_at is not None:
            self._pause(self.hold_started_at, ClockEventKind.RESUMED)
            self.hold_started_at = None
        elif self.completed_at is not None:
            self._pause(self.completed_at, ClockEventKind.REOPENED)
            self.completed_at = None
        else:
            self._happen(random.choice((ClockEventKind.HELD, ClockEventKind.HELD, ClockEventKind.COMPLETED)))
        if random.random() < 0.3:
            self.promise = promise_at(self._promises, self.now)
            policy = policy_of(self.promise)
            self.events.append(ClockEvent(ClockEventKind.POLICY_CHANGED, self.now, policy))

    def _happen(self, kind: ClockEventKind) -> None:
        self.events.append(ClockEvent(kind, self.now))
        if kind is ClockEventKind.HELD:
            self.hold_started_at = self.now
        else:
            self.completed_at = self.now

    def _pause(self, since: datetime, kind: ClockEventKind) -> None:
        self.pauses.append((since, self.now))
        self.events.append(ClockEvent(kind, self.now))


def policy_of(promise: Promise) -> Policy:
    assert promise.seconds is not None
    return Policy(timedelta(seconds=promise.seconds), working_time_of(promise.office))


def expected_state(life: ToldLife, at_risk: datetime, target: datetime, now: datetime) -> SlaState:
    if life.completed_at is not None:
        return SlaState.MET if life.completed_at <= target else SlaState.BREACHED
    judged_at = life.hold_started_at or now
    if judged_at > target:
        return SlaState.BREACHED
    return SlaState.AT_RISK if judged_at >= at_risk else SlaState.ON_TRACK


@pytest.mark.parametrize("zone", ZONES)
def test_clock_and_oracle_agree_to_the_second(zone: str) -> None:
    random = Random(zone)  # noqa: S311 - the same lives at every run
    for _ in range(LIVES_PER_ZONE):
        life = ToldLife(random, zone)
        started = SlaClock(life.start, policy_of(life.first_promise))
        told = fold(started, life.events)
        assert life.promise.seconds is not None
        held, at_risk, critical, target = verdict(
            grid_of(life.promise.office, life.period), life.start, life.promise.seconds, life.pauses
        )
        assert told.deadlines is not None
        found = (told.held, told.deadlines.at_risk_at, told.deadlines.critical_at, told.deadlines.target)
        assert found == (timedelta(seconds=held), at_risk, critical, target), life.events
        for now in (life.now, at_risk, target, target + timedelta(seconds=1), target - timedelta(seconds=1)):
            later = max(now, life.now)
            assert told.state_at(later) == expected_state(life, at_risk, target, later)
