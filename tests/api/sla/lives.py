"""Random lives of SLA clocks, and what the oracle tells of each.

`python -m tests.api.sla.lives` lives them all and counts what they went through, and the differences;
with `--sql` it asks the SQL clock of the database at `SLUICE_DATABASE_URL` as well, and leaves no trace.
"""

import os
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from random import Random
from zoneinfo import ZoneInfo

import psycopg

from api.sla.calendars import AROUND_THE_CLOCK, Calendar, Interval, WorkingTime, wall_time
from api.sla.clock import Policy, SlaState
from api.sla.life import ClockEvent, ClockEventKind, SlaClock, fold
from tests.api.sla.oracle import (
    Hours,
    MinuteGrid,
    Office,
    Period,
    Promise,
    clock_changes,
    promise_at,
    utc,
    verdict,
)
from tests.api.sla.sql_clock import SqlClock

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
PRIORITIES = ("Low", "Medium", "High", "Critical")


@dataclass(frozen=True)
class Verdict:
    """What either side says of a life."""

    held: timedelta
    at_risk_at: datetime
    critical_at: datetime
    target: datetime
    states: tuple[SlaState, ...]


class ToldLife:
    """A random life: its start, what was promised when, and what happened to it."""

    def __init__(self, random: Random, zone: str) -> None:
        self._random = random
        self.period = ZONES[zone]
        self.start = self._begin(zone)
        self.went_through: Counter[str] = Counter()
        self._promises = {priority: self._make_promises(offices_of(zone)) for priority in PRIORITIES}
        self._priority = random.choice(PRIORITIES)
        self.promise = self.first_promise = promise_at(self._promises[self._priority], self.start)
        self.events: list[ClockEvent] = []
        self.pauses: list[tuple[datetime, datetime]] = []
        self.hold_started_at: datetime | None = None
        self.completed_at: datetime | None = None
        self.now = self.start
        for _ in range(random.randrange(9)):
            self._live_on()

    def _begin(self, zone: str) -> datetime:
        """Begin some time in the period, every third life in the week before the clocks change."""
        random = self._random
        if random.random() < 1 / 3:
            change = random.choice(clock_changes(zone, self.period)[:4])
            return change - timedelta(seconds=random.randrange(7 * 86_400))
        return self.period.first + timedelta(seconds=random.randrange(300 * 86_400))

    def _make_promises(self, offices: list[Office | None]) -> list[Promise]:
        """Promises change now and then, here also while the life is under way."""
        random = self._random
        changes = sorted(
            self.start + timedelta(seconds=random.randrange(-5 * 86_400, 20 * 86_400)) for _ in range(3)
        )
        return [
            Promise(since, 10 * random.randrange(1, 40_000), random.choice(offices))
            for since in (self.period.first, *changes)
        ]

    def _live_on(self) -> None:
        random = self._random
        self.now += timedelta(seconds=random.choice((1, 59, 60, 3_599, random.randrange(4 * 86_400))))
        if self.hold_started_at is not None:
            # A ticket that is closed ends the hold of its task and the task in one.
            is_over = random.random() < 0.2
            self._pause(self.hold_started_at, ClockEventKind.COMPLETED if is_over else ClockEventKind.RESUMED)
            self.hold_started_at = None
            self.completed_at = self.now if is_over else None
        elif self.completed_at is not None:
            self._pause(self.completed_at, ClockEventKind.REOPENED)
            self.completed_at = None
        else:
            self._happen(random.choice((ClockEventKind.HELD, ClockEventKind.HELD, ClockEventKind.COMPLETED)))
        if random.random() < 0.3:
            self._change_priority(random.choice(PRIORITIES))

    def _change_priority(self, priority: str) -> None:
        self.went_through["priority changes"] += priority != self._priority
        self._priority = priority
        self.promise = promise_at(self._promises[priority], self.now)
        if self.promise != promise_at(self._promises[priority], self.start):
            self.went_through["policy changes"] += 1
        self.events.append(ClockEvent(ClockEventKind.POLICY_CHANGED, self.now, policy_of(self.promise)))

    def _happen(self, kind: ClockEventKind) -> None:
        self.events.append(ClockEvent(kind, self.now))
        if kind is ClockEventKind.HELD:
            self.hold_started_at = self.now
        else:
            self.completed_at = self.now

    def _pause(self, since: datetime, kind: ClockEventKind) -> None:
        self.went_through["reopenings" if kind is ClockEventKind.REOPENED else "pauses"] += 1
        self.pauses.append((since, self.now))
        self.events.append(ClockEvent(kind, self.now))

    def expected(self) -> Verdict:
        """Ask the oracle."""
        grid = grid_of(self.promise.office, self.period)
        assert self.promise.seconds is not None
        held, at_risk, critical, target = verdict(grid, self.start, self.promise.seconds, self.pauses)
        self.went_through.update(grid.met_between(self.start, target))
        states = tuple(self._expected_state(at_risk, target, now) for now in self._judged_at(at_risk, target))
        return Verdict(timedelta(seconds=held), at_risk, critical, target, states)

    def found(self) -> Verdict:
        """Ask the clock."""
        told = fold(SlaClock(self.start, policy_of(self.first_promise)), self.events)
        due = told.deadlines
        assert due is not None
        states = tuple(told.state_at(now) for now in self._judged_at(due.at_risk_at, due.target))
        return Verdict(told.held, due.at_risk_at, due.critical_at, due.target, states)

    def _judged_at(self, at_risk: datetime, target: datetime) -> list[datetime]:
        second = timedelta(seconds=1)
        instants = (self.now, at_risk - second, at_risk, target - second, target, target + second)
        return [max(instant, self.now) for instant in instants]

    def _expected_state(self, at_risk: datetime, target: datetime, now: datetime) -> SlaState:
        if self.completed_at is not None:
            return SlaState.MET if self.completed_at <= target else SlaState.BREACHED
        judged_at = self.hold_started_at or now
        if judged_at > target:
            return SlaState.BREACHED
        return SlaState.AT_RISK if judged_at >= at_risk else SlaState.ON_TRACK


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


