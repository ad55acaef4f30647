"""What each endpoint about tickets may be asked."""

from typing import Annotated, Self

from pydantic import BeforeValidator, model_validator
from pydantic_core import PydanticCustomError

from api.insights.answers.queries import Compared, SlaStatusName, TicketFilters, TrendWindow, lower
from api.insights.past.queries import AtInstant
from api.insights.tickets.enums import AgeBucket, Basis, GroupBy, Scope
from api.tasks.enums import TaskStatus

StatusName = Annotated[TaskStatus, BeforeValidator(lower)]
AgeBucketName = Annotated[AgeBucket, BeforeValidator(lower)]


class FiguresQuery(Compared, TicketFilters):
    """Figures of the tickets created in a range of days, if wished beside the range before."""


class StatesQuery(AtInstant, FiguresQuery):
    """The same as they are, or as they were at an instant."""


class StatusQuery(StatesQuery):
    basis: Annotated[Basis, BeforeValidator(lower)] = Basis.TASK

    @model_validator(mode="after")
    def past_of_tasks(self) -> Self:
        if self.as_of is not None and self.basis is Basis.TICKET:
            raise PydanticCustomError(
                "as_of", "as_of tells the states of tasks: leave out basis=ticket, or as_of"
            )
        return self


class AgeQuery(StatesQuery):
    scope: Annotated[Scope, BeforeValidator(lower)] = Scope.OPEN


class SlaQuery(StatesQuery):
    group_by: Annotated[GroupBy, BeforeValidator(lower)] = GroupBy.PRIORITY


class TrendsQuery(TrendWindow, FiguresQuery):
    """A window of the tickets with these dimensions."""


class StatusRowsQuery(AtInstant, TicketFilters):
    status: StatusName | None = None


class AgeRowsQuery(StatusRowsQuery):
    age_bucket: AgeBucketName | None = None
    scope: Annotated[Scope, BeforeValidator(lower)] = Scope.OPEN


class SlaRowsQuery(AtInstant, TicketFilters):
    """Tickets that have an SLA; ask for `no_sla` to see the others.

    Decided are those that compliance is counted of: met or breached.
    """

    sla_status: SlaStatusName | None = None
    is_decided: bool | None = None

    @model_validator(mode="after")
    def one_or_the_other(self) -> Self:
        if self.sla_status is not None and self.is_decided is not None:
            raise PydanticCustomError(
                "is_decided", "is_decided is told by sla_status already: leave out one of them"
            )
        return self
