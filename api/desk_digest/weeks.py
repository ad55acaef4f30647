"""Which week of the desk is told, and when: whole weeks of UTC days, as the analytics count them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from api.kit.dates import Weekday

_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Week:
    """From a Monday to the Sunday after it."""

    first: date

    @property
    def last(self) -> date:
        return self.first + timedelta(days=6)

    @property
    def following(self) -> "Week":
        return Week(self.first + _WEEK)

    @property
    def ends_before(self) -> datetime:
        return datetime.combine(self.first + _WEEK, time(), UTC)

    @property
    def key(self) -> str:
        year, number, _ = self.first.isocalendar()
        return f"{year}-W{number:02}"


def last_whole_week(today: date) -> Week:
    """Name the newest week that was over when a day began."""
    return Week(today - timedelta(days=today.weekday()) - _WEEK)


def week_due(day: Weekday, hour: int, zone: ZoneInfo, now: datetime) -> Week | None:
    """Name the week that is to be told at a moment, from an hour of a day on until that day is over.

    East of Greenwich a Monday begins before the week is over in UTC: there it is told once it is.
    """
    local = now.astimezone(zone)
    if local.weekday() != list(Weekday).index(day) or local.hour < hour:
        return None
    week = last_whole_week(local.date())
    return week if now >= week.ends_before else None
