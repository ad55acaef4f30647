"""What each endpoint about workflows may be asked."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, BeforeValidator

from api.insights.answers.queries import DateFilters, Name, PriorityName, StepFilters, TicketFilters, lower
from api.insights.workflows.enums import LogFormat, VisitOutcome
from api.kit.schemas import QueryId
from api.tasks.enums import TaskStatus

StatusName = Annotated[TaskStatus, BeforeValidator(lower)]


class VisitRowsQuery(StepFilters):
    """Neighbours are the steps that the ticket came from and went to."""

    outcome: Annotated[VisitOutcome, BeforeValidator(lower)] | None = None
    is_repeated: bool | None = None
    previous_step_id: QueryId | None = None
    next_step_id: QueryId | None = None


class WorkflowRowsQuery(DateFilters):
    """Tickets of one workflow. `step_id` is where a ticket is or was last, `variant` the way it went."""

    department: Name | None = None
    category: Name | None = None
    sub_category: Name | None = None
    priority: PriorityName | None = None
    status: StatusName | None = None
    step_id: QueryId | None = None
    variant: UUID | None = None
    skipped_step_id: QueryId | None = None
    is_reworked: bool | None = None


class DepartmentRowsQuery(TicketFilters):
    """`department` is the ticket's, `workflow_department` that of the workflow it runs through."""

    workflow_department: Name | None = None
    status: StatusName | None = None


class WholeHistoryQuery(BaseModel):
    """Nothing to ask: the way of work is told of all tickets, whenever they were created."""


class EventLogQuery(BaseModel):
    format: Annotated[LogFormat, BeforeValidator(lower)] = LogFormat.CSV
