from typing import Annotated

from fastapi import APIRouter, Query, Response

from api.annotations import service
from api.annotations.errors import AnnotationNotFoundError
from api.annotations.repository import AnnotationFilters
from api.annotations.schemas import AnnotationCreate, AnnotationRead, AnnotationUpdate, Kind
from api.audit.trail import AuditTrail
from api.identity.auth import Admin, AnyStaff
from api.kit.dates import Day, read_days
from api.kit.db import ReadSession, Session
from api.kit.errors import ConflictError, NotFoundError, responses
from api.kit.idempotency import OnceOnly
from api.kit.pagination import Page, PageQuery
from api.kit.schemas import PathId, QueryId

router = APIRouter(prefix="/annotations", tags=["annotations"])
Concerned = Annotated[
    str | None, Query(max_length=64, description="Those that concern it, and those that concern all of them")
]


@router.get("/", responses=responses(NotFoundError))
async def list_annotations(
    *,
    session: ReadSession,
    _: AnyStaff,
    page: PageQuery,
    start_date: Annotated[Day | None, Query(description="Those of this day of UTC or later")] = None,
    end_date: Annotated[Day | None, Query(description="Those of this day of UTC or earlier")] = None,
    kind: Kind | None = None,
    department: Concerned = None,
    category: Concerned = None,
    workflow_id: QueryId | None = None,
) -> Page[AnnotationRead]:
    """List what managers wrote onto the time axes, the newest day first."""
    days = read_days(start_date, end_date)
    filters = AnnotationFilters(days, kind, department, category, workflow_id)
    return await service.list_annotations(session, filters, page)


@router.post("/", status_code=201, response_model=AnnotationRead, responses=responses(ConflictError))
async def create_annotation(
    body: AnnotationCreate, session: Session, trail: AuditTrail, principal: Admin, once: OnceOnly
) -> Response:
    """Write what happened onto the time axes: of a day or of some days, for all of the desk or a part."""

    async def create() -> tuple[AnnotationRead, int]:
        return await service.create_annotation(session, trail, principal, body), 201

    return await once.answer(create)


@router.get("/{annotation_id}/", responses=responses(AnnotationNotFoundError))
async def get_annotation(annotation_id: PathId, session: ReadSession, _: AnyStaff) -> AnnotationRead:
    """Show one annotation."""
    return await service.get_annotation(session, annotation_id)


@router.put("/{annotation_id}/", responses=responses(AnnotationNotFoundError))
async def change_annotation(
    annotation_id: PathId, body: AnnotationUpdate, session: Session, trail: AuditTrail, principal: Admin
) -> AnnotationRead:
    """Change an annotation; what is left out stays as it is."""
    return await service.change_annotation(session, trail, principal, annotation_id, body)


@router.delete("/{annotation_id}/", status_code=204, responses=responses(AnnotationNotFoundError))
async def delete_annotation(annotation_id: PathId, session: Session, trail: AuditTrail, _: Admin) -> None:
    """Take an annotation off the time axes."""
    await service.delete_annotation(session, trail, annotation_id)