def policy_of(promise: Promise) -> Policy:
    assert promise.seconds is not None
    return Policy(timedelta(seconds=promise.seconds), working_time_of(promise.office))


def lives_of(zone: str, number: int = LIVES_PER_ZONE) -> list[ToldLife]:
    """Begin with the first of a zone's lives."""
    random = Random(zone)  # noqa: S311 - the same lives at every run
    return [ToldLife(random, zone) for _ in range(number)]


def live(zone: str) -> tuple[list[ToldLife], Counter[str]]:
    """Live all lives of a zone; returns those of which the two sides differ, and what all went through."""
    different, went_through = [], Counter[str]()
    for life in lives_of(zone):
        if life.found() != life.expected():
            different.append(life)
        went_through.update(life.went_through)
        went_through["lives"] += 1
    return different, went_through


def live_in_sql(clock: SqlClock, lives: list[ToldLife]) -> list[ToldLife]:
    """Ask all three of some lives; returns those of which they differ."""
    return [
        life
        for life, sql in zip(lives, clock.verdicts(lives), strict=True)
        if not sql == _instants(life.found()) == _instants(life.expected())
    ]


def _instants(told: Verdict) -> tuple[timedelta, datetime, datetime, datetime]:
    return told.held, told.at_risk_at, told.critical_at, told.target


def count(zones: Iterable[str]) -> Counter[str]:
    total = Counter[str](differences=0)
    for zone in zones:
        different, went_through = live(zone)
        total.update(went_through, differences=len(different))
    return total


def count_in_sql(zones: Iterable[str]) -> int:
    """Count the lives that the SQL clock tells otherwise, in a transaction that is rolled back."""
    with psycopg.connect(os.environ["SLUICE_DATABASE_URL"]) as connection:
        clock = SqlClock(connection)
        different = sum(len(live_in_sql(clock, lives_of(zone))) for zone in zones)
        connection.rollback()
    return different


if __name__ == "__main__":
    total = count(ZONES)
    if "--sql" in sys.argv[1:]:
        total["differences in SQL"] = count_in_sql(ZONES)
    for name, number in total.items():
        sys.stdout.write(f"{number:>7,} {name}\n")
