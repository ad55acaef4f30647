"""Webhook endpoints: who is told besides people, and what became of what they were sent."""

import base64
import secrets
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from api.audit.enums import AuditAction, AuditTarget
from api.audit.trail import Trail
from api.identity.principal import Principal
from api.kit.clock import utc_now
from api.kit.db import Session
from api.kit.errors import InvalidStateError, ValidationFailedError
from api.kit.pagination import Page, PageRequest
from api.notifications import webhook_rows
from api.notifications.channels.webhook import SECRET_PREFIX
from api.notifications.enums import Channel, DeliveryStatus, NotificationType
from api.notifications.errors import DeliveryNotFoundError, WebhookNotFoundError
from api.notifications.jobs import URGENT, queue_deliveries
from api.notifications.models import Notification, NotificationDelivery, Webhook
from api.notifications.targets import TargetForbidden, refuse_forbidden_target
from api.notifications.webhook_rows import DeliveryFilters, DeliveryRow
from api.notifications.webhook_schemas import (
    WebhookCreate,
    WebhookDelivery,
    WebhookRead,
    WebhookUpdate,
    WebhookWithSecret,
)
from api.settings import ApiSettings

_SECRET_BYTES = 32
_TOLD = ("url", "description", "types", "is_active")


async def list_webhooks(session: Session, page: PageRequest, *, is_active: bool | None) -> Page[WebhookRead]:
    count, webhooks = await webhook_rows.list_webhooks(session, page, is_active=is_active)
    return page.envelope(count, [_read(webhook) for webhook in webhooks])


async def get_webhook(session: Session, webhook_id: int) -> WebhookRead:
    return _read(await _find(session, webhook_id))


async def create_webhook(
    session: Session, trail: Trail, principal: Principal, settings: ApiSettings, body: WebhookCreate
) -> WebhookWithSecret:
    """Make an endpoint, with a secret of its own.

    Raises:
        ValidationFailedError: a webhook may not go to that address.
    """
    _check_url(body.url, settings)
    webhook = Webhook(**body.model_dump(mode="json"), secret=_new_secret(), created_by=principal.user_id)
    session.add(webhook)
    await session.flush()
    await session.refresh(webhook)
    new = {field: {"old": None, "new": value} for field, value in _told(webhook).items()}
    _record(trail, AuditAction.CREATE_WEBHOOK, webhook, new)
    return _read_with_secret(webhook)


async def change_webhook(
    session: Session, trail: Trail, settings: ApiSettings, webhook_id: int, body: WebhookUpdate
) -> WebhookRead:
    """Change what the body names.

    Raises:
        ValidationFailedError: a webhook may not go to that address.
    """
    webhook = await _find(session, webhook_id, for_change=True)
    if body.url is not None:
        _check_url(body.url, settings)
    old = _told(webhook)
    for field, value in body.model_dump(mode="json", exclude_none=True).items():
        setattr(webhook, field, value)
    changes = {
        field: {"old": old[field], "new": value}
        for field, value in _told(webhook).items()
        if value != old[field]
    }
    if changes:
        _record(trail, AuditAction.UPDATE_WEBHOOK, webhook, changes)
        await session.flush()
        await session.refresh(webhook)
    return _read(webhook)


async def delete_webhook(session: Session, trail: Trail, webhook_id: int) -> None:
    """Send nothing more to an endpoint; what it was sent is kept."""
    webhook = await _find(session, webhook_id, for_change=True)
    webhook.deleted_at = utc_now()
    _record(trail, AuditAction.DELETE_WEBHOOK, webhook, {"url": webhook.url})


async def rotate_secret(session: Session, trail: Trail, webhook_id: int) -> WebhookWithSecret:
    """Sign with a new secret from the next message on."""
    webhook = await _find(session, webhook_id, for_change=True)
    webhook.secret = _new_secret()
    _record(trail, AuditAction.UPDATE_WEBHOOK, webhook, {"secret": "rotated"})
    await session.flush()
    await session.refresh(webhook)
    return _read_with_secret(webhook)


async def list_deliveries(
    session: Session, webhook_id: int, filters: DeliveryFilters, page: PageRequest
) -> Page[WebhookDelivery]:
    await _find(session, webhook_id)
    count, rows = await webhook_rows.list_deliveries(session, webhook_id, filters, page)
    return page.envelope(count, [_read_delivery(row) for row in rows])


