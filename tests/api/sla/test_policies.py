"""What a workflow promises, told through its services: the promise of the event's instant counts."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from api.settings import ApiSettings
from tests.factories.desk import Desk, make_event
from tests.fixtures.services import LiveWorkflow

Headers = dict[str, Any]
START = datetime(2026, 2, 14, 8, tzinfo=UTC)


@pytest.fixture
def settings(settings: ApiSettings) -> ApiSettings:
    """A deployment that warns after half of the time."""
    return settings.model_copy(update={"at_risk_ratio": 0.5})


class Tickets:
    def __init__(self, api: httpx.AsyncClient, headers: Headers) -> None:
        self._api = api
        self._headers = headers
        self._events = 0

    async def tell(self, number: str, priority: str, occurred_at: datetime | None = None) -> int:
        self._events += 1
        at = (occurred_at or datetime.now(UTC)).isoformat()
        told = make_event(
            f"event-{self._events}", ticket_number=number, priority=priority, occurred_at=at,
            submit_date=START.isoformat(),
        )  # fmt: skip
        answer = await self._api.post("/internal/tickets/ingest/", json=told, headers=self._headers)
        assert answer.status_code == 202, answer.text
        return int(answer.json()["task_id"])


@pytest.fixture
def tickets(
    api: httpx.AsyncClient,
    workflow: LiveWorkflow,  # noqa: ARG001 - it takes the tickets
    as_service: Headers,
) -> Tickets:
    return Tickets(api, as_service)


def allowed(desk: Desk, task_id: int) -> timedelta:
    found = desk.scalar("select target_resolution - %s from ops.task where task_id = %s", START, task_id)
    assert isinstance(found, timedelta)
    return found


async def promise(api: httpx.AsyncClient, workflow: LiveWorkflow, headers: Headers, **slas: str) -> None:
    url = f"/workflows/{workflow.workflow_id}/update-details/"
    answer = await api.put(url, json=slas, headers=headers)
    assert answer.status_code == 200, answer.text


class TestChangedPromise:
    async def test_holds_for_tasks_that_come_later(
        self,
        *,
        api: httpx.AsyncClient,
        desk: Desk,
        workflow: LiveWorkflow,
        tickets: Tickets,
        as_admin: Headers,
    ) -> None:
        before = await tickets.tell("T-1", "High")
        await promise(api, workflow, as_admin, high_sla="10:00:00")
        after = await tickets.tell("T-2", "High")
        assert allowed(desk, before) == timedelta(hours=24)
        assert allowed(desk, after) == timedelta(hours=10)

    async def test_holds_for_priorities_given_later(
        self,
        *,
        api: httpx.AsyncClient,
        desk: Desk,
        workflow: LiveWorkflow,
        tickets: Tickets,
        as_admin: Headers,
    ) -> None:
        early, late = await tickets.tell("T-1", "High"), await tickets.tell("T-2", "High")
        while_the_old_one_held = datetime.now(UTC)
        await promise(api, workflow, as_admin, low_sla="100:00:00")
        assert await tickets.tell("T-1", "Low", while_the_old_one_held) == early
        assert await tickets.tell("T-2", "Low") == late
        assert allowed(desk, early) == timedelta(hours=72)
        assert allowed(desk, late) == timedelta(hours=100)

    async def test_is_not_undone_by_a_report_from_before_the_task(
        self,
        *,
        api: httpx.AsyncClient,
        desk: Desk,
        workflow: LiveWorkflow,
        tickets: Tickets,
        as_admin: Headers,
    ) -> None:
        long_ago = datetime.now(UTC)
        await promise(api, workflow, as_admin, low_sla="100:00:00")
        task_id = await tickets.tell("T-1", "High", long_ago)
        assert await tickets.tell("T-1", "Low", long_ago) == task_id
        assert allowed(desk, task_id) == timedelta(hours=100)

    async def test_is_a_row_of_its_own(
        self, *, api: httpx.AsyncClient, desk: Desk, workflow: LiveWorkflow, as_admin: Headers
    ) -> None:
        await promise(api, workflow, as_admin, high_sla="10:00:00")
        await promise(api, workflow, as_admin, high_sla="10:00:00", department="Desk")
        rows = desk.execute(
            "select priority, duration, created_by from ops.sla_policy order by priority, sla_policy_id"
        )
        assert [(row["priority"], row["duration"] // timedelta(hours=1)) for row in rows] == [
            ("Critical", 4),
            ("High", 24),
            ("High", 10),
            ("Low", 72),
            ("Medium", 48),
        ]
        assert {row["created_by"] for row in rows} == {1}


class TestAtRisk:
    async def test_begins_where_the_deployment_says(self, desk: Desk, tickets: Tickets) -> None:
        task_id = await tickets.tell("T-1", "High")
        (task,) = desk.execute("select at_risk_at, critical_at from ops.task where task_id = %s", task_id)
        assert task["at_risk_at"] == START + timedelta(hours=12)
        assert task["critical_at"] == START + timedelta(hours=21, minutes=36)
