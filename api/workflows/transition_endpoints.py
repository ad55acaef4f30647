from fastapi import APIRouter, Response

from api.audit.trail import AuditTrail
from api.identity.auth import Admin, AnyStaff
from api.kit.db import Session
from api.kit.errors import ConflictError, NotFoundError, responses
from api.kit.idempotency import OnceOnly
from api.kit.pagination import Page, PageQuery
from api.kit.preconditions import IfMatch, set_etag
from api.kit.schemas import PathId, QueryId
from api.workflows import transitions
from api.workflows.step_schemas import TransitionCreate, TransitionRead

router = APIRouter(prefix="/transitions", tags=["transitions"])


@router.get("/", responses=responses(NotFoundError))
async def list_transitions(
    *,
    session: Session,
    _: AnyStaff,
    page: PageQuery,
    workflow_id: QueryId | None = None,
    from_step_id: QueryId | None = None,
    to_step_id: QueryId | None = None,
) -> Page[TransitionRead]:
    """List the transitions of the working graphs, workflow by workflow."""
    return await transitions.list_transitions(
        session, workflow_id=workflow_id, from_step_id=from_step_id, to_step_id=to_step_id, page=page
    )


@router.post("/", status_code=201, response_model=TransitionRead, responses=responses(ConflictError))
async def create_transition(
    *,
    body: TransitionCreate,
    session: Session,
    trail: AuditTrail,
    _: Admin,
    once: OnceOnly,
    expected_version: IfMatch,
) -> Response:
    """Join two steps of one working graph."""

    async def create() -> tuple[TransitionRead, int]:
        made = await transitions.create_transition(session, trail, body, expected_version=expected_version)
        return made, 201

    return await once.answer(create, version_of=lambda transition: transition.workflow_version)


@router.get("/{transition_id}/", responses=responses(NotFoundError))
async def get_transition(
    transition_id: PathId, session: Session, _: AnyStaff, response: Response
) -> TransitionRead:
    """Show a transition; its ETag is the version of its workflow."""
    transition = await transitions.get_transition(session, transition_id)
    set_etag(response, transition.workflow_version)
    return transition


@router.delete("/{transition_id}/", status_code=204, responses=responses(NotFoundError, ConflictError))
async def delete_transition(
    transition_id: PathId, session: Session, trail: AuditTrail, _: Admin, expected_version: IfMatch
) -> None:
    """Take a transition out of the working graph; running tasks keep their version."""
    await transitions.delete_transition(session, trail, transition_id, expected_version=expected_version)
