from typing import Annotated, Literal

from fastapi import APIRouter, Body, Path, Query, Response

from api.audit.trail import AuditTrail
from api.identity.auth import Admin, AnyStaff
from api.kit.db import Session
from api.kit.errors import ConflictError, NotFoundError, responses
from api.kit.idempotency import OnceOnly
from api.kit.pagination import Page, PageQuery, read_ordering
from api.kit.preconditions import IfMatch, set_etag
from api.kit.schemas import AnyCase, FilterText, PathId, QueryId
from api.workflows import details, graph_editing, publishing, service
from api.workflows.detail_schemas import WorkflowChanges
from api.workflows.enums import WorkflowStatus
from api.workflows.graph_schemas import GraphUpdate
from api.workflows.repository import WorkflowFilters
from api.workflows.schemas import (
    GraphRead,
    InitializeRequest,
    WorkflowCreate,
    WorkflowCreated,
    WorkflowDetail,
    WorkflowInitialized,
    WorkflowRead,
    WorkflowWithGraph,
)

router = APIRouter(prefix="/workflows", tags=["workflows"])
_ORDERINGS = ("name", "created_at", "updated_at", "status")


@router.get("/", responses=responses(NotFoundError))
async def list_workflows(
    *,
    session: Session,
    _: AnyStaff,
    page: PageQuery,
    status: Annotated[WorkflowStatus | None, AnyCase] = None,
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

    return await once.answer(create, version_of=lambda created: created.version)


@router.get("/by-name/{name:path}/", responses=responses(NotFoundError))
async def get_workflow_by_name(
    name: Annotated[str, Path(max_length=64)], session: Session, _: AnyStaff, response: Response
) -> WorkflowRead:
    """Show the workflow of a name, in capitals or not."""
    workflow = await service.get_workflow_named(session, name)
    set_etag(response, workflow.version)
    return workflow


@router.get("/{workflow_id}/", responses=responses(NotFoundError))
async def get_workflow(
    *,
    workflow_id: PathId,
    session: Session,
    _: AnyStaff,
    response: Response,
    include: Annotated[Literal["graph"] | None, Query(description="Adds the working graph")] = None,
) -> WorkflowWithGraph | WorkflowRead:
    """Show a workflow; its ETag is the version that changes are compared with."""
    workflow = await service.get_workflow(session, workflow_id)
    set_etag(response, workflow.version)
    if include is None:
        return workflow
    graph = await service.get_graph(session, workflow_id, None)
    return WorkflowWithGraph(**workflow.model_dump(), graph=graph)


@router.delete("/{workflow_id}/", status_code=204, responses=responses(NotFoundError, ConflictError))
async def delete_workflow(
    workflow_id: PathId, session: Session, trail: AuditTrail, _: Admin, expected_version: IfMatch
) -> None:
    """Delete a workflow that no ticket ever ran on, with its steps, transitions and versions."""
    await details.delete_workflow(session, trail, workflow_id, expected_version=expected_version)


@router.get("/{workflow_id}/detail/", responses=responses(NotFoundError))
async def get_workflow_detail(
    workflow_id: PathId, session: Session, _: AnyStaff, response: Response
) -> WorkflowDetail:
    """Show a workflow and its working graph."""
    detail = await service.get_workflow_detail(session, workflow_id)
    set_etag(response, detail.workflow.version)
    return detail


@router.get("/{workflow_id}/graph/", responses=responses(NotFoundError))
async def get_workflow_graph(
    *,
    workflow_id: PathId,
    session: Session,
    _: AnyStaff,
    version: Annotated[QueryId | None, Query(description="Number of a frozen graph")] = None,
) -> GraphRead:
    """Show the working graph, or the one that a version froze."""
    return await service.get_graph(session, workflow_id, version)


@router.put("/{workflow_id}/update-details/", responses=responses(NotFoundError, ConflictError))
async def update_workflow_details(
    *,
    workflow_id: PathId,
    body: WorkflowChanges,
    session: Session,
    trail: AuditTrail,
    principal: Admin,
    expected_version: IfMatch,
    response: Response,
) -> WorkflowRead:
    """Change the fields named, for tickets that come from now on; pause or resume by `status`."""
    workflow = await details.update_details(
        session=session,
        trail=trail,
        principal=principal,
        workflow_id=workflow_id,
        body=body,
        expected_version=expected_version,
    )
    set_etag(response, workflow.version)
    return workflow


@router.put("/{workflow_id}/update-graph/", responses=responses(NotFoundError, ConflictError))
async def update_workflow_graph(
    *,
    workflow_id: PathId,
    body: GraphUpdate,
    session: Session,
    trail: AuditTrail,
    _: Admin,
    expected_version: IfMatch,
    response: Response,
) -> WorkflowCreated:
    """Add, change and delete nodes and edges of the working graph, all of it or nothing.

    Fields that a stored node does not name stay as they are. Running tasks keep the graph they started on.
    """
    updated = await graph_editing.update_graph(
        session, trail, workflow_id, body, expected_version=expected_version
    )
    set_etag(response, updated.version)
    return updated


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

    return await once.answer(initialize, version_of=lambda answer: answer.workflow_version)
