"""Notifications past the services, as rows of their table."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from api.notifications.models import Notification
from tests.factories.desk import Desk

WRITTEN_AT = datetime(2026, 2, 14, 8, 0, tzinfo=UTC)


def build_notification(**changes: Any) -> Notification:
    fields = {
        "notification_id": uuid4(),
        "dedup_key": str(uuid4()),
        "user_type": "staff",
        "user_id": 4,
        "type": "task_assignment",
        "subject": "TX1 is yours",
        "message": "The step 'Triage' of TX1 was assigned to you.",
        "ticket_number": "TX1",
        "occurred_at": WRITTEN_AT,
    }
    return Notification(**fields | changes)


def add_notification(desk: Desk, **changes: Any) -> UUID:
    """Write a notification and return its id."""
    fields = {
        "dedup_key": str(uuid4()),
        "notification_id": uuid4(),
        "user_id": 4,
        "type": "task_assignment",
        "subject": "TX1 is yours",
        "message": "The step 'Triage' of TX1 was assigned to you.",
        "ticket_number": "TX1",
        "occurred_at": WRITTEN_AT,
        "created_at": WRITTEN_AT,
        **changes,
    }
    columns, marks = ", ".join(fields), ", ".join(["%s"] * len(fields))
    statement = f"insert into ops.notification ({columns}) values ({marks}) returning notification_id"
    found: UUID = desk.scalar(statement, *fields.values())
    return found
