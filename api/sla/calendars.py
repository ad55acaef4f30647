"""Working time: which instants count for an SLA clock, to the microsecond and over every DST change.

A calendar is read as the set of instants whose local wall time lies in a working interval of a day that
is no holiday. An hour that the clocks repeat counts twice, one that they skip does not count at all.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate, pairwise
from typing import Protocol
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
DAY = 86_400_000_000
# A calendar knows the years from the epoch to this one: nothing is worked outside them, and work that it
# never gets round to is due when they end. No SLA of a real calendar reaches as far.
_LAST_YEAR = 2099
END = datetime(_LAST_YEAR + 1, 1, 1, tzinfo=UTC)
# No zone changes its offset twice within this time, so probing it at this distance finds every change.
_PROBE = 6 * 3_600_000_000


class WorkingTime(Protocol):
    """Adds up the instants that count."""

    def add(self, start: datetime, duration: timedelta) -> datetime:
        """Return the first instant at which the duration has been worked; the start for no duration."""
        ...

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Measure the working time from a start to a later end."""
        ...


class AroundTheClock:
    """The trivial calendar: every instant counts."""

    def add(self, start: datetime, duration: timedelta) -> datetime:
        return start + duration

    def between(self, start: datetime, end: datetime) -> timedelta:
        return max(end - start, timedelta(0))


AROUND_THE_CLOCK = AroundTheClock()


@dataclass(frozen=True, slots=True)
class Interval:
    """Working hours of a weekday in microseconds of wall time since midnight; may end at 24:00."""

    opens: int
    closes: int


@dataclass(frozen=True, slots=True)
class _Year:
    """The working segments of one UTC year in microseconds since the epoch, and what they add up to."""

    opens: tuple[int, ...]
    closes: tuple[int, ...]
    # Working time of the year before each segment, and after the last.
    worked: tuple[int, ...]

    def worked_until(self, instant: int) -> int:
        index = bisect_right(self.opens, instant) - 1
        if index < 0:
            return 0
        return self.worked[index] + min(instant, self.closes[index]) - self.opens[index]

    def first_instant_with(self, worked: int) -> int:
        """Find when that much of the year, more than none and at most all, has been worked."""
        index = bisect_left(self.worked, worked) - 1
        return self.opens[index] + worked - self.worked[index]


class Calendar:
    """Weekly working hours in a time zone, less the holidays."""

    def __init__(
        self, zone: ZoneInfo, weekly: Sequence[Sequence[Interval]], holidays: Iterable[date] = ()
    ) -> None:
        """Take the hours of Monday to Sunday, each day's in order and apart from one another."""
        self._zone = zone
        self._weekly = weekly
        self._holidays = frozenset(holidays)
        self._years: dict[int, _Year] = {}

    def add(self, start: datetime, duration: timedelta) -> datetime:
        """Return the first instant at which the duration has been worked.

        Work that the calendar never gets round to is due at its end.
        """
        remaining = duration // MICROSECOND
        if remaining <= 0:
            return start
        start = _within_reach(start)
        year = start.year
        remaining += self._year(year).worked_until(_microseconds(start))
        while remaining > self._year(year).worked[-1]:
            remaining -= self._year(year).worked[-1]
            year += 1
            if year > _LAST_YEAR:
                return END
        return EPOCH + MICROSECOND * self._year(year).first_instant_with(remaining)

    def between(self, start: datetime, end: datetime) -> timedelta:
        if end <= start:
            return timedelta(0)
        start, end = _within_reach(start), _within_reach(end)
        worked = self._year(end.year).worked_until(_microseconds(end))
        worked -= self._year(start.year).worked_until(_microseconds(start))
        worked += sum(self._year(year).worked[-1] for year in range(start.year, end.year))
        return MICROSECOND * worked

    def _year(self, year: int) -> _Year:
        found = self._years.get(year)
        if found is None:
            segments = list(self._segments(_year_start(year), _year_start(year + 1)))
            found = self._years[year] = _Year(
                tuple(opens for opens, _ in segments),
                tuple(closes for _, closes in segments),
                tuple(accumulate((closes - opens for opens, closes in segments), initial=0)),
            )
        return found

    def _segments(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """List the working segments of a stretch of UTC time, in order.

        Where the offset does not change, wall time is UTC time moved by it; so each such stretch is
        walked by its own local days, and a day that a change of offset cuts in two comes up in both.
        """
        for since, until, offset in self._offsets(start, end):
            for day in range((since + offset) // DAY, (until + offset - 1) // DAY + 1):
                midnight = day * DAY - offset
                for hours in self._hours_of(date(1970, 1, 1) + timedelta(days=day)):
                    opens = max(midnight + hours.opens, since)
                    closes = min(midnight + hours.closes, until)
                    if opens < closes:
                        yield opens, closes

    def _hours_of(self, day: date) -> Sequence[Interval]:
        return () if day in self._holidays else self._weekly[day.weekday()]

    def _offsets(self, start: int, end: int) -> Iterator[tuple[int, int, int]]:
        """Cut a stretch of UTC time where the zone's offset changes; yields start, end and offset."""
        since, offset = start, self._offset_at(start)
        for before, after in pairwise([*range(start, end, _PROBE), end]):
            if self._offset_at(after) != offset:
                change = self._change_between(before, after)
                yield since, change, offset
                since, offset = change, self._offset_at(change)
        if since < end:
            yield since, end, offset

    def _change_between(self, before: int, after: int) -> int:
        """Find the first instant with another offset than the earlier of two that differ."""
        offset = self._offset_at(before)
        while after - before > 1:
            middle = (before + after) // 2
            if self._offset_at(middle) == offset:
                before = middle
            else:
                after = middle
        return after

    def _offset_at(self, instant: int) -> int:
        local = (EPOCH + MICROSECOND * instant).astimezone(self._zone)
        return (local.utcoffset() or timedelta(0)) // MICROSECOND


def wall_time(hour: int, minute: int = 0) -> int:
    """Give a time of day as microseconds since midnight; 24:00 is the end of the day."""
    return (hour * 60 + minute) * 60_000_000


def _within_reach(instant: datetime) -> datetime:
    return max(EPOCH, min(instant.astimezone(UTC), END - MICROSECOND))


def _year_start(year: int) -> int:
    return _microseconds(datetime.combine(date(year, 1, 1), time(), tzinfo=UTC))


def _microseconds(instant: datetime) -> int:
    return (instant - EPOCH) // MICROSECOND
