"""What the Ticket Service hears of its tickets, and how two changes of one status meet."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.factories.desk import Desk, make_ticket
from tests.factories.relay import Relay
from tests.fixtures.services import COORDINATOR_ID, LiveWorkflow

Headers = dict[str, Any]
NEWS = "/internal/tickets/news/"


@pytest.fixture
def relay(desk: Desk, api: httpx.AsyncClient, tickets_api: httpx.AsyncClient, as_service: Headers) -> Relay:
    return Relay(desk, api, tickets_api, as_service)


@pytest.fixture
async def number(
    relay: Relay, tickets_api: httpx.AsyncClient, workflow: LiveWorkflow, as_employee: Headers
) -> str:
    """A ticket that both sides know, its work begun."""
    assert workflow.workflow_id
    answer = await tickets_api.post("/tickets/", json=make_ticket(), headers=as_employee)
    await relay.until_quiet()
    return str(answer.json()["ticket_id"])


@pytest.fixture
async def task(api: httpx.AsyncClient, number: str, as_agent: Headers) -> int:
    answer = await api.get(f"/tickets/{number}/", headers=as_agent)
    return int(answer.json()["task_id"])


def statuses(desk: Desk) -> tuple[str, str, str]:
    """The ticket's status at its master, at the workflow side, and its task's."""
    row = desk.execute(
        "select ticket.status as master, copy.status as copy, task.status as task "
        "from intake.ticket join ops.ticket_snapshot as copy on copy.ticket_number = ticket.ticket_id "
        "join ops.task on task.ticket_id = copy.ticket_id"
    )[0]
    return row["master"], row["copy"], row["task"]


def news(number: str, new: str, **changes: Any) -> dict[str, Any]:
    return {
        "event_id": uuid4().hex,
        "kind": "ticket.status_changed",
        "ticket_number": number,
        "at": "2030-01-01T00:00:00Z",
        "old": "New",
        "new": new,
        **changes,
    }


async def move(api: httpx.AsyncClient, task: int, headers: Headers, transition: int | None = None) -> None:
    body = {"transition_id": transition, "notes": "done"}
    answer = await api.post(f"/transitions/{task}/transition/", json=body, headers=headers)
    assert answer.status_code == 200, answer.text


class TestOnTheWayThere:
    async def test_work_begun_is_told_with_its_owner(
        self, tickets_api: httpx.AsyncClient, number: str, as_employee: Headers
    ) -> None:
        read = (await tickets_api.get(f"/tickets/{number}/", headers=as_employee)).json()
        assert (read["status"], read["is_task_allocated"]) == ("New", True)
        assert read["assigned_to"] == f"Staff {COORDINATOR_ID}"
        assert read["fetched_at"] is not None

    async def test_the_status_follows_the_work_to_its_end(
        self,
        *,
        relay: Relay,
        tickets_api: httpx.AsyncClient,
        workflow: LiveWorkflow,
        number: str,
        task: int,
        as_agent: Headers,
        as_technician: Headers,
        as_employee: Headers,
    ) -> None:
        await move(relay.workflow_api, task, as_agent, workflow.assign)
        await relay.until_quiet()
        assert statuses(relay.desk) == ("In Progress", "In Progress", "in progress")
        await move(relay.workflow_api, task, as_technician)
        await relay.until_quiet()
        assert statuses(relay.desk) == ("Resolved", "Resolved", "completed")
        read = (await tickets_api.get(f"/tickets/{number}/", headers=as_employee)).json()
        assert None not in {read["response_time"], read["resolution_time"]}
        assert read["time_closed"] is None

    async def test_one_change_is_one_message(
        self, relay: Relay, workflow: LiveWorkflow, task: int, as_agent: Headers
    ) -> None:
        await move(relay.workflow_api, task, as_agent, workflow.assign)
        told = relay.desk.execute("select kind, payload ->> 'new' as new from ops.outbox_event")
        assert sorted((row["kind"], row["new"]) for row in told) == [
            ("ticket.owner_changed", None),
            ("ticket.status_changed", "In Progress"),
        ]

    @pytest.mark.parametrize(
        ("path", "task_status"),
        [
            (["Open"], "pending"),
            (["In Progress", "On Hold"], "on_hold"),
            (["In Progress", "On Hold", "In Progress"], "in progress"),
            (["In Progress", "Pending"], "pending"),
            (["In Progress", "Resolved"], "completed"),
            (["In Progress", "Resolved", "Closed"], "completed"),
            (["In Progress", "Resolved", "In Progress"], "in progress"),
            (["Withdrawn"], "cancelled"),
        ],
    )
    async def test_work_follows_what_the_desk_says_of_the_ticket(
        self,
        *,
        relay: Relay,
        tickets_api: httpx.AsyncClient,
        number: str,
        as_coordinator: Headers,
        path: list[str],
        task_status: str,
    ) -> None:
        for status in path:
            answer = await tickets_api.put(
                f"/tickets/{number}/", json={"status": status}, headers=as_coordinator
            )
            assert answer.status_code == 200, answer.text
            await relay.until_quiet()
        assert statuses(relay.desk) == (path[-1], path[-1], task_status)


class TestMeeting:
    async def test_another_change_does_not_repeat_an_old_status(
        self,
        *,
        relay: Relay,
        tickets_api: httpx.AsyncClient,
        workflow: LiveWorkflow,
        number: str,
        task: int,
        as_agent: Headers,
        as_technician: Headers,
        as_coordinator: Headers,
    ) -> None:
        await move(relay.workflow_api, task, as_agent, workflow.assign)
        await relay.until_quiet()
        await move(relay.workflow_api, task, as_technician)
        # The master still believes that the ticket is in progress when its priority is changed.
        await tickets_api.put(f"/tickets/{number}/", json={"priority": "Low"}, headers=as_coordinator)
        for payload in relay.waiting("intake"):
            await relay.hand_over("intake", payload)
        await relay.until_quiet()
        assert statuses(relay.desk) == ("Resolved", "Resolved", "completed")

    async def test_a_status_the_work_cannot_follow_is_taken_back(
        self,
        *,
        relay: Relay,
        tickets_api: httpx.AsyncClient,
        workflow: LiveWorkflow,
        number: str,
        task: int,
        as_agent: Headers,
        as_technician: Headers,
        as_coordinator: Headers,
    ) -> None:
        await move(relay.workflow_api, task, as_agent, workflow.assign)
        await relay.until_quiet()
        await move(relay.workflow_api, task, as_technician)
        withdrawn = {"status": "Withdrawn"}
        answer = await tickets_api.put(f"/tickets/{number}/", json=withdrawn, headers=as_coordinator)
        assert answer.json()["status"] == "Withdrawn"
        await relay.until_quiet()
        assert statuses(relay.desk) == ("Resolved", "Resolved", "completed")

    async def test_news_from_before_the_newest_own_change_waits_for_its_answer(
        self,
        *,
        relay: Relay,
        tickets_api: httpx.AsyncClient,
        workflow: LiveWorkflow,
        number: str,
        task: int,
        as_agent: Headers,
        as_employee: Headers,
    ) -> None:
        await move(relay.workflow_api, task, as_agent, workflow.assign)
        body = {"status": "Withdrawn"}
        await tickets_api.put(f"/tickets/{number}/", json=body, headers=as_employee)
        heard = [await relay.hand_over("ops", payload) for payload in relay.waiting("ops")]
        assert [each["status"] for each in heard] == ["ignored"]
        await relay.until_quiet()
        assert statuses(relay.desk) == ("Withdrawn", "Withdrawn", "cancelled")


class TestHearing:
    async def hear(self, relay: Relay, body: dict[str, Any]) -> httpx.Response:
        return await relay.ticket_service.post(NEWS, json=body, headers=relay.as_service)

    async def test_takes_an_event_in_once(self, relay: Relay, number: str, desk: Desk) -> None:
        told = news(number, "In Progress")
        heard = [(await self.hear(relay, told)).json()["status"] for _ in range(2)]
        assert heard == ["applied", "duplicate"]
        assert desk.scalar("select version from intake.ticket") == 3  # with the owner's

    async def test_ignores_what_is_older_than_what_it_knows(self, relay: Relay, number: str) -> None:
        await self.hear(relay, news(number, "In Progress"))
        late = await self.hear(relay, news(number, "Open", at="2029-12-31T23:59:59Z"))
        assert late.json()["status"] == "ignored"

    async def test_ignores_a_status_that_cannot_follow(self, relay: Relay, number: str, desk: Desk) -> None:
        assert (await self.hear(relay, news(number, "Closed"))).json()["status"] == "ignored"
        assert desk.scalar("select status from intake.ticket") == "New"

    async def test_says_so_when_it_does_not_know_the_ticket(self, relay: Relay) -> None:
        heard = await self.hear(relay, news("TX20200101000000", "Open"))
        assert (heard.status_code, heard.json()["status"]) == (202, "unknown")

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"kind": "ticket.eaten"}, "kind"),
            ({"new": "Lost"}, "new"),
            ({"at": "yesterday"}, "at"),
            ({"event_id": ""}, "event_id"),
        ],
    )
    async def test_refuses_what_is_malformed(
        self, relay: Relay, number: str, change: dict[str, str], field: str
    ) -> None:
        refused = await self.hear(relay, news(number, "Open") | change)
        assert (refused.status_code, refused.json()["code"]) == (400, "validation_failed")
        assert any(field in name for name in refused.json()["details"])

    async def test_is_for_the_other_service_alone(self, relay: Relay, number: str, as_admin: Headers) -> None:
        refused = await relay.ticket_service.post(NEWS, json=news(number, "Open"), headers=as_admin)
        assert refused.status_code == 401
