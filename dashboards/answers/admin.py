"""What administrators look after: limits, calendars, what could not be delivered."""

from datetime import date, datetime

from pydantic import Field

from dashboards.answers.base import Answer, Page


class Threshold(Answer):
    name: str
    value: float
    default: float
    minimum: float
    maximum: float
    unit: str
    description: str
    updated_at: datetime | None


class Thresholds(Answer):
    thresholds: list[Threshold]


class Interval(Answer):
    opens: str
    closes: str


class PublicHolidays(Answer):
    country: str
    subdivision: str | None = None


class Calendar(Answer):
    """Working hours by day of the week; `holidays` are days off besides the public ones."""

    calendar_id: int
    name: str
    revision: int
    time_zone: str
    weekly_hours: dict[str, list[Interval]]
    holidays: list[date]
    public_holidays: PublicHolidays | None
    closed_on: list[date]


class Calendars(Page):
    results: list[Calendar]


class FailedNotification(Answer):
    failed_notification_id: int
    user_id: int
    task_title: str
    ticket_number: str | None
    notification_type: str
    channel: str
    status: str
    error_message: str
    retry_count: int
    max_retries: int
    created_at: datetime
    last_retry_at: datetime | None
    next_retry_at: datetime | None


class FailedNotifications(Page):
    results: list[FailedNotification]


class Done(Answer):
    """What the API says that it did."""

    message: str


class RetriedAll(Answer):
    message: str
    total: int
    success: int
    failed: int
    remaining_pending: int


class Webhook(Answer):
    webhook_id: int
    url: str
    is_active: bool


class Webhooks(Page):
    results: list[Webhook]


class Delivery(Answer):
    delivery_id: int
    subject: str
    notification_type: str
    ticket_number: str | None
    status: str
    attempts: int
    max_attempts: int
    last_error: str | None
    next_attempt_at: datetime | None
    sent_at: datetime | None
    created_at: datetime


class Deliveries(Page):
    results: list[Delivery] = Field(default_factory=list)
