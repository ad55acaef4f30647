"""What the reader chose to look at, and how the API is asked for it."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

DAILY_UP_TO_DAYS = 92
WEEKLY_UP_TO_DAYS = 400
TREND_WEEKS_WITHOUT_START = 52

# What a question can be narrowed by, under the names that the API knows.
DATES = ("start_date", "end_date")
TICKETS = ("department", "category", "workflow_id", "priority")
PEOPLE = ("role", "user_id")
COMPARISON = ("compare",)


class Period(StrEnum):
    ALL = "All time"
    WEEK = "Last 7 days"
    MONTH = "Last 30 days"
    QUARTER = "Last 90 days"
    YEAR = "Last 365 days"
    CUSTOM = "Custom dates"


PERIOD_DAYS = {Period.WEEK: 7, Period.MONTH: 30, Period.QUARTER: 90, Period.YEAR: 365}


@dataclass(frozen=True)
class Filters:
    """None means all; days are in UTC, as the API counts them, and both are included."""

    start_date: date | None = None
    end_date: date | None = None
    department: str | None = None
    category: str | None = None
    workflow_id: int | None = None
    priority: str | None = None
    role: str | None = None
    user_id: int | None = None
    is_compared: bool = False
    is_annotated: bool = True

    @property
    def compare(self) -> str | None:
        """The period before needs both ends of this one."""
        return "previous" if self.is_compared and self.start_date and self.end_date else None

    def query(self, names: Collection[str]) -> dict[str, str]:
        """The chosen values among these names."""
        chosen = {name: getattr(self, name) for name in names}
        return {name: str(value) for name, value in chosen.items() if value is not None}

    def unused(self, names: Collection[str]) -> list[str]:
        """What is chosen and not among these names."""
        return [name for name in (*DATES, *TICKETS, *PEOPLE) if name not in names and self.query([name])]

    def trend_query(self, names: Collection[str]) -> dict[str, str]:
        """Trends need a bounded window that begins with a whole week, and points few enough to read."""
        last = self.end_date or datetime.now(UTC).date()
        if self.start_date is None:
            monday = last - timedelta(days=last.weekday(), weeks=TREND_WEEKS_WITHOUT_START)
            return replace(self, start_date=monday).query(names) | {"granularity": "week"}
        return self.query(names) | {"granularity": granularity_for((last - self.start_date).days + 1)}


def granularity_for(days: int) -> str:
    if days <= DAILY_UP_TO_DAYS:
        return "day"
    return "week" if days <= WEEKLY_UP_TO_DAYS else "month"


def period_dates(period: Period, today: date) -> tuple[date | None, date | None]:
    """First and last day of a preset."""
    days = PERIOD_DAYS.get(period)
    if days is None:
        return None, None
    return today - timedelta(days=days - 1), today
