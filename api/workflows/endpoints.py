from typing import Annotated

from fastapi import APIRouter, Body, Query, Response

from api.audit.trail import AuditTrail
from api.identity.auth import Admin, AnyStaff
from api.kit.db import Session
from api.kit.errors import ConflictError, NotFoundError, responses
from api.kit.idempotency import OnceOnly
from api.kit.pagination import Page, PageQuery, read_ordering
from api.kit.preconditions import IfMatch
from api.kit.schemas import PathId
from api.workflows import publishing, service
from api.workflows.enums import WorkflowStatus
from api.workflows.repository import WorkflowFilters
from api.workflows.schemas import (
    InitializeRequest,
    WorkflowCreate,
    WorkflowCreated,
    WorkflowDetail,
    WorkflowInitialized,
    WorkflowRead,
)

router = APIRouter(prefix="/workflows", tags=["workflows"])
_ORDERINGS = ("name", "created_at", "updated_at", "status")
FilterText = Annotated[str | None, Query(max_length=200)]


@router.get("/", responses=responses(NotFoundError))
async def list_workflows(
    *,
    session: Session,
    _: AnyStaff,
    page: PageQuery,
    status: WorkflowStatus | None = None,
    department: FilterText = None,
    category: FilterText = None,
    sub_category: FilterText = None,
    search: FilterText = None,
    ordering: Annotated[str | None, Query(description=f"One of {', '.join(_ORDERINGS)}; -field")] = None,
) -> Page[WorkflowRead]:
    """List workflows, by name unless told otherwise."""
    filters = WorkflowFilters(status, department, category, sub_category, search)
    order = read_ordering(ordering, allowed=_ORDERINGS, default="name")
    return await service.list_workflows(session, filters, order, page)


@router.post(
    "/",
    status_code=201,
    response_model=WorkflowCreated,
    responses=responses(ConflictError),
)
async def create_workflow(
    body: WorkflowCreate, session: Session, trail: AuditTrail, principal: Admin, once: OnceOnly
) -> Response:
    """Create a draft with its graph, all or nothing. The graph may still be incomplete."""

    async def create() -> tuple[WorkflowCreated, int]:
        return await service.create_workflow(session, trail, principal, body), 201

    return await once.answer(create)


@router.get("/{workflow_id}/detail/", responses=responses(NotFoundError))
async def get_workflow_detail(workflow_id: PathId, session: Session, _: AnyStaff) -> WorkflowDetail:
    """Show a workflow and its working graph."""
    return await service.get_workflow_detail(session, workflow_id)


@router.post(
    "/{workflow_id}/initialize/",
    response_model=WorkflowInitialized,
    responses=responses(NotFoundError, ConflictError),
)
async def initialize_workflow(
    *,
    workflow_id: PathId,
    session: Session,
    trail: AuditTrail,
    principal: Admin,
    once: OnceOnly,
    expected_version: IfMatch,
    body: Annotated[InitializeRequest | None, Body()] = None,
) -> Response:
    """Check the workflow, freeze its graph as the active version and open it to tickets."""

    async def initialize() -> tuple[WorkflowInitialized, int]:
        initialized = await publishing.initialize_workflow(
            session,
            trail,
            principal,
            workflow_id,
            notes=body.notes if body else "",
            expected_version=expected_version,
        )
        return initialized, 200

    return await once.answer(initialize)
