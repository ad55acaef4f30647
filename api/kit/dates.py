"""Whole UTC days: how they are written, and the stretch of them that a list may be held to."""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Query
from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from api.kit.errors import ValidationFailedError

ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def whole_day(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        if ISO_DATE.fullmatch(value):
            return dt.date.fromisoformat(value)
    except ValueError:
        pass
    raise PydanticCustomError("date", "'{value}' is not a date: write it as YYYY-MM-DD", {"value": value})


Day = Annotated[dt.date, BeforeValidator(whole_day)]


@dataclass(frozen=True, slots=True)
class Days:
    """A stretch of days, both ends included; an end left out is open."""

    first: dt.date | None = None
    last: dt.date | None = None

    @property
    def begins_at(self) -> dt.datetime | None:
        return None if self.first is None else dt.datetime.combine(self.first, dt.time(), dt.UTC)

    @property
    def ends_before(self) -> dt.datetime | None:
        if self.last is None or self.last == dt.date.max:
            return None
        return dt.datetime.combine(self.last + dt.timedelta(days=1), dt.time(), dt.UTC)


def read_days(
    start_date: Annotated[Day | None, Query(description="First UTC day, YYYY-MM-DD")] = None,
    end_date: Annotated[Day | None, Query(description="Last UTC day, included")] = None,
) -> Days:
    if start_date and end_date and start_date > end_date:
        message = f"start_date {start_date} is after end_date {end_date}: swap them or widen the range"
        raise ValidationFailedError.of("start_date", message)
    return Days(start_date, end_date)


DaysQuery = Annotated[Days, Depends(read_days)]
