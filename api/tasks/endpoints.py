from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BeforeValidator

from api.audit.trail import AuditTrail
from api.identity.auth import AnyStaff, ServiceCall, require_admin
from api.kit.db import Session
from api.kit.errors import ConflictError, NotFoundError, responses
from api.kit.idempotency import OnceOnly
from api.kit.pagination import Page, PageQuery, read_ordering
from api.kit.preconditions import IfMatch
from api.kit.schemas import PathId, QueryId
from api.sla.clock import SlaState
from api.tasks import ingestion, service, transitions
from api.tasks.assignments import AssignmentFilters
from api.tasks.enums import ItemStatus
from api.tasks.read_schemas import AssignmentRow
from api.tasks.schemas import IngestResult, TransitionRequest, TransitionResult
from api.tickets.enums import Priority
from api.tickets.priorities import read_priority
from api.tickets.schemas import TicketEventIn

router = APIRouter()
_ORDERINGS = ("assigned_on",)


def _lower(value: object) -> object:
    return value.strip().lower() if isinstance(value, str) else value


def _priority_or_none(value: object) -> Priority | None:
    return None if value is None else read_priority(value)


PriorityFilter = Annotated[Priority | None, BeforeValidator(_priority_or_none)]
StatusFilter = Annotated[ItemStatus | None, BeforeValidator(_lower)]
StateFilter = Annotated[SlaState | None, BeforeValidator(_lower)]


@router.get("/tasks/my-tasks/", tags=["tasks"], responses=responses(NotFoundError))
async def list_my_tasks(
    *,
    session: Session,
    principal: AnyStaff,
    page: PageQuery,
    role: Annotated[str | None, Query(max_length=64)] = None,
    assignment_status: StatusFilter = None,
    workflow_id: Annotated[QueryId | None, Query(alias="task__workflow_id")] = None,
    sla_status: StateFilter = None,
    priority: PriorityFilter = None,
    is_open: Annotated[bool, Query(alias="open", description="Only items that wait for the caller")] = False,
    search: Annotated[str | None, Query(max_length=200)] = None,
    ordering: Annotated[str | None, Query(description="assigned_on or -assigned_on")] = None,
) -> Page[AssignmentRow]:
    """List the caller's assignments, the newest first."""
    filters = AssignmentFilters(
        role=role,
        status=assignment_status,
        workflow_id=workflow_id,
        is_open=is_open,
        sla_status=sla_status,
        priority=priority,
        search=(search or "").strip() or None,
    )
    order = read_ordering(ordering, allowed=_ORDERINGS, default="-assigned_on")
    return await service.list_my_tasks(session, principal, filters, order, page)


@router.post(
    "/transitions/{task_id}/transition/",
    tags=["transitions"],
    response_model=TransitionResult,
    responses=responses(NotFoundError, ConflictError),
)
async def execute_transition(
    *,
    task_id: PathId,
    body: TransitionRequest,
    request: Request,
    session: Session,
    trail: AuditTrail,
    principal: AnyStaff,
    once: OnceOnly,
    expected_version: IfMatch,
) -> Response:
    """Move a task along a transition, or finish it; the caller holds the open item of its step."""
    if body.on_behalf_of_task_item_id is not None:
        await require_admin(request, principal)

    async def execute() -> tuple[TransitionResult, int]:
        result = await transitions.execute_transition(
            session, trail, principal, task_id, body, expected_version=expected_version
        )
        return result, 200

    return await once.answer(execute, version_of=lambda result: result.task.version)


@router.post(
    "/internal/tickets/ingest/",
    tags=["internal"],
    status_code=202,
    responses=responses(ConflictError),
)
async def ingest_ticket(
    body: TicketEventIn, session: Session, trail: AuditTrail, _: ServiceCall
) -> IngestResult:
    """Take in a ticket event of the Ticket Service; an event id seen before changes nothing."""
    return await ingestion.ingest(session, trail, body)
