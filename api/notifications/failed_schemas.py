from datetime import datetime
from typing import Any

from pydantic import BaseModel

from api.notifications.enums import Channel, DeliveryStatus, NotificationType


class FailedNotification(BaseModel):
    """A notification that could not be sent through a channel at least once."""

    failed_notification_id: int
    user_id: int
    task_item_id: str | None
    task_title: str
    role_name: str | None
    status: DeliveryStatus
    error_message: str
    retry_count: int
    max_retries: int
    created_at: datetime
    last_retry_at: datetime | None
    succeeded_at: datetime | None
    notification_type: NotificationType
    ticket_number: str | None
    payload: dict[str, Any]
    channel: Channel
    next_retry_at: datetime | None


class RetryResult(BaseModel):
    message: str
    notification: FailedNotification


class RetryAllResult(BaseModel):
    """`total` were retried; `remaining_pending` of all that failed are still to be sent."""

    message: str
    total: int
    success: int
    failed: int
    remaining_pending: int
