from typing import Any

from fastapi import APIRouter, Request, Response

from api.identity.auth import Admin, AnyStaff
from api.insights.answers.enums import Format
from api.insights.answers.errors import NotPublishedError
from api.insights.answers.known import KNOWN_ON
from api.insights.answers.queries import StepFilters, TicketFilters
from api.insights.answers.reading import Reading, describe_parameters, read_query
from api.insights.answers.routes import published
from api.insights.workflows import schemas, service
from api.insights.workflows.event_log import MEDIA_TYPES, EventLogDownload
from api.insights.workflows.queries import (
    DepartmentRowsQuery,
    EventLogQuery,
    VisitRowsQuery,
    WholeHistoryQuery,
    WorkflowRowsQuery,
)
from api.kit.errors import responses
from api.kit.schemas import PathId
from api.workflows.errors import WorkflowNotFoundError

router = APIRouter()
UNKNOWN = (WorkflowNotFoundError,)
LOGS: dict[int | str, dict[str, Any]] = {
    200: {"content": {media_type: {"schema": {"type": "string"}} for media_type in MEDIA_TYPES.values()}}
}


@published(router, "/workflows/metrics/", TicketFilters, schemas.WorkflowMetrics, rows="workflow_metrics")
async def read_metrics(_: AnyStaff, request: Request) -> Response:
    """Tickets of each workflow that has any in the range, those with most first."""
    reading = Reading.of(request, TicketFilters)
    return reading.respond(await service.get_metrics(reading))


@published(
    router,
    "/workflows/departments/",
    TicketFilters,
    schemas.DepartmentAnalytics,
    rows="department_analytics",
)
async def read_departments(_: AnyStaff, request: Request) -> Response:
    """Tickets by the department of their workflow, which need not be the ticket's own."""
    reading = Reading.of(request, TicketFilters)
    return reading.respond(await service.get_departments(reading))


@published(router, "/workflows/steps/", StepFilters, schemas.StepPerformance, rows="step_performance")
async def read_steps(_: AnyStaff, request: Request) -> Response:
    """Visits of each step and the work done there, in the order of the workflow."""
    reading = Reading.of(request, StepFilters)
    return reading.respond(await service.get_steps(reading))


@published(
    router,
    "/workflows/{workflow_id}/process-map/",
    WholeHistoryQuery,
    schemas.ProcessMap,
    rows="edges",
    refused=UNKNOWN,
)
async def read_process_map(_: AnyStaff, request: Request, workflow_id: PathId) -> Response:
    """How tickets went from step to step, over the graph that the workflow's active version draws."""
    reading = Reading.of(request, WholeHistoryQuery)
    return reading.respond(await service.get_process_map(reading, workflow_id))


@published(router, "/workflows/{workflow_id}/variants/", WholeHistoryQuery, schemas.Variants, refused=UNKNOWN)
async def list_variants(_: AnyStaff, request: Request, workflow_id: PathId) -> Response:
    """The ways that completed tickets went, the most frequent first."""
    reading = Reading.of_list(request, WholeHistoryQuery)
    return reading.respond(await service.list_variants(reading, workflow_id))


@router.get(
    "/workflows/{workflow_id}/event-log/",
    response_class=Response,
    responses=LOGS | responses(NotPublishedError, WorkflowNotFoundError),
    openapi_extra={"parameters": describe_parameters(EventLogQuery, is_list=False)},
)
async def export_event_log(_: Admin, request: Request, workflow_id: PathId) -> Response:
    """Every visit of a step as an event, for the tools of process mining: CSV, or XES 1.0."""
    query = read_query(request, EventLogQuery, (*EventLogQuery.model_fields, KNOWN_ON))
    reading = Reading(request, query, Format.JSON)
    name = await service.get_workflow_name(reading, workflow_id)
    return EventLogDownload(reading, service.list_events(workflow_id), name)


@published(
    router,
    "/drilldown/workflow/{workflow_id}/",
    WorkflowRowsQuery,
    schemas.WorkflowRows,
    refused=UNKNOWN,
)
async def list_tickets_of_workflow(_: AnyStaff, request: Request, workflow_id: PathId) -> Response:
    """Tickets behind the figures of a workflow, its process map and its variants, newest first."""
    reading = Reading.of_list(request, WorkflowRowsQuery)
    return reading.respond(await service.list_of_workflow(reading, workflow_id))


@published(router, "/drilldown/departments/", DepartmentRowsQuery, schemas.DepartmentRows)
async def list_tickets_by_department(_: AnyStaff, request: Request) -> Response:
    """Tickets behind the figures of a department's workflows, newest first."""
    reading = Reading.of_list(request, DepartmentRowsQuery)
    return reading.respond(await service.list_of_departments(reading))


@published(router, "/drilldown/steps/", VisitRowsQuery, schemas.VisitRows)
async def list_visits(_: AnyStaff, request: Request) -> Response:
    """Visits behind the figures of a step or of a move between two, newest first."""
    reading = Reading.of_list(request, VisitRowsQuery)
    return reading.respond(await service.list_visits(reading))
