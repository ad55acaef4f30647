"""What each endpoint about tickets may be asked."""

from typing import Annotated, Self

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from api.insights.answers.enums import Granularity
from api.insights.answers.queries import SlaStatusName, TicketFilters, lower
from api.insights.tickets.enums import AgeBucket, GroupBy, Scope
from api.kit.clock import utc_now
from api.tasks.enums import TaskStatus

MAX_TREND_DAYS = 730
MAX_TREND_POINTS = 1_100
DAYS_OF = {Granularity.DAY: 1, Granularity.WEEK: 7, Granularity.MONTH: 30}

StatusName = Annotated[TaskStatus, BeforeValidator(lower)]
AgeBucketName = Annotated[AgeBucket, BeforeValidator(lower)]


class AgeQuery(TicketFilters):
    scope: Annotated[Scope, BeforeValidator(lower)] = Scope.OPEN


class SlaQuery(TicketFilters):
    group_by: Annotated[GroupBy, BeforeValidator(lower)] = GroupBy.PRIORITY


class TrendsQuery(TicketFilters):
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


class StatusRowsQuery(TicketFilters):
    status: StatusName | None = None


class AgeRowsQuery(StatusRowsQuery):
    age_bucket: AgeBucketName | None = None
    scope: Annotated[Scope, BeforeValidator(lower)] = Scope.OPEN


class SlaRowsQuery(TicketFilters):
    """Tickets that have an SLA; ask for `no_sla` to see the others."""

    sla_status: SlaStatusName | None = None
