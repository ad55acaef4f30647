from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from tests.factories.desk import Desk, make_event
from tests.fixtures.services import AGENT_ID, LiveWorkflow

Headers = dict[str, Any]
MINE = "/tasks/my-tasks/"


@pytest.fixture
async def tasks(
    api: httpx.AsyncClient,
    workflow: LiveWorkflow,  # noqa: ARG001 - it takes the tickets
    as_service: Headers,
) -> list[int]:
    """Tell of four tickets, all for agent 4."""
    task_ids = []
    now = datetime.now(UTC).isoformat()
    for number, priority in enumerate(["Low", "Medium", "High", "Critical"], 1):
        told = make_event(f"e{number}", ticket_number=f"T-{number}", priority=priority, submit_date=now)
        told["ticket"]["subject"] = f"Printer {number} jams"
        answer = await api.post("/internal/tickets/ingest/", json=told, headers=as_service)
        task_ids.append(answer.json()["task_id"])
    return task_ids


@pytest.fixture
def statements() -> Iterator[list[str]]:
    """Statements sent to the database while the test runs."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        sent.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield sent
    event.remove(Engine, "before_cursor_execute", note)


async def numbers(api: httpx.AsyncClient, headers: Headers, query: str = "") -> list[str]:
    answer = await api.get(f"{MINE}?{query}", headers=headers)
    assert answer.status_code == 200, answer.text
    page = answer.json()
    assert page["count"] >= len(page["results"])
    return [row["ticket_number"] for row in page["results"]]


@pytest.mark.usefixtures("tasks")
class TestMyTasks:
    async def test_are_those_of_the_caller_the_newest_first(
        self, api: httpx.AsyncClient, as_agent: Headers, as_stranger: Headers
    ) -> None:
        assert await numbers(api, as_agent) == ["T-4", "T-3", "T-2", "T-1"]
        assert await numbers(api, as_agent, "ordering=assigned_on") == ["T-1", "T-2", "T-3", "T-4"]
        assert await numbers(api, as_stranger) == []

    async def test_come_in_pages(self, api: httpx.AsyncClient, as_agent: Headers) -> None:
        assert await numbers(api, as_agent, "page=2&page_size=3") == ["T-1"]
        assert (await api.get(f"{MINE}?page=3&page_size=3", headers=as_agent)).status_code == 404

    async def test_are_merged_over_all_roles_of_a_person(
        self, api: httpx.AsyncClient, desk: Desk, as_agent: Headers
    ) -> None:
        role = desk.add_role("Second line", [AGENT_ID])
        desk.execute(
            "update ops.task_item set role_user_id = "
            "(select role_user_id from ops.role_user where role_id = %s) where task_item_id %% 2 = 0",
            role,
        )
        assert await numbers(api, as_agent) == ["T-4", "T-3", "T-2", "T-1"]
        assert await numbers(api, as_agent, "page=2&page_size=2") == ["T-2", "T-1"]
        assert await numbers(api, as_agent, "role=second%20LINE") == ["T-4", "T-2"]

    async def test_are_filtered(self, api: httpx.AsyncClient, as_agent: Headers) -> None:
        everything = ["T-4", "T-3", "T-2", "T-1"]
        cases: dict[str, list[str]] = {
            "priority=urgent": ["T-4"],
            "priority=LOW": ["T-1"],
            "assignment_status=new": everything,
            "assignment_status=In%20Progress": [],
            "assignment_status=breached": [],
            "search=printer%203": ["T-3"],
            "search=PRINT": everything,
            "search=speaker%20jams": everything,
            "search=%20%20": everything,
            "search=%25": [],
            "search='%5C%22)%26!": [],
            "sla_status=on_track": everything,
            "sla_status=breached": [],
            "task__workflow_id=999": [],
            "role=Nobody": [],
        }
        found = {query: await numbers(api, as_agent, query) for query in cases}
        assert found == cases

    async def test_that_are_open_leave_out_what_is_done(
        self, *, api: httpx.AsyncClient, tasks: list[int], workflow: LiveWorkflow, as_agent: Headers
    ) -> None:
        body = {"transition_id": workflow.assign, "notes": "done"}
        await api.post(f"/transitions/{tasks[0]}/transition/", json=body, headers=as_agent)
        assert await numbers(api, as_agent, "open=true") == ["T-4", "T-3", "T-2"]
        assert await numbers(api, as_agent, "assignment_status=resolved") == ["T-1"]

    async def test_take_at_most_five_statements(
        self, api: httpx.AsyncClient, as_agent: Headers, statements: list[str]
    ) -> None:
        for query in ("page_size=1", "page_size=100&sla_status=on_track&search=printer"):
            statements.clear()
            await numbers(api, as_agent, query)
            assert 0 < len(statements) <= 5

    async def test_refuse_what_they_cannot_read(self, api: httpx.AsyncClient, as_agent: Headers) -> None:
        for query in (
            "priority=soon",
            "assignment_status=done",
            "sla_status=fine",
            "task__workflow_id=0",
            "task__workflow_id=1e3",
            f"task__workflow_id={2**63}",
            "ordering=notes",
            "open=perhaps",
        ):
            answer = await api.get(f"{MINE}?{query}", headers=as_agent)
            assert answer.status_code == 400, query