async def replay(session: Session, trail: Trail, webhook_id: int, delivery_id: int) -> WebhookDelivery:
    """Send a message again, whatever became of it, under the same message id.

    Raises:
        InvalidStateError: the endpoint is switched off, or the message is being sent now.
    """
    _require_active(await _find(session, webhook_id))
    row = await webhook_rows.lock_delivery(session, webhook_id, delivery_id)
    if row is None:
        raise DeliveryNotFoundError
    delivery, _ = row
    now = utc_now()
    claimed_until = delivery.next_attempt_at
    if delivery.status == DeliveryStatus.RETRYING and claimed_until is not None and claimed_until > now:
        message = f"Delivery {delivery_id} is being sent at this moment: read it again shortly"
        raise InvalidStateError(message)
    changes = {"webhook_id": webhook_id, "status": {"old": delivery.status, "new": "pending"}}
    trail.record(AuditAction.RETRY_NOTIFICATION, AuditTarget.NOTIFICATION, delivery_id, changes)
    delivery.status, delivery.sent_at, delivery.next_attempt_at = DeliveryStatus.PENDING, None, now
    delivery.max_attempts = max(delivery.max_attempts, delivery.attempts + 1)
    await session.flush()
    await queue_deliveries(session, [delivery_id], priority=URGENT)
    return _read_delivery(row)


async def send_test(session: Session, principal: Principal, webhook_id: int) -> WebhookDelivery:
    """Send an endpoint, and nobody else, a message to try it with.

    Raises:
        InvalidStateError: the endpoint is switched off.
    """
    webhook = await _find(session, webhook_id)
    _require_active(webhook)
    now = utc_now()
    notification_id = uuid4()
    notification = Notification(
        notification_id=notification_id,
        dedup_key=str(notification_id),
        user_type=principal.user_type,
        user_id=principal.user_id,
        type=NotificationType.SYSTEM,
        subject="Test of a webhook",
        message=f"{principal.full_name or principal.username} tries whether messages reach this endpoint.",
        facts={"webhook_id": webhook_id},
        occurred_at=now,
        # Nobody's inbox is concerned, nor any other channel.
        in_app=False,
        dispatched_at=now,
    )
    delivery = NotificationDelivery(
        notification_id=notification_id,
        channel=Channel.WEBHOOK,
        webhook_id=webhook_id,
        target=webhook.url,
        next_attempt_at=now,
    )
    session.add(notification)
    await session.flush()
    session.add(delivery)
    await session.flush()
    await session.refresh(delivery)
    return _read_delivery((delivery, notification))


async def _find(session: Session, webhook_id: int, *, for_change: bool = False) -> Webhook:
    webhook = await webhook_rows.find_webhook(session, webhook_id, for_change=for_change)
    if webhook is None:
        raise WebhookNotFoundError
    return webhook


def _check_url(url: str, settings: ApiSettings) -> None:
    try:
        refuse_forbidden_target(url, settings)
    except TargetForbidden as error:
        raise ValidationFailedError.of("url", str(error)) from None


def _require_active(webhook: Webhook) -> None:
    if not webhook.is_active:
        message = f"Webhook {webhook.webhook_id} is switched off: set is_active to true first"
        raise InvalidStateError(message)


def _new_secret() -> str:
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def _told(webhook: Webhook) -> dict[str, Any]:
    """Tell what the trail keeps of an endpoint: all but the secret."""
    return {field: getattr(webhook, field) for field in _TOLD}


def _record(trail: Trail, action: AuditAction, webhook: Webhook, changes: Mapping[str, Any]) -> None:
    trail.record(action, AuditTarget.WEBHOOK, webhook.webhook_id, changes)


def _read(webhook: Webhook) -> WebhookRead:
    return WebhookRead.model_validate(webhook, from_attributes=True)


def _read_with_secret(webhook: Webhook) -> WebhookWithSecret:
    return WebhookWithSecret.model_validate(webhook, from_attributes=True)


def _read_delivery(row: DeliveryRow) -> WebhookDelivery:
    delivery, notification = row
    return WebhookDelivery(
        delivery_id=delivery.notification_delivery_id,
        webhook_id=delivery.webhook_id or 0,
        notification_id=notification.notification_id,
        notification_type=NotificationType(notification.type),
        ticket_number=notification.ticket_number,
        subject=notification.subject,
        target=delivery.target,
        status=DeliveryStatus(delivery.status),
        attempts=delivery.attempts,
        max_attempts=delivery.max_attempts,
        last_error=delivery.last_error,
        next_attempt_at=delivery.next_attempt_at,
        last_attempt_at=delivery.last_attempt_at,
        first_failed_at=delivery.first_failed_at,
        sent_at=delivery.sent_at,
        created_at=delivery.created_at,
    )
