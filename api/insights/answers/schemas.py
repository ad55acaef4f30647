"""What answers have in common, for readers of the documentation: PostgreSQL renders the bytes."""

import datetime as dt
from typing import Generic, TypeVar

from pydantic import BaseModel, Field

from api.tasks.enums import TaskStatus
from api.tickets.enums import Priority

Row = TypeVar("Row", bound=BaseModel)
Filters = dict[str, str | int | bool]


class DateRange(BaseModel):
    start_date: dt.date | None
    end_date: dt.date | None


class Published(BaseModel):
    """Where the numbers come from: the publication, and the instant they are true at."""

    generated_at: dt.datetime
    data_as_of: dt.datetime
    publication_id: int
    metrics: list[str] = Field(description="Ids of the metrics it carries, see /analytics/metrics/")
    proof: str | None = Field(description="Where its numbers are added up anew; null if none can be")
    data_quality: str | None = Field(
        description="How many of the tickets asked for have rows that are not counted; null if none has"
    )


class ForecastModel(BaseModel):
    name: str
    version: str
    trained_at: dt.datetime
    train_start: dt.date | None
    train_end: dt.date | None
    n_obs: int


class Answer(Published):
    date_range: DateRange


class Change(BaseModel):
    absolute: float | None
    percent: float | None = Field(description="Of what it was; null where that is nothing")


class ComparedAnswer(Answer):
    """With `compare=previous`, beside the period of the same length that ends the day before it."""

    previous: dict[str, object] | None = Field(description="The same figures of the period before")
    change: dict[str, Change] | None = Field(description="By headline number, since the period before")


class Share(BaseModel):
    count: int
    percentage: float | None


class Rows(Answer, Generic[Row]):
    count: int
    next: str | None
    previous: str | None
    results: list[Row]
    filters: Filters


class TicketRow(BaseModel):
    task_id: int
    ticket_number: str
    subject: str
    status: TaskStatus
    priority: Priority
    workflow_name: str
    created_at: dt.datetime
