from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query

from api.audit import service
from api.audit.enums import AuditAction, AuditTarget
from api.audit.repository import ORDERINGS, AuditFilters
from api.audit.schemas import AuditEventRead
from api.identity.auth import Admin
from api.kit.clock import utc_now
from api.kit.dates import DaysQuery
from api.kit.db import Session
from api.kit.errors import NotFoundError, responses
from api.kit.pagination import Page, PageQuery, WholeNumber, read_ordering
from api.kit.schemas import PathId, QueryId

router = APIRouter(prefix="/audit/events", tags=["audit"])
_NEWEST_FIRST = "-timestamp"


@router.get("/", responses=responses(NotFoundError))
async def list_audit_events(
    *,
    session: Session,
    _: Admin,
    page: PageQuery,
    range_of_days: DaysQuery,
    action: AuditAction | None = None,
    user_id: QueryId | None = None,
    target_type: AuditTarget | None = None,
    target_id: QueryId | None = None,
    days: Annotated[
        WholeNumber | None, Query(ge=1, le=36_500, description="Only the last so many times 24 hours")
    ] = None,
    search: Annotated[
        str | None,
        Query(max_length=200, description="In username, email, action, target type and description"),
    ] = None,
    ordering: Annotated[str | None, Query(description=f"One of {', '.join(ORDERINGS)}; -field")] = None,
) -> Page[AuditEventRead]:
    """List what was changed and by whom, the newest first unless told otherwise."""
    filters = AuditFilters(
        action=action,
        user_id=user_id,
        target_type=target_type,
        target_id=target_id,
        since=None if days is None else utc_now() - timedelta(days=days),
        days=range_of_days,
        search=(search or "").strip() or None,
    )
    order = read_ordering(ordering, allowed=ORDERINGS, default=_NEWEST_FIRST)
    return await service.list_events(session, filters, order, page)


@router.get("/by-target/", responses=responses(NotFoundError))
async def list_audit_events_of_target(
    *, session: Session, _: Admin, page: PageQuery, target_type: AuditTarget, target_id: QueryId
) -> Page[AuditEventRead]:
    """List what happened to one thing, the newest first."""
    filters = AuditFilters(target_type=target_type, target_id=target_id)
    order = read_ordering(None, allowed=ORDERINGS, default=_NEWEST_FIRST)
    return await service.list_events(session, filters, order, page)


@router.get("/{event_id}/", responses=responses(NotFoundError))
async def get_audit_event(event_id: PathId, session: Session, _: Admin) -> AuditEventRead:
    """Show one change."""
    return await service.get_event(session, event_id)
