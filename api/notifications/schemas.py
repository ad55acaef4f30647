from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field, StrictBool

from api.kit.schemas import BodyId, RequestModel
from api.notifications.enums import Channel, DigestPeriod, NotificationType


class NotificationRead(BaseModel):
    id: UUID
    user_id: int
    subject: str
    message: str
    notification_type: NotificationType
    related_ticket_number: str | None
    task_id: int | None
    task_item_id: int | None
    metadata: dict[str, Any]
    is_read: bool
    created_at: datetime
    read_at: datetime | None


class NotificationCount(BaseModel):
    count: int


class ChosenChannel(StrEnum):
    """The channels that a person has a say in."""

    IN_APP = Channel.IN_APP
    EMAIL = Channel.EMAIL


class ChannelsRead(BaseModel):
    in_app: bool
    email: bool


class PreferencesRead(BaseModel):
    types: dict[NotificationType, ChannelsRead] = Field(description="Each type, with the defaults filled in")
    digest: DigestPeriod
    quiet_calendar_id: int | None = Field(description="E-mail waits until this calendar opens")


class PreferencesUpdate(RequestModel):
    """What is left out stays as it is; null goes back to the default."""

    types: dict[NotificationType, dict[ChosenChannel, StrictBool | None] | None] = Field(default_factory=dict)
    digest: DigestPeriod | None = None
    quiet_calendar_id: BodyId | None = None
