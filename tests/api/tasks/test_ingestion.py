import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.factories.desk import Desk, make_event
from tests.fixtures.services import AGENT_ID, COORDINATOR_ID, LiveWorkflow

pytestmark = pytest.mark.usefixtures("workflow")

INGEST = "/internal/tickets/ingest/"
EARLY, LATE = "2026-02-14T07:00:00Z", "2026-02-14T09:00:00Z"
Tell = Callable[..., Awaitable[dict[str, Any]]]


@pytest.fixture
def tell(api: httpx.AsyncClient, as_service: dict[str, Any]) -> Tell:
    async def post(event_id: str = "event-1", **changes: Any) -> dict[str, Any]:
        answer = await api.post(INGEST, json=make_event(event_id, **changes), headers=as_service)
        assert answer.status_code == 202, answer.text
        result: dict[str, Any] = answer.json()
        return result

    return post


class TestNewTicket:
    async def test_becomes_a_task_with_an_owner_and_a_first_assignee(
        self, tell: Tell, desk: Desk, workflow: LiveWorkflow
    ) -> None:
        before = datetime.now(UTC)
        result = await tell(submit_date=before.isoformat())

        assert (result["status"], result["is_assigned"]) == ("created", True)
        (task,) = desk.execute(
            "select task.*, owner.user_id as owner from ops.task "
            "join ops.role_user owner on owner.role_user_id = task.ticket_owner_id"
        )
        assert (task["status"], task["owner"]) == ("pending", COORDINATOR_ID)
        assert task["current_step_id"] == workflow.triage
        assert task["sla_started_at"] == before
        assert task["target_resolution"] == before + timedelta(hours=24)
        (item,) = desk.execute("select * from ops.task_item join ops.role_user using (role_user_id)")
        assert item["user_id"] == AGENT_ID
        assert item["target_resolution"] == item["assigned_on"] + timedelta(hours=6)
        kinds = desk.execute("select kind from ops.task_event order by task_event_id")
        assert [row["kind"] for row in kinds] == ["created", "assigned"]
        assert desk.scalar("select action from ops.audit_event where target_type = 'Task'") == "create_task"

    async def test_from_the_future_starts_its_clock_now(self, tell: Tell, desk: Desk) -> None:
        await tell(submit_date="2999-01-01T00:00:00Z")
        assert desk.scalar("select sla_started_at = created_at from ops.task")

    @pytest.mark.parametrize(
        "other", [{"category": "Plumbing"}, {"department": None}, {"sub_category": "Wi-Fi"}]
    )
    async def test_without_a_workflow_waits_unassigned(
        self, tell: Tell, desk: Desk, other: dict[str, Any]
    ) -> None:
        result = await tell(**other)
        assert (result["task_id"], result["is_assigned"]) == (None, False)
        assert desk.scalar("select is_task_allocated from ops.ticket_snapshot") is False

    @pytest.mark.parametrize("department", ["İstanbul", "ΣΟΦΟΣ", "Straße", "Contrôle"])
    async def test_finds_its_workflow_in_any_alphabet(
        self, *, tell: Tell, desk: Desk, workflow: LiveWorkflow, department: str
    ) -> None:
        desk.execute(
            "update ops.workflow set department = %s where workflow_id = %s",
            department,
            workflow.workflow_id,
        )
        assert (await tell(department=f" {department} "))["task_id"] is not None

    async def test_without_anyone_to_do_it_needs_assignment(
        self, tell: Tell, desk: Desk, workflow: LiveWorkflow
    ) -> None:
        desk.set_active(workflow.triage_role, AGENT_ID, is_active=False)
        result = await tell()
        assert result["task_id"] is not None
        assert not result["is_assigned"]
        assert desk.scalar("select needs_assignment from ops.task")
        assert desk.scalar("select count(*) from ops.task_item") == 0

    async def test_keeps_the_coordinator_the_help_desk_named(self, tell: Tell, desk: Desk) -> None:
        role = desk.scalar("select role_id from ops.role where name = 'Ticket Coordinator'")
        desk.execute(
            "insert into ops.role_user (role_id, user_id, user_full_name) values (%s, 20, 'Staff 20')", role
        )
        await tell(ticket_owner_id=20)
        assert (
            desk.scalar("select user_id from ops.role_user join ops.task on role_user_id = ticket_owner_id")
            == 20
        )

    async def test_urgent_is_critical_and_remembers_its_spelling(self, tell: Tell, desk: Desk) -> None:
        await tell(priority="URGENT")
        (row,) = desk.execute("select priority, data->>'priority_as_given' as given from ops.ticket_snapshot")
        assert row == {"priority": "Critical", "given": "URGENT"}


class TestKnownTicket:
    async def test_told_again_by_the_same_event_changes_nothing(self, tell: Tell, desk: Desk) -> None:
        await tell()
        assert (await tell(subject="Changed"))["status"] == "duplicate"
        assert desk.scalar("select subject from ops.ticket_snapshot") == "No sound"
        assert desk.scalar("select count(*) from ops.task") == 1

    async def test_with_another_priority_gets_that_time_from_its_start(self, tell: Tell, desk: Desk) -> None:
        await tell()
        assert (await tell("event-2", priority="Low", occurred_at=LATE))["status"] == "updated"
        (task,) = desk.execute("select target_resolution - sla_started_at as given from ops.task")
        assert task["given"] == timedelta(hours=72)
        (event,) = desk.execute("select * from ops.ticket_event where kind = 'priority_changed'")
        assert (event["from_value"], event["to_value"]) == ("High", "Low")
        assert desk.scalar("select count(*) from ops.audit_event where action = 'update_task'") == 1

    async def test_is_not_taken_back_by_an_older_event(self, tell: Tell, desk: Desk) -> None:
        await tell()
        assert (await tell("event-0", subject="Older", occurred_at=EARLY))["status"] == "ignored"
        assert desk.scalar("select subject from ops.ticket_snapshot") == "No sound"

    async def test_that_waited_gets_its_task_when_its_category_is_put_right(self, tell: Tell) -> None:
        await tell(category="Plumbing")
        assert (await tell("event-2", occurred_at=LATE))["is_assigned"]


class TestManyAtOnce:
    async def test_one_event_many_times_makes_one_task(self, tell: Tell, desk: Desk) -> None:
        results = await asyncio.gather(*(tell() for _ in range(16)))
        assert sorted(result["status"] for result in results) == ["created", *["duplicate"] * 15]
        assert desk.scalar("select count(*) from ops.task") == 1

    async def test_many_events_of_one_ticket_make_one_task(self, tell: Tell, desk: Desk) -> None:
        await asyncio.gather(*(tell(f"event-{number}") for number in range(16)))
        assert desk.scalar("select count(*) from ops.task") == 1

    async def test_tickets_are_dealt_out_evenly(self, tell: Tell, desk: Desk, workflow: LiveWorkflow) -> None:
        for user_id in (2, 3):
            desk.execute(
                "insert into ops.role_user (role_id, user_id, user_full_name) values (%s, %s, 'Staff')",
                workflow.triage_role,
                user_id,
            )
        await asyncio.gather(*(tell(f"e{n}", ticket_number=f"T{n}") for n in range(15)))
        dealt = desk.execute(
            "select user_id, count(*) from ops.task_item join ops.role_user using (role_user_id) group by 1"
        )
        assert {row["user_id"]: row["count"] for row in dealt} == {2: 5, 3: 5, AGENT_ID: 5}
