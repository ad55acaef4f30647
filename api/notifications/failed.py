"""Failed notifications: which there are, and retrying them with the real result of the delivery."""

import asyncio
from collections.abc import Sequence

from fastapi import Request

from api.audit.enums import AuditAction, AuditTarget
from api.audit.trail import Trail, open_trail
from api.kit.clock import utc_now
from api.kit.db import Database, ReadSession, Session
from api.kit.errors import InvalidStateError, NotFoundError, UnavailableError
from api.kit.pagination import Ordering, Page, PageRequest
from api.notifications import failed_rows, jobs
from api.notifications.enums import Channel, DeliveryStatus, NotificationType
from api.notifications.failed_rows import FailedFilters, FailedRow
from api.notifications.failed_schemas import FailedNotification, RetryAllResult, RetryResult
from api.notifications.models import Notification, NotificationDelivery

POLL_SECONDS = 0.1
Begun = list[tuple[int, int]]


class RetryNotSentError(UnavailableError):
    """A retry that did not get a notification to its recipient; shown with the notification as it is now."""

    code = "not_sent"

    def __init__(self, result: RetryResult) -> None:
        super().__init__(result.message)
        self.result = result


async def list_failed(
    session: ReadSession, filters: FailedFilters, ordering: Ordering, page: PageRequest
) -> Page[FailedNotification]:
    count, rows = await failed_rows.list_failed(session, filters, ordering, page)
    return page.envelope(count, [_shown(row) for row in rows])


async def get_failed(session: ReadSession, delivery_id: int) -> FailedNotification:
    row = await failed_rows.find_failed(session, delivery_id)
    if row is None:
        raise NotFoundError(f"There is no failed notification {delivery_id}")
    return _shown(row)


async def retry(request: Request, delivery_id: int, *, force: bool) -> RetryResult:
    """Have a notification sent now, and say what came of it.

    Raises:
        NotFoundError: it never failed, or there is none such.
        InvalidStateError: it was sent, is being sent, or has no attempts left and `force` is not given.
        RetryNotSentError: it was not sent, or nobody sent it in the time that is waited.
    """
    # Not that of the request: the worker sees what is queued once it is committed, and is waited for.
    async with _database(request).transaction() as session:
        delivery = await failed_rows.lock_failed(session, delivery_id)
        if delivery is None:
            raise NotFoundError(f"There is no failed notification {delivery_id}")
        _refuse_needless(delivery, force=force)
        begun = await _begin(session, await open_trail(request, session), [delivery], force=force)
    outcomes = await _wait_for(request, begun)
    async with _database(request).read_sessions() as reading:
        shown = await get_failed(reading, delivery_id)
    if DeliveryStatus.SUCCESS in outcomes:
        return RetryResult(message="The notification was sent", notification=shown)
    message = (
        f"The notification was not sent: {shown.error_message}"
        if outcomes
        else "Nobody has tried to send the notification yet: it stays queued until a worker does"
    )
    raise RetryNotSentError(RetryResult(message=message, notification=shown))


async def retry_all(request: Request, *, force: bool) -> RetryAllResult:
    """Have everything that failed sent now, and say how much of it was."""
    async with _database(request).transaction() as session:
        deliveries = await failed_rows.lock_retriable(session, force=force)
        begun = await _begin(session, await open_trail(request, session), deliveries, force=force)
    outcomes = await _wait_for(request, begun)
    async with _database(request).read_sessions() as reading:
        unsent = await failed_rows.count_unsent(reading)
    sent = outcomes.count(DeliveryStatus.SUCCESS)
    return RetryAllResult(
        message=f"{sent} of {len(begun)} retried notifications were sent",
        total=len(begun),
        success=sent,
        failed=len(outcomes) - sent,
        remaining_pending=unsent,
    )


def _database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


def _refuse_needless(delivery: NotificationDelivery, *, force: bool) -> None:
    name = f"Notification {delivery.notification_delivery_id}"
    if delivery.status == DeliveryStatus.SUCCESS:
        raise InvalidStateError(f"{name} was sent already: there is nothing to retry")
    lease = delivery.next_attempt_at
    if delivery.status == DeliveryStatus.RETRYING and lease is not None and lease > utc_now():
        raise InvalidStateError(f"{name} is being sent at this moment: read it again shortly")
    if delivery.attempts >= delivery.max_attempts and not force:
        raise InvalidStateError(
            f"{name} was retried {delivery.max_attempts - 1} times, which is the limit: retry with force=true"
        )


async def _begin(
    session: Session, trail: Trail, deliveries: Sequence[NotificationDelivery], *, force: bool
) -> Begun:
    now = utc_now()
    for delivery in deliveries:
        delivery.status, delivery.next_attempt_at = DeliveryStatus.RETRYING, now
        trail.record(
            AuditAction.RETRY_NOTIFICATION,
            AuditTarget.NOTIFICATION,
            delivery.notification_delivery_id,
            {"attempts": delivery.attempts, "force": force},
        )
    begun = [(delivery.notification_delivery_id, delivery.attempts) for delivery in deliveries]
    await jobs.queue_deliveries(session, [delivery_id for delivery_id, _ in begun], priority=jobs.URGENT)
    return begun


async def _wait_for(request: Request, begun: Begun) -> list[DeliveryStatus]:
    """Wait until all retries are over or the time is; returns how those that are over ended."""
    outcomes: list[DeliveryStatus] = []
    clock = asyncio.get_running_loop().time
    until = clock() + request.app.state.settings.retry_wait_seconds
    while begun:
        async with _database(request).read_sessions() as session:
            outcomes = await failed_rows.list_outcomes(session, begun)
        if len(outcomes) == len(begun) or clock() >= until:
            break
        await asyncio.sleep(POLL_SECONDS)
    return outcomes


def _shown(row: FailedRow) -> FailedNotification:
    delivery, notification, title, role_name = row
    return FailedNotification(
        failed_notification_id=delivery.notification_delivery_id,
        user_id=notification.user_id,
        task_item_id=_item_key(notification),
        task_title=title,
        role_name=role_name,
        status=DeliveryStatus(delivery.status),
        error_message=delivery.last_error or "",
        retry_count=max(0, delivery.attempts - 1),
        max_retries=delivery.max_attempts - 1,
        created_at=delivery.created_at,
        last_retry_at=delivery.last_attempt_at if delivery.attempts > 1 else None,
        succeeded_at=delivery.sent_at,
        notification_type=NotificationType(notification.type),
        ticket_number=notification.ticket_number,
        payload={
            "notification_id": str(notification.notification_id),
            "user_type": notification.user_type,
            "target": delivery.target,
            "subject": notification.subject,
            "message": notification.message,
            "facts": notification.facts,
        },
        channel=Channel(delivery.channel),
        next_retry_at=delivery.next_attempt_at if delivery.status == DeliveryStatus.PENDING else None,
    )


def _item_key(notification: Notification) -> str | None:
    """Name the assignment it is about; an owner has none, and is named by the task."""
    if notification.type == NotificationType.TICKET_OWNER:
        return f"task_{notification.task_id}_owner"
    return None if notification.task_item_id is None else str(notification.task_item_id)
