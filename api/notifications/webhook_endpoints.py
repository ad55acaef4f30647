from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from api.audit.trail import AuditTrail
from api.identity.auth import Admin
from api.kit.db import ReadSession, Session
from api.kit.errors import ConflictError, NotFoundError, responses
from api.kit.idempotency import OnceOnly
from api.kit.pagination import Page, PageQuery
from api.kit.schemas import PathId
from api.notifications import webhooks
from api.notifications.enums import DeliveryStatus, NotificationType
from api.notifications.webhook_rows import DeliveryFilters
from api.notifications.webhook_schemas import (
    WebhookCreate,
    WebhookDelivery,
    WebhookRead,
    WebhookUpdate,
    WebhookWithSecret,
)
from api.settings import ApiSettings

router = APIRouter(prefix="/webhooks", tags=["notifications"])


async def _read_settings(request: Request) -> ApiSettings:
    settings: ApiSettings = request.app.state.settings
    return settings


Settings = Annotated[ApiSettings, Depends(_read_settings)]


@router.get("/", responses=responses(NotFoundError))
async def list_webhooks(
    session: ReadSession,
    _: Admin,
    page: PageQuery,
    is_active: Annotated[bool | None, Query(description="Only those switched on, or off")] = None,
) -> Page[WebhookRead]:
    """List the endpoints that are told of what happens, the newest first."""
    return await webhooks.list_webhooks(session, page, is_active=is_active)


@router.post("/", status_code=201, response_model=WebhookWithSecret, responses=responses(ConflictError))
async def create_webhook(
    *,
    body: WebhookCreate,
    session: Session,
    trail: AuditTrail,
    principal: Admin,
    settings: Settings,
    once: OnceOnly,
) -> Response:
    """Have an endpoint told of what happens; its secret is in this answer only."""

    async def create() -> tuple[WebhookWithSecret, int]:
        return await webhooks.create_webhook(session, trail, principal, settings, body), 201

    return await once.answer(create)


@router.get("/{webhook_id}/", responses=responses(NotFoundError))
async def get_webhook(webhook_id: PathId, session: ReadSession, _: Admin) -> WebhookRead:
    """Show an endpoint, without its secret."""
    return await webhooks.get_webhook(session, webhook_id)


@router.put("/{webhook_id}/", responses=responses(NotFoundError))
async def change_webhook(
    *,
    webhook_id: PathId,
    body: WebhookUpdate,
    session: Session,
    trail: AuditTrail,
    _: Admin,
    settings: Settings,
) -> WebhookRead:
    """Change an endpoint; what is left out or null stays as it is."""
    return await webhooks.change_webhook(session, trail, settings, webhook_id, body)


@router.delete("/{webhook_id}/", status_code=204, responses=responses(NotFoundError))
async def delete_webhook(webhook_id: PathId, session: Session, trail: AuditTrail, _: Admin) -> None:
    """Send nothing more to an endpoint."""
    await webhooks.delete_webhook(session, trail, webhook_id)


@router.post(
    "/{webhook_id}/rotate-secret/",
    response_model=WebhookWithSecret,
    responses=responses(NotFoundError, ConflictError),
)
async def rotate_webhook_secret(
    webhook_id: PathId, session: Session, trail: AuditTrail, _: Admin, once: OnceOnly
) -> Response:
    """Sign with a new secret from the next message on; it is in this answer only."""

    async def rotate() -> tuple[WebhookWithSecret, int]:
        return await webhooks.rotate_secret(session, trail, webhook_id), 200

    return await once.answer(rotate)


@router.post(
    "/{webhook_id}/test/",
    status_code=202,
    response_model=WebhookDelivery,
    responses=responses(NotFoundError, ConflictError),
)
async def test_webhook(webhook_id: PathId, session: Session, principal: Admin, once: OnceOnly) -> Response:
    """Send an endpoint, and nobody else, a message to try it with."""

    async def send() -> tuple[WebhookDelivery, int]:
        return await webhooks.send_test(session, principal, webhook_id), 202

    return await once.answer(send)


@router.get("/{webhook_id}/deliveries/", responses=responses(NotFoundError))
async def list_webhook_deliveries(
    *,
    webhook_id: PathId,
    session: ReadSession,
    _: Admin,
    page: PageQuery,
    status: DeliveryStatus | None = None,
    notification_type: NotificationType | None = None,
) -> Page[WebhookDelivery]:
    """List what an endpoint was sent, or is to be, the newest first."""
    filters = DeliveryFilters(status, notification_type)
    return await webhooks.list_deliveries(session, webhook_id, filters, page)


@router.post(
    "/{webhook_id}/deliveries/{delivery_id}/replay/",
    response_model=WebhookDelivery,
    responses=responses(NotFoundError, ConflictError),
)
async def replay_webhook_delivery(
    *,
    webhook_id: PathId,
    delivery_id: PathId,
    session: Session,
    trail: AuditTrail,
    _: Admin,
    once: OnceOnly,
) -> Response:
    """Send a message again, whatever became of it.

    It keeps its `webhook-id`, so that an endpoint that has taken it can tell.
    """

    async def replay() -> tuple[WebhookDelivery, int]:
        return await webhooks.replay(session, trail, webhook_id, delivery_id), 200

    return await once.answer(replay)
