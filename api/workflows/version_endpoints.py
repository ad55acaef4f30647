from fastapi import APIRouter, Response

from api.audit.trail import AuditTrail
from api.identity.auth import Admin, AnyStaff
from api.kit.db import Session
from api.kit.errors import ConflictError, NotFoundError, responses
from api.kit.idempotency import OnceOnly
from api.kit.pagination import Page, PageQuery
from api.kit.preconditions import IfMatch
from api.kit.schemas import PathId
from api.workflows import versions
from api.workflows.schemas import WorkflowDetail
from api.workflows.version_schemas import VersionRead, VersionSummary

router = APIRouter(prefix="/workflows/{workflow_id}/versions", tags=["workflows"])


@router.get("/", responses=responses(NotFoundError))
async def list_workflow_versions(
    workflow_id: PathId, session: Session, _: AnyStaff, page: PageQuery
) -> Page[VersionSummary]:
    """List the graphs a workflow froze, the newest first."""
    return await versions.list_versions(session, workflow_id, page)


@router.get("/{version}/", responses=responses(NotFoundError))
async def get_workflow_version(
    workflow_id: PathId, version: PathId, session: Session, _: AnyStaff
) -> VersionRead:
    """Show a frozen graph; steps and transitions deleted since are in it."""
    return await versions.get_version(session, workflow_id, version)


@router.post(
    "/{version}/rollback/",
    response_model=WorkflowDetail,
    responses=responses(NotFoundError, ConflictError),
)
async def roll_back_workflow(
    *,
    workflow_id: PathId,
    version: PathId,
    session: Session,
    trail: AuditTrail,
    _: Admin,
    once: OnceOnly,
    expected_version: IfMatch,
) -> Response:
    """Make the working graph that of a version again; initialize then puts it to work."""

    async def roll_back() -> tuple[WorkflowDetail, int]:
        detail = await versions.roll_back(
            session, trail, workflow_id, version, expected_version=expected_version
        )
        return detail, 200

    return await once.answer(roll_back, version_of=lambda detail: detail.workflow.version)
