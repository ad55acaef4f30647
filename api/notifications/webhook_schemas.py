from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field, StrictBool

from api.kit.schemas import RequestModel, RequiredText, Text
from api.notifications.enums import DeliveryStatus, NotificationType

WebhookUrl = Annotated[
    RequiredText,
    Field(
        max_length=2000,
        description="https, on the public internet unless the deployment allows its network",
        examples=["https://hooks.example.org/sluice"],
    ),
]
Description = Annotated[Text, Field(max_length=256)]
Types = Annotated[
    list[NotificationType],
    Field(max_length=len(NotificationType), description="Of these types only; none named is all"),
    AfterValidator(lambda types: list(dict.fromkeys(types))),
]


class WebhookCreate(RequestModel):
    url: WebhookUrl
    description: Description = ""
    types: Types = Field(default_factory=list)
    is_active: StrictBool = True


class WebhookUpdate(RequestModel):
    """What is left out or null stays as it is."""

    url: WebhookUrl | None = None
    description: Description | None = None
    types: Types | None = None
    is_active: StrictBool | None = None


class WebhookRead(BaseModel):
    webhook_id: int
    url: str
    description: str
    types: list[NotificationType]
    is_active: bool
    created_by: int | None
    created_at: datetime
    updated_at: datetime


class WebhookWithSecret(WebhookRead):
    secret: str = Field(description="What messages are signed with; it is never shown again")


class WebhookDelivery(BaseModel):
    delivery_id: int
    webhook_id: int
    notification_id: UUID
    notification_type: NotificationType
    ticket_number: str | None
    subject: str
    target: str = Field(description="The address it went to when it was last sent")
    status: DeliveryStatus
    attempts: int
    max_attempts: int
    last_error: str | None
    next_attempt_at: datetime | None
    last_attempt_at: datetime | None
    first_failed_at: datetime | None
    sent_at: datetime | None
    created_at: datetime
