"""What the reader chose to look at, and how the API is asked for it."""

from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

DAILY_UP_TO_DAYS = 92
WEEKLY_UP_TO_DAYS = 400
TREND_WEEKS_WITHOUT_START = 52


class Period(StrEnum):
    ALL = "All time"
    WEEK = "Last 7 days"
    MONTH = "Last 30 days"
    QUARTER = "Last 90 days"
    YEAR = "Last 365 days"
    CUSTOM = "Custom dates"


PERIOD_DAYS = {Period.WEEK: 7, Period.MONTH: 30, Period.QUARTER: 90, Period.YEAR: 365}


@dataclass(frozen=True)
class Dimensions:
    """The part of the filters that names a series of tickets; None means all."""

    department: str | None = None
    category: str | None = None
    workflow_id: int | None = None
    priority: str | None = None

    def query(self) -> dict[str, str]:
        chosen = ((field.name, getattr(self, field.name)) for field in fields(self))
        return {name: str(value) for name, value in chosen if value is not None}


@dataclass(frozen=True)
class Filters:
    start: date | None = None
    end: date | None = None
    dimensions: Dimensions = Dimensions()

    def query(self) -> dict[str, str]:
        return self._dates() | self.dimensions.query()

    def trend_query(self) -> dict[str, str]:
        """Trends need a bounded window that begins with a whole week, and points few enough to read."""
        last = self.end or datetime.now(UTC).date()
        if self.start is None:
            monday = last - timedelta(days=last.weekday(), weeks=TREND_WEEKS_WITHOUT_START)
            return replace(self, start=monday).query() | {"granularity": "week"}
        return self.query() | {"granularity": granularity_for((last - self.start).days + 1)}

    def _dates(self) -> dict[str, str]:
        chosen = {"start_date": self.start, "end_date": self.end}
        return {name: day.isoformat() for name, day in chosen.items() if day is not None}


def granularity_for(days: int) -> str:
    if days <= DAILY_UP_TO_DAYS:
        return "day"
    return "week" if days <= WEEKLY_UP_TO_DAYS else "month"


def period_dates(period: Period, today: date) -> tuple[date | None, date | None]:
    """First and last day of a preset, both included, in UTC as the API counts days."""
    days = PERIOD_DAYS.get(period)
    if days is None:
        return None, None
    return today - timedelta(days=days - 1), today
