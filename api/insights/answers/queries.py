"""The filters that endpoints share. Validators speak in sentences: field, value, remedy."""

from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from api.insights.answers.enums import SlaStatus
from api.kit.dates import Day
from api.kit.schemas import QueryId
from api.tickets.enums import Priority


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
