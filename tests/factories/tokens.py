"""Access tokens of the people in the tests."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from api.identity.tokens import issue_access_token
from api.settings import ApiSettings

ADMIN_ROLE = {"system": "tts", "role": "Admin"}
COORDINATOR_ROLE = {"system": "hdts", "role": "Ticket Coordinator"}
AGENT_ROLE = {"system": "tts", "role": "Agent"}


def make_token(
    settings: ApiSettings,
    *,
    user_id: int = 4,
    user_type: str = "staff",
    roles: Sequence[dict[str, str]] = (AGENT_ROLE,),
    lifetime: timedelta = timedelta(minutes=5),
) -> str:
    return issue_access_token(
        settings,
        user_id=user_id,
        user_type=user_type,
        username=f"{user_type}{user_id}",
        full_name=f"{user_type.title()} {user_id}",
        email=f"{user_type}{user_id}@example.org",
        department="IT",
        roles=roles,
        lifetime=lifetime,
    )


def bearer(token: str) -> dict[str, Any]:
    return {"Authorization": f"Bearer {token}"}
