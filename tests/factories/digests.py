"""People who want digests, the digests they were written, and tickets that are due."""

from datetime import datetime
from typing import Any

from tests.factories.crew import Crew
from tests.factories.desk import Desk


async def ask_for_digest(crew: Crew, user_id: int, digest: str = "daily", **preferences: Any) -> None:
    body = {"digest": digest} | preferences
    answer = await crew.send("PUT", "/notifications/preferences/", user_id, body)
    assert answer.status_code == 200, answer.text


def written_digests(desk: Desk) -> list[dict[str, Any]]:
    return desk.execute("select * from ops.notification where type = 'digest' order by user_id, created_at")


def make_due(desk: Desk, task_id: int, at: datetime) -> None:
    """Let a task and its open items be due at an instant."""
    desk.execute(
        "update ops.task set target_resolution = %s, at_risk_at = %s, critical_at = %s where task_id = %s",
        *(at, at, at, task_id),
    )
    item = "update ops.task_item set target_resolution = %s where task_id = %s and closed_at is null"
    desk.execute(item, at, task_id)
