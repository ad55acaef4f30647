"""The filters that endpoints share. Validators speak in sentences: field, value, remedy."""

import datetime as dt
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from api.insights.answers.enums import Comparison, Granularity, SlaStatus
from api.kit.clock import utc_now
from api.kit.dates import Day
from api.kit.schemas import QueryId
from api.tickets.enums import Priority

MAX_TREND_DAYS = 730
MAX_TREND_POINTS = 1_100
DAYS_OF = {Granularity.DAY: 1, Granularity.WEEK: 7, Granularity.MONTH: 30}


def lower(value: Any) -> Any:
    return value.strip().lower() if isinstance(value, str) else value


def known_priority(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    name = value.strip().title()
    return "Critical" if name == "Urgent" else name


Name = Annotated[str, Field(min_length=1, max_length=255)]
PriorityName = Annotated[Priority, BeforeValidator(known_priority)]
SlaStatusName = Annotated[SlaStatus, BeforeValidator(lower)]


class DimensionFilters(BaseModel):
    department: Name | None = None
    category: Name | None = None
    sub_category: Name | None = None
    workflow_id: QueryId | None = None
    priority: PriorityName | None = None


class DateFilters(BaseModel):
    """A range of UTC days, both ends included."""

    start_date: Day | None = None
    end_date: Day | None = None

    @model_validator(mode="after")
    def start_before_end(self) -> Self:
        if self.start_date and self.end_date and self.start_date > self.end_date:
            raise PydanticCustomError(
                "date_range",
                "start_date {start} is after end_date {end}: swap them or widen the range",
                {"start": self.start_date.isoformat(), "end": self.end_date.isoformat()},
            )
        return self


class TicketFilters(DateFilters, DimensionFilters):
    """Which tickets: by the UTC day they were created on, both ends included, and by dimension."""


class Compared(DateFilters):
    """Beside the period asked for, the one of the same length that ends the day before it."""

    compare: Annotated[Comparison | None, BeforeValidator(lower)] = None

    @model_validator(mode="after")
    def have_a_period(self) -> Self:
        if self.compare is None:
            return self
        if self.start_date is None or self.end_date is None:
            raise PydanticCustomError(
                "compare",
                "compare needs a period that has a beginning and an end: give start_date and end_date",
            )
        if (self.start_date - dt.date.min) <= self.end_date - self.start_date:
            raise PydanticCustomError(
                "compare",
                "the period before start_date {start} would begin before year 1: shorten the range",
                {"start": self.start_date.isoformat()},
            )
        return self

    def period_before(self) -> tuple[dt.date, dt.date]:
        """First and last day of the period that ends the day before this one begins."""
        assert self.start_date is not None and self.end_date is not None  # noqa: S101, PT018 - validated
        eve = self.start_date - dt.timedelta(days=1)
        return eve - (self.end_date - self.start_date), eve


class StepFilters(TicketFilters):
    """Which work, whoever does it: items by the day of their assignment, visits by that of entering."""

    step_id: QueryId | None = None
    role: Name | None = None
    source: Name | None = None


class WorkFilters(StepFilters):
    """The same, and whose."""

    user_id: QueryId | None = None


class TrendWindow(DateFilters):
    """The last `days` days up to `end_date` (default: the day of the data), or a range of dates."""

    days: Annotated[int, Field(ge=1, le=MAX_TREND_DAYS)] = 30
    granularity: Annotated[Granularity, BeforeValidator(lower)] = Granularity.DAY

    @model_validator(mode="after")
    def one_window(self) -> Self:
        if self.start_date is None:
            return self
        if "days" in self.model_fields_set:
            raise PydanticCustomError("days", "give either days or start_date, not both")
        last = self.end_date or utc_now().date()
        points = (last - self.start_date).days // DAYS_OF[self.granularity]
        if points > MAX_TREND_POINTS:
            raise PydanticCustomError(
                "granularity",
                "{points} points by {granularity} are more than {limit}: shorten the range or choose a "
                "coarser granularity (day, week, month)",
                {"points": points, "granularity": self.granularity.value, "limit": MAX_TREND_POINTS},
            )
        return self
