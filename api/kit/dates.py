"""Whole days: how they are written, and the stretch of them that a list may be held to."""

import datetime as dt
import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Annotated, Any
from zoneinfo import ZoneInfo, available_timezones

from fastapi import Depends, Query
from pydantic import AfterValidator, BeforeValidator
from pydantic_core import PydanticCustomError

from api.kit.errors import ValidationFailedError

ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def whole_day(value: Any) -> Any:
    if value is None or isinstance(value, dt.date):
        return value
    try:
        if isinstance(value, str) and ISO_DATE.fullmatch(value):
            return dt.date.fromisoformat(value)
    except ValueError:
        pass
    raise PydanticCustomError("date", "'{value}' is not a date: write it as YYYY-MM-DD", {"value": value})


Day = Annotated[dt.date, BeforeValidator(whole_day)]


@cache
def _time_zones() -> frozenset[str]:
    # The machine's own zone has no name: it means other hours on another.
    return frozenset(available_timezones() - {"localtime"})


def known_zone(value: str) -> str:
    if value not in _time_zones():
        message = f"{value[:40]!r} is not a time zone: give an IANA name such as Europe/Berlin or UTC"
        raise ValueError(message)
    return value


Zone = Annotated[str, AfterValidator(known_zone)]


class Weekday(StrEnum):
    """In the order in which Python numbers them."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


@dataclass(frozen=True, slots=True)
class Days:
    """A stretch of days of a time zone, both ends included; an end left out is open."""

    first: dt.date | None = None
    last: dt.date | None = None
    zone: dt.tzinfo = dt.UTC

    @property
    def begins_at(self) -> dt.datetime | None:
        return None if self.first is None else self._midnight(self.first)

    @property
    def ends_before(self) -> dt.datetime | None:
        if self.last is None or self.last == dt.date.max:
            return None
        return self._midnight(self.last + dt.timedelta(days=1))

    def _midnight(self, day: dt.date) -> dt.datetime | None:
        try:
            return dt.datetime.combine(day, dt.time(), self.zone).astimezone(dt.UTC)
        except OverflowError:
            # East of Greenwich the year 1 begins before the first instant there is.
            return None


def read_days(
    start_date: Annotated[Day | None, Query(description="First day, YYYY-MM-DD")] = None,
    end_date: Annotated[Day | None, Query(description="Last day, included")] = None,
    tz: Annotated[Zone, Query(description="IANA time zone that the days are of")] = "UTC",
) -> Days:
    if start_date and end_date and start_date > end_date:
        message = f"start_date {start_date} is after end_date {end_date}: swap them or widen the range"
        raise ValidationFailedError.of("start_date", message)
    return Days(start_date, end_date, ZoneInfo(tz))


DaysQuery = Annotated[Days, Depends(read_days)]
