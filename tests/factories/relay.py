"""Carries events between the two services in this process, as the worker does between two."""

from dataclasses import dataclass
from typing import Any

import httpx

from api.worker.context import INGEST_PATH, NEWS_PATH
from tests.factories.desk import Desk

_WAYS = {"intake": INGEST_PATH, "ops": NEWS_PATH}


@dataclass(frozen=True)
class Relay:
    desk: Desk
    workflow_api: httpx.AsyncClient
    ticket_service: httpx.AsyncClient
    as_service: dict[str, Any]

    def waiting(self, outbox: str) -> list[dict[str, Any]]:
        rows = self.desk.execute(
            f"select payload from {outbox}.outbox_event where delivered_at is null order by occurred_at"
        )
        return [row["payload"] for row in rows]

    async def hand_over(self, outbox: str, payload: dict[str, Any]) -> dict[str, Any]:
        receiver = self.workflow_api if outbox == "intake" else self.ticket_service
        answer = await receiver.post(_WAYS[outbox], json=payload, headers=self.as_service)
        assert answer.status_code == 202, answer.text
        self.desk.execute(
            f"update {outbox}.outbox_event set delivered_at = now() where event_id = %s", payload["event_id"]
        )
        heard: dict[str, Any] = answer.json()
        return heard

    async def until_quiet(self) -> None:
        """Deliver all there is, and all that follows from it."""
        while waiting := [(outbox, payload) for outbox in _WAYS for payload in self.waiting(outbox)]:
            for outbox, payload in waiting:
                await self.hand_over(outbox, payload)
