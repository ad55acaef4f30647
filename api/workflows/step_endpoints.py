from typing import Annotated

from fastapi import APIRouter, Query, Response

from api.audit.trail import AuditTrail
from api.identity.auth import Admin, AnyStaff
from api.kit.db import Session
from api.kit.errors import ConflictError, NotFoundError, responses
from api.kit.idempotency import OnceOnly
from api.kit.pagination import Page, PageQuery, read_ordering
from api.kit.preconditions import IfMatch, set_etag
from api.kit.schemas import PathId, QueryId
from api.workflows import steps, weights
from api.workflows.step_schemas import StepCreate, StepRead, StepUpdate, WeightsRead, WeightsUpdate

router = APIRouter(prefix="/steps", tags=["steps"])
_ORDERINGS = ("workflow_id", "order")


@router.get("/", responses=responses(NotFoundError))
async def list_steps(
    *,
    session: Session,
    _: AnyStaff,
    page: PageQuery,
    workflow_id: QueryId | None = None,
    role_id: QueryId | None = None,
    ordering: Annotated[str | None, Query(description=f"One of {', '.join(_ORDERINGS)}; -field")] = None,
) -> Page[StepRead]:
    """List the steps of the working graphs, workflow by workflow unless told otherwise."""
    order = read_ordering(ordering, allowed=_ORDERINGS, default="workflow_id")
    return await steps.list_steps(
        session, workflow_id=workflow_id, role_id=role_id, ordering=order, page=page
    )


@router.post("/", status_code=201, response_model=StepRead, responses=responses(ConflictError))
async def create_step(
    *,
    body: StepCreate,
    session: Session,
    trail: AuditTrail,
    _: Admin,
    once: OnceOnly,
    expected_version: IfMatch,
) -> Response:
    """Add a step to a working graph; without an `order` it comes last."""

    async def create() -> tuple[StepRead, int]:
        return await steps.create_step(session, trail, body, expected_version=expected_version), 201

    return await once.answer(create, version_of=lambda step: step.workflow_version)


@router.get("/weights/workflow/{workflow_id}/", responses=responses(NotFoundError))
async def get_step_weights(
    workflow_id: PathId, session: Session, _: AnyStaff, response: Response
) -> WeightsRead:
    """Show how a task's time is divided among the steps of a working graph."""
    shown = await weights.get_weights(session, workflow_id)
    set_etag(response, shown.workflow_version)
    return shown


@router.put("/weights/workflow/{workflow_id}/", responses=responses(NotFoundError, ConflictError))
async def update_step_weights(
    *,
    workflow_id: PathId,
    body: WeightsUpdate,
    session: Session,
    trail: AuditTrail,
    _: Admin,
    expected_version: IfMatch,
    response: Response,
) -> WeightsRead:
    """Set the weights of several steps, all of them or none."""
    shown = await weights.update_weights(session, trail, workflow_id, body, expected_version=expected_version)
    set_etag(response, shown.workflow_version)
    return shown


@router.get("/{step_id}/", responses=responses(NotFoundError))
async def get_step(step_id: PathId, session: Session, _: AnyStaff, response: Response) -> StepRead:
    """Show a step; its ETag is the version of its workflow."""
    step = await steps.get_step(session, step_id)
    set_etag(response, step.workflow_version)
    return step


@router.put("/{step_id}/", responses=responses(NotFoundError, ConflictError))
async def update_step(
    *,
    step_id: PathId,
    body: StepUpdate,
    session: Session,
    trail: AuditTrail,
    _: Admin,
    expected_version: IfMatch,
    response: Response,
) -> StepRead:
    """Change the fields named; those left out stay as they are. Running tasks keep their version."""
    step = await steps.update_step(session, trail, step_id, body, expected_version=expected_version)
    set_etag(response, step.workflow_version)
    return step


@router.delete("/{step_id}/", status_code=204, responses=responses(NotFoundError, ConflictError))
async def delete_step(
    step_id: PathId, session: Session, trail: AuditTrail, _: Admin, expected_version: IfMatch
) -> None:
    """Take a step and its transitions out of the working graph; running tasks keep their version."""
    await steps.delete_step(session, trail, step_id, expected_version=expected_version)
