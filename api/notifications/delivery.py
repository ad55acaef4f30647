"""Sending one notification through one channel: claimed, sent with no transaction open, written down."""

import asyncio
import random
from dataclasses import dataclass
from datetime import timedelta

import httpx
from sqlalchemy import func, select, update

from api.kit.attempts import Outcome, note_attempt
from api.kit.clock import utc_now
from api.kit.db import Database
from api.kit.logs import log
from api.notifications.channels.mail import send_mail
from api.notifications.channels.outcomes import SendingFailed, SendingRefused
from api.notifications.channels.webhook import send_webhook
from api.notifications.enums import Channel, DeliveryStatus
from api.notifications.jobs import queue_deliveries
from api.notifications.models import Notification, NotificationDelivery, Webhook
from api.notifications.recipients import find_address
from api.notifications.rendering import render_event, render_mail
from api.settings import MAIL_ADDRESS, ApiSettings

WAITS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15))
# An attempt takes so long at the most, and belongs to who claimed it for longer than that.
LONGEST_ATTEMPT_SECONDS = 60.0
CLAIMED_FOR = timedelta(seconds=75)
_jitter = random.SystemRandom()


@dataclass(frozen=True)
class Outbound:
    """What sending works with."""

    settings: ApiSettings
    database: Database
    webhooks: httpx.AsyncClient


@dataclass(frozen=True, slots=True)
class Attempt:
    """A delivery as it was claimed, with what is sent and where to."""

    delivery: NotificationDelivery
    notification: Notification
    webhook: Webhook | None


async def deliver(outbound: Outbound, delivery_id: int) -> None:
    """Make one attempt at a delivery that is due; what comes of it is written down, not raised."""
    attempt = await _claim(outbound, delivery_id)
    if attempt is None:
        return
    problem: SendingFailed | SendingRefused | None = None
    try:
        async with asyncio.timeout(LONGEST_ATTEMPT_SECONDS):
            await _send(outbound, attempt)
    except (SendingFailed, SendingRefused) as error:
        problem = error
    except TimeoutError:
        problem = SendingFailed(f"It was not sent within {LONGEST_ATTEMPT_SECONDS:g} seconds")
    except Exception as error:  # noqa: BLE001 - a fault of ours belongs in the list of what failed, too
        log.exception("sending_broke", delivery_id=delivery_id)
        problem = SendingFailed(f"Something went wrong on our side ({type(error).__name__})")
    await _record(outbound, attempt, problem)


async def _claim(outbound: Outbound, delivery_id: int) -> Attempt | None:
    """Take a delivery that is due; None when it is done, not due, or at an attempt of somebody else's."""
    table = NotificationDelivery
    # The database's clock, by which the job was found to be due.
    now = func.now()
    claim = (
        update(table)
        .where(
            table.notification_delivery_id == delivery_id,
            table.status.in_((DeliveryStatus.PENDING, DeliveryStatus.RETRYING)),
            func.coalesce(table.next_attempt_at, table.created_at) <= now,
        )
        .values(
            status=DeliveryStatus.RETRYING,
            attempts=table.attempts + 1,
            last_attempt_at=now,
            next_attempt_at=now + CLAIMED_FOR,
        )
        .returning(table)
    )
    async with outbound.database.sessions() as session, session.begin():
        delivery = await session.scalar(claim)
        if delivery is None:
            return None
        notification = await session.get_one(Notification, delivery.notification_id)
        webhook = None
        if delivery.webhook_id is not None:
            webhook = await session.get_one(Webhook, delivery.webhook_id)
            delivery.target = webhook.url
        else:
            # An address that was put right meanwhile is where a retry should go.
            delivery.target = await find_address(session, notification) or delivery.target
    return Attempt(delivery, notification, webhook)


async def _send(outbound: Outbound, attempt: Attempt) -> None:
    delivery, notification, webhook = attempt.delivery, attempt.notification, attempt.webhook
    if webhook is not None:
        if not webhook.is_active or webhook.deleted_at is not None:
            raise SendingRefused("The endpoint was switched off or removed: switch it on to retry")
        await send_webhook(
            outbound.webhooks,
            outbound.settings,
            address=webhook.url,
            secret=webhook.secret,
            message_id=str(notification.notification_id),
            body=render_event(notification),
        )
    elif delivery.channel == Channel.EMAIL:
        await _send_mail(outbound.settings, attempt)
    else:
        log.info(
            "notification",
            recipient=delivery.target,
            notification_type=notification.type,
            subject=notification.subject,
        )


async def _send_mail(settings: ApiSettings, attempt: Attempt) -> None:
    recipient = attempt.delivery.target
    if not settings.smtp_host:
        raise SendingFailed("There is no mail server any more: set SLUICE_SMTP_HOST")
    if not MAIL_ADDRESS.fullmatch(recipient):
        raise SendingRefused(f"{recipient[:100]!r} is no e-mail address: put it right and retry")
    mail = render_mail(
        attempt.notification,
        recipient=recipient,
        delivery_id=attempt.delivery.notification_delivery_id,
        settings=settings,
    )
    await send_mail(settings, mail)


async def _record(
    outbound: Outbound, attempt: Attempt, problem: SendingFailed | SendingRefused | None
) -> None:
    """Write down how an attempt went, and queue the next one where there is to be one."""
    table = NotificationDelivery
    delivery_id = attempt.delivery.notification_delivery_id
    now = utc_now()
    async with outbound.database.sessions() as session, session.begin():
        delivery = await session.scalar(
            select(table).where(table.notification_delivery_id == delivery_id).with_for_update()
        )
        if delivery is None or delivery.status == DeliveryStatus.SUCCESS:
            return
        if problem is None:
            delivery.status, delivery.sent_at, delivery.next_attempt_at = DeliveryStatus.SUCCESS, now, None
            note_attempt("notifications", delivery.channel, Outcome.DELIVERED)
            return
        if delivery.attempts != attempt.delivery.attempts:
            # It took so long that somebody else is at it: theirs is the attempt that counts.
            return
        delivery.last_error = problem.problem
        delivery.first_failed_at = delivery.first_failed_at or now
        wait = _wait_after(delivery, problem)
        if wait is None:
            delivery.status, delivery.next_attempt_at = DeliveryStatus.FAILED, None
        else:
            delivery.status, delivery.next_attempt_at = DeliveryStatus.PENDING, now + wait
            await queue_deliveries(session, [delivery_id], at=delivery.next_attempt_at)
    outcome = Outcome.FAILED if wait is None else Outcome.RETRYING
    note_attempt("notifications", attempt.delivery.channel, outcome)
    log.warning(
        "notification_not_sent",
        delivery_id=delivery_id,
        channel=attempt.delivery.channel,
        attempts=attempt.delivery.attempts,
        is_final=wait is None,
        problem=problem.problem,
    )


def _wait_after(delivery: NotificationDelivery, problem: SendingFailed | SendingRefused) -> timedelta | None:
    """Say how long to wait for the next attempt; None when there is to be none."""
    if isinstance(problem, SendingRefused) or delivery.attempts >= delivery.max_attempts:
        return None
    planned = WAITS[min(delivery.attempts, len(WAITS)) - 1] * _jitter.uniform(0.9, 1.1)
    return max(planned, problem.retry_after or timedelta())
