"""The jobs of notifications: queued with the rows they send, and anew where a killed worker lost one."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select, text

from api.kit.clock import utc_now
from api.kit.db import Database, Session
from api.notifications.enums import DeliveryStatus
from api.notifications.models import Notification, NotificationDelivery

NOTIFICATIONS = "notifications"
DISPATCH_TASK, DELIVERY_TASK = "dispatch_notification", "deliver_notification"
FORGOTTEN_AFTER = timedelta(seconds=15)
# Before what nobody waits for.
URGENT = 10
_MOST_SWEPT = 1000

# A job that waits for its hour would run beside the new one.
_DROP_WAITING = text(
    "delete from queue.procrastinate_jobs where status = 'todo' and queueing_lock = any(:locks)"
)
_DEFER_DELIVERIES = text("""
select queue.procrastinate_defer_jobs_v1(array(
    select row(
        cast(:queue as varchar), cast(:task as varchar), cast(:priority as int), null,
        'delivery-' || delivery_id,
        jsonb_build_object('delivery_id', delivery_id), cast(:at as timestamptz)
    )::queue.procrastinate_job_to_defer_v1
    from unnest(cast(:delivery_ids as bigint[])) as delivery_id
))
""")
_DEFER_DISPATCHES = text("""
select queue.procrastinate_defer_jobs_v1(array(
    select row(
        cast(:queue as varchar), cast(:task as varchar), 0, null, notification_id,
        jsonb_build_object('notification_id', notification_id), null
    )::queue.procrastinate_job_to_defer_v1
    from unnest(cast(:notification_ids as text[])) as notification_id
))
""")
_HAS_NO_DISPATCH = text("""
not exists (
    select from queue.procrastinate_jobs
    where task_name = :task and status in ('todo', 'doing')
    and queueing_lock = cast(notification.notification_id as text))
""")
_HAS_NO_DELIVERY = text("""
not exists (
    select from queue.procrastinate_jobs
    where task_name = :task and status in ('todo', 'doing')
    and queueing_lock = 'delivery-' || notification_delivery.notification_delivery_id)
""")


async def queue_deliveries(
    session: Session, delivery_ids: Sequence[int], *, at: datetime | None = None, priority: int = 0
) -> None:
    """Queue the next attempt of deliveries, in the place of any job of theirs that still waits.

    The caller holds the locks of their rows: of two jobs queued for one at once, one would fail.
    """
    locks = [f"delivery-{delivery_id}" for delivery_id in delivery_ids]
    await session.execute(_DROP_WAITING, {"locks": locks})
    names = {"queue": NOTIFICATIONS, "task": DELIVERY_TASK, "priority": priority, "at": at}
    await session.execute(_DEFER_DELIVERIES, {**names, "delivery_ids": list(delivery_ids)})


async def defer_forgotten(database: Database) -> int:
    """Queue whatever should have been dispatched or sent by now and has no job; returns how much."""
    async with database.sessions() as session, session.begin():
        return await _defer_undispatched(session) + await _defer_unsent(session)


async def _defer_undispatched(session: Session) -> int:
    found = await session.scalars(
        select(Notification.notification_id)
        .where(
            Notification.dispatched_at.is_(None),
            Notification.created_at < utc_now() - FORGOTTEN_AFTER,
            _HAS_NO_DISPATCH.bindparams(task=DISPATCH_TASK),
        )
        .order_by(Notification.created_at)
        .limit(_MOST_SWEPT)
        .with_for_update(skip_locked=True)
    )
    notification_ids = [str(notification_id) for notification_id in found]
    names = {"queue": NOTIFICATIONS, "task": DISPATCH_TASK}
    await session.execute(_DEFER_DISPATCHES, {**names, "notification_ids": notification_ids})
    return len(notification_ids)


async def _defer_unsent(session: Session) -> int:
    delivery = NotificationDelivery
    found = await session.scalars(
        select(delivery.notification_delivery_id)
        .where(
            delivery.status.in_((DeliveryStatus.PENDING, DeliveryStatus.RETRYING)),
            func.coalesce(delivery.next_attempt_at, delivery.created_at) < utc_now() - FORGOTTEN_AFTER,
            _HAS_NO_DELIVERY.bindparams(task=DELIVERY_TASK),
        )
        .order_by(delivery.next_attempt_at)
        .limit(_MOST_SWEPT)
        .with_for_update(skip_locked=True)
    )
    delivery_ids = list(found)
    await queue_deliveries(session, delivery_ids)
    return len(delivery_ids)
