"""The auth service as the Workflow API hears of it: messages on roles and on memberships."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from api.settings import ApiSettings
from tests.factories.tokens import bearer

DAWN = datetime(2026, 2, 14, tzinfo=UTC)


def role_message(role_id: int, minute: int, action: str = "update", **changes: Any) -> dict[str, Any]:
    message = {"action": action, "role_id": role_id, "name": f"Role {role_id}", "system": "tts"}
    return message | {"occurred_at": (DAWN + timedelta(minutes=minute)).isoformat()} | changes


def membership_message(
    role_id: int, user_id: int, minute: int, action: str = "update", **changes: Any
) -> dict[str, Any]:
    message = {
        "action": action,
        "user_system_role_id": 1,
        "role_id": role_id,
        "user_id": user_id,
        "user_full_name": f"Staff {user_id}",
        "user_email": f"{user_id}@desk.test",
        "is_active": True,
        "occurred_at": (DAWN + timedelta(minutes=minute)).isoformat(),
    }
    return message | changes


@dataclass(frozen=True)
class AuthService:
    api: httpx.AsyncClient
    settings: ApiSettings

    async def send(self, message: Any) -> httpx.Response:
        token = self.settings.service_token.get_secret_value()
        return await self.api.post("/internal/role-sync/", json=message, headers=bearer(token))

    async def tell(self, message: dict[str, Any]) -> dict[str, Any]:
        answer = await self.send(message)
        assert answer.status_code == 200, answer.text
        result: dict[str, Any] = answer.json()
        return result
