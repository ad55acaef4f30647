from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel


class AuditEventRead(BaseModel):
    """One change: who, what, when and from where; `changes` has old and new values."""

    id: int
    user_id: int | None
    username: str | None
    email: str | None
    actor_roles: Sequence[str] | None
    action: str
    action_display: str
    target_type: str
    target_id: int | None
    changes: Mapping[str, Any] | None
    description: str | None
    human_readable: str
    timestamp: datetime
    request_id: str | None
    ip_address: str | None
    user_agent: str | None
