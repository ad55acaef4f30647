"""When a department works: its hours in its own time zone, without weekends and holidays."""

from bisect import bisect_right
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import holidays

from sluice.simulator.desk import Department


class WorkCalendar:
    """Working time over a span of days, answered from a table of its shifts."""

    def __init__(self, department: Department, first_day: date, last_day: date) -> None:
        zone = ZoneInfo(department.time_zone)
        years = range(first_day.year, last_day.year + 1)
        self.holidays = frozenset(holidays.country_holidays(department.country, years=years))
        self._starts: list[float] = []
        self._ends: list[float] = []
        # Working seconds before each shift begins.
        self._worked: list[float] = []
        total = 0.0
        for offset in range((last_day - first_day).days + 1):
            day = first_day + timedelta(days=offset)
            if not self.is_working_day(day):
                continue
            opens = datetime(day.year, day.month, day.day, department.opens, tzinfo=zone).timestamp()
            closes = datetime(day.year, day.month, day.day, department.closes, tzinfo=zone).timestamp()
            self._starts.append(opens)
            self._ends.append(closes)
            self._worked.append(total)
            total += closes - opens

    def is_working_day(self, day: date) -> bool:
        saturday = 5
        return day.weekday() < saturday and day not in self.holidays

    def after(self, start: datetime, seconds: float) -> datetime:
        """The instant at which so much working time has passed since `start`."""
        moment = start.timestamp()
        shift = max(bisect_right(self._starts, moment) - 1, 0)
        worked = self._worked[shift] + max(min(moment, self._ends[shift]) - self._starts[shift], 0.0)
        wanted = worked + seconds
        shift = bisect_right(self._worked, wanted) - 1
        return datetime.fromtimestamp(int(self._starts[shift] + wanted - self._worked[shift]), UTC)
