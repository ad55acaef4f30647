"""A second opinion on SLA clocks that shares nothing with the first: it steps through the minutes.

For each calendar every minute of some years is asked, through `zoneinfo`, what the wall clock shows then,
and whether that is working time. Minutes that an instant cuts are gone through by the second.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import numpy as np

Hours = tuple[tuple[tuple[int, int], ...], ...]
_MONTH = 31 * 24 * 60


@dataclass(frozen=True)
class Office:
    """A calendar as told to both sides: hours of Monday to Sunday in minutes since midnight."""

    zone: str
    hours: Hours
    holidays: frozenset[date]


@dataclass(frozen=True)
class Period:
    first: datetime
    last: datetime


class MinuteGrid:
    """Whether each minute of a period is working time; without an office every minute is."""

    def __init__(self, office: Office | None, period: Period) -> None:
        self._first = period.first
        count = int((period.last - period.first) / timedelta(minutes=1))
        self._works = np.ones(count, bool) if office is None else _working_minutes(office, period, count)
        self._met = {} if office is None else _things_to_meet(office, period, count, self._works)

    def _second(self, instant: datetime) -> int:
        seconds = (instant - self._first) / timedelta(seconds=1)
        assert seconds.is_integer(), "the oracle counts whole seconds"
        return int(seconds)

    def met_between(self, start: datetime, end: datetime) -> dict[str, int]:
        """Count the clock changes and the holidays of a life that cost or gave it working time."""
        first, last = self._second(start) // 60, self._second(end) // 60
        return {
            name: int(np.count_nonzero((minutes > first) & (minutes < last)))
            for name, minutes in self._met.items()
        }

    def seconds_between(self, start: datetime, end: datetime) -> int:
        """Count the working seconds from a start up to an end."""
        first, last = self._second(start), self._second(end)
        if last - first < 120:
            return sum(bool(self._works[second // 60]) for second in range(first, last))
        whole_from, whole_to = -(-first // 60), last // 60
        edges = [*range(first, whole_from * 60), *range(whole_to * 60, last)]
        whole = int(np.count_nonzero(self._works[whole_from:whole_to])) * 60
        return whole + sum(bool(self._works[second // 60]) for second in edges)

    def instant_after(self, start: datetime, seconds: int) -> datetime:
        """Step on from a start until that many working seconds have gone by."""
        second = self._second(start)
        if seconds == 0:
            return start
        while second % 60:
            seconds -= bool(self._works[second // 60])
            second += 1
            if seconds == 0:
                return self._first + timedelta(seconds=second)
        minute = second // 60
        while (worked := int(np.count_nonzero(self._works[minute : minute + _MONTH])) * 60) < seconds:
            seconds -= worked
            minute += _MONTH
            assert minute < len(self._works), "the life outlives the oracle's years"
        # The minute in which the last of these seconds is worked.
        nth = -(-seconds // 60)
        ahead = np.flatnonzero(self._works[minute : minute + _MONTH])
        return self._first + timedelta(minutes=minute + int(ahead[nth - 1]), seconds=seconds - (nth - 1) * 60)


@cache
def _wall_clock(zone: str, period: Period, count: int) -> tuple[np.ndarray, np.ndarray]:
    """What the wall shows at each minute: the day since 1970, and the minute of that day."""
    place = ZoneInfo(zone)
    first = int(period.first.timestamp())
    offsets = np.fromiter(
        (
            # The calendar day and time of the wall clock are asked anew for each minute.
            _minutes_ahead(datetime.fromtimestamp(first + 60 * minute, place))
            for minute in range(count)
        ),
        np.int64,
        count,
    )
    local = np.arange(count) + first // 60 + offsets
    return local // 1440, local % 1440


@cache
def clock_changes(zone: str, period: Period) -> list[datetime]:
    """List the instants at which the wall clock of a zone jumps."""
    days, minutes = _wall_clock(zone, period, int((period.last - period.first) / timedelta(minutes=1)))
    jumps = np.flatnonzero(np.diff(days * 1440 + minutes) != 1) + 1
    return [period.first + timedelta(minutes=int(jump)) for jump in jumps]


def _minutes_ahead(local: datetime) -> int:
    offset = local.utcoffset()
    assert offset is not None
    assert offset.total_seconds() % 60 == 0
    return int(offset.total_seconds()) // 60


def _working_minutes(office: Office, period: Period, count: int) -> np.ndarray:
    return _is_worked(office, *_wall_clock(office.zone, period, count))


def _is_worked(office: Office, days: np.ndarray, minutes: np.ndarray) -> np.ndarray:
    """Tell of each minute of the wall clock whether it is working time."""
    free = [(day - date(1970, 1, 1)).days for day in office.holidays]
    return _is_in_hours(office, days, minutes) & ~np.isin(days, free)


def _is_in_hours(office: Office, days: np.ndarray, minutes: np.ndarray) -> np.ndarray:
    weekdays = (days + 3) % 7
    works = np.zeros(len(days), bool)
    for weekday, hours in enumerate(office.hours):
        for opens, closes in hours:
            works |= (weekdays == weekday) & (minutes >= opens) & (minutes < closes)
    return works


def _things_to_meet(office: Office, period: Period, count: int, works: np.ndarray) -> dict[str, np.ndarray]:
    """List the minutes at which the clocks skip or repeat working time, or a holiday takes it."""
    days, minutes = _wall_clock(office.zone, period, count)
    wall = days * 1440 + minutes
    changes = [int((at - period.first) / timedelta(minutes=1)) for at in clock_changes(office.zone, period)]
    gaps = [at for at in changes if _works_in(office, wall[at - 1] + 1, wall[at])]
    overlaps = [at for at in changes if _works_in(office, wall[at], wall[at - 1] + 1)]
    _, holidays = np.unique(
        np.where(_is_in_hours(office, days, minutes) & ~works, days, -1), return_index=True
    )
    return {"gaps": np.array(gaps), "overlaps": np.array(overlaps), "holidays": holidays[1:]}


def _works_in(office: Office, first: int, last: int) -> bool:
    """Tell whether any minute of a stretch of wall time is working time; a stretch backwards has none."""
    stretch = np.arange(first, last)
    return bool(_is_worked(office, stretch // 1440, stretch % 1440).any())


@dataclass(frozen=True)
class Promise:
    """From when on a priority was promised how many seconds, by which office's calendar."""

    since: datetime
    seconds: int | None
    office: Office | None


def promise_at(promises: Sequence[Promise], at: datetime) -> Promise:
    """Take the last promise made by then."""
    made = [promise for promise in promises if promise.since <= at]
    return made[-1]


def verdict(
    grid: MinuteGrid,
    start: datetime,
    seconds: int,
    pauses: Iterable[tuple[datetime, datetime]],
) -> tuple[int, datetime, datetime, datetime]:
    """Tell the seconds held, and when the life is at risk, critical and due."""
    held = sum(grid.seconds_between(since, until) for since, until in pauses)
    at_risk, critical, target = (
        grid.instant_after(start, held + seconds * tenths // 10) for tenths in (8, 9, 10)
    )
    return held, at_risk, critical, target


def utc(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, tzinfo=UTC)
