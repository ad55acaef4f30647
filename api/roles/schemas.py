"""Roles as they are shown, and what is told of them and of their members."""

from collections import Counter
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    AliasChoices,
    AwareDatetime,
    BaseModel,
    Discriminator,
    Field,
    Tag,
    field_validator,
)

from api.kit.clock import utc_now
from api.kit.schemas import BodyId, RequestModel, RequiredText, Text

_CLOCK_SKEW = timedelta(minutes=5)


class RoleRead(BaseModel):
    role_id: int
    name: str
    system: str
    description: str
    is_custom: bool
    is_active: bool
    active_user_count: int
    synced_at: datetime | None


class RoleMemberRead(BaseModel):
    user_id: int
    user_full_name: str
    department: str | None
    is_active: bool
    assigned_at: datetime
    open_items: int


class RoleDetail(RoleRead):
    users: list[RoleMemberRead]


class RoleFields(RequestModel):
    role_id: BodyId
    name: RequiredText = Field(max_length=64)
    system: Annotated[RequiredText, AfterValidator(str.lower)] = Field("tts", max_length=50)
    description: Text = Field("", max_length=256)
    is_custom: bool = False


class Member(RequestModel):
    """A person of a role. What is left out stays as it is."""

    user_id: BodyId
    user_full_name: RequiredText = Field(max_length=255)
    user_email: Text | None = Field(
        None, max_length=254, validation_alias=AliasChoices("user_email", "email")
    )
    department: Text | None = Field(None, max_length=100)
    is_active: bool = True
    settings: dict[str, Any] = Field(
        default_factory=dict, description="`capacity`: how many open items fill a day"
    )

    @field_validator("settings")
    @classmethod
    def hold_a_capacity(cls, settings: dict[str, Any]) -> dict[str, Any]:
        capacity = settings.get("capacity")
        is_number = isinstance(capacity, int) and not isinstance(capacity, bool)
        if capacity is not None and not (is_number and 0 < capacity < 2**31):
            message = f"capacity {str(capacity)[:40]!r} is no number of items: give an integer above 0"
            raise ValueError(message)
        return settings


class RoleWrite(RoleFields):
    """A role; with `users`, they are all of its members, and whoever is not among them leaves it."""

    users: list[Member] | None = Field(None, max_length=10_000)

    @field_validator("users")
    @classmethod
    def name_each_once(cls, users: list[Member] | None) -> list[Member] | None:
        for user_id, times in Counter(user.user_id for user in users or ()).items():
            if times > 1:
                message = f"user {user_id} is named {times} times: name everybody once"
                raise ValueError(message)
        return users


class SyncAction(StrEnum):
    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"


def _refuse_future(occurred_at: datetime) -> datetime:
    """The newest word counts: one from the future would silence all that come until then."""
    if occurred_at > utc_now() + _CLOCK_SKEW:
        message = f"{occurred_at.isoformat()} lies in the future: set the sender's clock right"
        raise ValueError(message)
    return occurred_at


class SyncMessage(RequestModel):
    action: SyncAction
    occurred_at: Annotated[AwareDatetime, AfterValidator(_refuse_future)]


class RoleMessage(SyncMessage, RoleFields):
    """A role was made, changed or deleted in the auth service."""


class MembershipMessage(SyncMessage, Member):
    """Somebody joined a role, changed or left it."""

    role_id: BodyId


def _kind(message: Any) -> str:
    is_membership = isinstance(message, MembershipMessage) or (
        isinstance(message, dict) and "user_id" in message
    )
    return "membership" if is_membership else "role"


RoleSyncMessage = Annotated[
    Annotated[RoleMessage, Tag("role")] | Annotated[MembershipMessage, Tag("membership")],
    Discriminator(_kind),
]


class SyncStatus(StrEnum):
    APPLIED = "applied"
    IGNORED = "ignored"
    PARKED = "parked"


class SyncResult(BaseModel):
    """`ignored`: something newer was told before. `parked`: it counts once its role is known."""

    status: SyncStatus
    role_id: int
    reassigned_tasks: int
    assigned_tasks: int
