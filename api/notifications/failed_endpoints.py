"""Endpoints of failed notifications."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse

from api.identity.auth import Admin
from api.kit.db import ReadSession
from api.kit.error_responses import request_id_of
from api.kit.errors import ConflictError, ErrorBody, NotFoundError, UnavailableError, responses
from api.kit.idempotency import OnceOnly
from api.kit.pagination import Page, PageQuery, read_ordering
from api.kit.schemas import FilterText, PathId, QueryId
from api.notifications import failed
from api.notifications.enums import DeliveryStatus
from api.notifications.failed import RetryNotSentError
from api.notifications.failed_rows import ORDERINGS, FailedFilters
from api.notifications.failed_schemas import FailedNotification, RetryAllResult, RetryResult

router = APIRouter(prefix="/tasks/failed-notifications", tags=["notifications"])
Force = Annotated[bool, Query(description="Also where no attempt is left")]


@router.get("/", responses=responses(NotFoundError))
async def list_failed_notifications(
    *,
    session: ReadSession,
    _: Admin,
    page: PageQuery,
    status: Annotated[
        DeliveryStatus | None, Query(description="success lists what was sent after it had failed")
    ] = None,
    user_id: QueryId | None = None,
    role_name: Annotated[FilterText, Query(description="Of the step that it is about, in any case")] = None,
    search: Annotated[FilterText, Query(description="In the title and the error")] = None,
    ordering: Annotated[str | None, Query(description=f"One of {', '.join(ORDERINGS)}; -field")] = None,
) -> Page[FailedNotification]:
    """List what could not be sent at the first attempt and is not sent yet, the newest first."""
    filters = FailedFilters(status, user_id, (role_name or "").strip(), (search or "").strip())
    order = read_ordering(ordering, allowed=ORDERINGS, default="-created_at")
    return await failed.list_failed(session, filters, order, page)


@router.post("/retry-all/", response_model=RetryAllResult, responses=responses(ConflictError))
@router.post("/retry_all/", response_model=RetryAllResult, include_in_schema=False)
async def retry_failed_notifications(
    *, request: Request, _: Admin, once: OnceOnly, force: Force = False
) -> Response:
    """Have all that failed and has attempts left sent now, up to 500 at once, and say how much was."""

    async def retry() -> tuple[RetryAllResult, int]:
        return await failed.retry_all(request, force=force), 200

    return await once.answer(retry)


@router.get("/{failed_notification_id}/", responses=responses(NotFoundError))
async def get_failed_notification(
    failed_notification_id: PathId, session: ReadSession, _: Admin
) -> FailedNotification:
    """Show one notification that failed, whatever became of it."""
    return await failed.get_failed(session, failed_notification_id)


@router.post(
    "/{failed_notification_id}/retry/",
    response_model=RetryResult,
    responses=responses(NotFoundError, ConflictError, UnavailableError),
)
async def retry_failed_notification(
    *, failed_notification_id: PathId, request: Request, _: Admin, once: OnceOnly, force: Force = False
) -> Response:
    """Have a notification sent now; 200 once it is, and 503 with the reason where it could not be."""

    async def retry() -> tuple[RetryResult, int]:
        return await failed.retry(request, failed_notification_id, force=force), 200

    try:
        return await once.answer(retry)
    except RetryNotSentError as error:
        # Not by the common handler, whose body has no place for the notification.
        refusal = ErrorBody(
            error=error.sentence, details={}, code=error.reason, request_id=request_id_of(request)
        )
        body = refusal.model_dump() | error.result.model_dump(mode="json")
        return JSONResponse(body, error.status_code, error.headers)
