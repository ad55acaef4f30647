"""Telling people what happened: written with the change itself, sent by the worker."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from api.identity.enums import UserType
from api.kit.db import Session, write_late
from api.notifications.enums import NotificationType
from api.notifications.models import Notification

LONGEST_SUBJECT = 200


@dataclass(frozen=True, slots=True)
class About:
    """What a notification is about."""

    ticket_number: str | None = None
    task_id: int | None = None
    task_item_id: int | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


def name_event(
    kind: NotificationType, event_key: str, user_id: int, user_type: UserType = UserType.STAFF
) -> str:
    """Name an event and who is told of it: what is unique among notifications."""
    return f"{kind}:{event_key}:{user_type}:{user_id}"


def notify(
    session: Session,
    kind: NotificationType,
    user_id: int,
    *,
    subject: str,
    message: str,
    about: About,
    at: datetime,
    user_type: UserType = UserType.STAFF,
    event_key: str | None = None,
) -> None:
    """Tell a person of an event, in the transaction of the event.

    Args:
        session: that of the change.
        kind: by which the recipient's preferences choose channels.
        user_id: who is told.
        subject: one line; cut to 200 characters.
        message: what happened and why, as plain text.
        about: what it is about.
        at: when it happened.
        user_type: staff, or an employee who asked for something.
        event_key: names the event where it could be met twice, up to 100 characters; a second notification
            of it to the same person then fails with the transaction.
    """
    notification_id = uuid4()
    key = str(notification_id) if event_key is None else name_event(kind, event_key, user_id, user_type)
    write_late(
        session,
        Notification(
            notification_id=notification_id,
            dedup_key=key,
            user_type=user_type,
            user_id=user_id,
            type=kind,
            subject=subject[:LONGEST_SUBJECT],
            message=message,
            ticket_number=about.ticket_number,
            task_id=about.task_id,
            task_item_id=about.task_item_id,
            facts=dict(about.facts),
            occurred_at=at,
        ),
    )
