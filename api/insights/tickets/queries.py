"""What each endpoint about tickets may be asked."""

from typing import Annotated

from pydantic import BeforeValidator

from api.insights.answers.queries import Compared, SlaStatusName, TicketFilters, TrendWindow, lower
from api.insights.tickets.enums import AgeBucket, Basis, GroupBy, Scope
from api.tasks.enums import TaskStatus

StatusName = Annotated[TaskStatus, BeforeValidator(lower)]
AgeBucketName = Annotated[AgeBucket, BeforeValidator(lower)]


class FiguresQuery(Compared, TicketFilters):
    """Figures of the tickets created in a range of days, if wished beside the range before."""


class StatusQuery(FiguresQuery):
    basis: Annotated[Basis, BeforeValidator(lower)] = Basis.TASK


class AgeQuery(FiguresQuery):
    scope: Annotated[Scope, BeforeValidator(lower)] = Scope.OPEN


class SlaQuery(FiguresQuery):
    group_by: Annotated[GroupBy, BeforeValidator(lower)] = GroupBy.PRIORITY


class TrendsQuery(TrendWindow, FiguresQuery):
    """A window of the tickets with these dimensions."""


class StatusRowsQuery(TicketFilters):
    status: StatusName | None = None


class AgeRowsQuery(StatusRowsQuery):
    age_bucket: AgeBucketName | None = None
    scope: Annotated[Scope, BeforeValidator(lower)] = Scope.OPEN


class SlaRowsQuery(TicketFilters):
    """Tickets that have an SLA; ask for `no_sla` to see the others."""

    sla_status: SlaStatusName | None = None
