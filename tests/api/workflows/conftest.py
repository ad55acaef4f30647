from typing import Any

import httpx
import pytest

from tests.factories.desk import Desk


@pytest.fixture
def admin(api: httpx.AsyncClient, as_admin: dict[str, Any]) -> httpx.AsyncClient:
    """Client of the Workflow API, signed in as an admin unless a call says otherwise."""
    api.headers.update(as_admin)
    return api


class AuditedActions:
    """What the trail says of the requests made since the last look."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.seen = 0

    def since(self) -> list[tuple[str, Any]]:
        rows = self.desk.execute(
            "select audit_event_id, action, changes from ops.audit_event where audit_event_id > %s "
            "order by audit_event_id",
            self.seen,
        )
        self.seen = rows[-1]["audit_event_id"] if rows else self.seen
        return [(row["action"], row["changes"]) for row in rows]


@pytest.fixture
def audited(desk: Desk) -> AuditedActions:
    return AuditedActions(desk)
