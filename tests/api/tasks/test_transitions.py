import asyncio
from collections import Counter
from typing import Any

import httpx
import pytest
from psycopg import errors

from api.tasks.enums import ItemStatus, TaskStatus
from api.tasks.models import TaskEvent, TaskItemEvent
from api.tasks.state import rebuild_item, rebuild_task
from tests.factories.desk import Desk, make_event
from tests.fixtures.services import AGENT_ID, TECHNICIAN_ID, LiveWorkflow

Headers = dict[str, Any]


@pytest.fixture
async def task_id(
    api: httpx.AsyncClient,
    workflow: LiveWorkflow,  # noqa: ARG001 - it takes the ticket
    as_service: Headers,
) -> int:
    answer = await api.post("/internal/tickets/ingest/", json=make_event(), headers=as_service)
    return int(answer.json()["task_id"])


async def move(
    api: httpx.AsyncClient, task_id: int, headers: Headers, transition_id: int | None = None, **changes: Any
) -> httpx.Response:
    body = {"transition_id": transition_id, "notes": "done", **changes}
    return await api.post(f"/transitions/{task_id}/transition/", json=body, headers=headers)


class TestTransition:
    async def test_resolves_the_item_and_assigns_the_next_step(
        self, api: httpx.AsyncClient, task_id: int, workflow: LiveWorkflow, as_agent: Headers
    ) -> None:
        answer = await move(api, task_id, as_agent, workflow.assign)
        assert answer.status_code == 200
        result = answer.json()
        assert result["task"]["current_step"] == {"step_id": workflow.repair, "name": "Repair"}
        assert (result["task"]["status"], result["completed"]) == ("in progress", False)
        assert result["previous_step"] == {"step_id": workflow.triage, "name": "Triage"}
        assert [item["user_id"] for item in result["assigned_items"]] == [TECHNICIAN_ID]

    async def test_without_an_edge_completes_the_task_and_resolves_the_ticket(
        self, *, api: httpx.AsyncClient, desk: Desk, task_id: int, workflow: LiveWorkflow,
        as_agent: Headers, as_technician: Headers,
    ) -> None:  # fmt: skip
        await move(api, task_id, as_agent, workflow.assign)
        result = (await move(api, task_id, as_technician)).json()
        assert (result["completed"], result["task"]["status"]) == (True, "completed")
        assert result["task"]["current_step"]["step_id"] == workflow.repair
        (task,) = desk.execute("select status, resolution_time, completed_by from ops.task")
        assert task["resolution_time"] is not None
        assert task["completed_by"] == TECHNICIAN_ID
        moves = desk.execute(
            "select to_value from ops.ticket_event where kind = 'status_changed' order by ticket_event_id"
        )
        assert [row["to_value"] for row in moves] == ["In Progress", "Resolved"]

    async def test_back_gives_the_same_person_a_new_item(
        self, *, api: httpx.AsyncClient, desk: Desk, task_id: int, workflow: LiveWorkflow,
        as_agent: Headers, as_technician: Headers,
    ) -> None:  # fmt: skip
        await move(api, task_id, as_agent, workflow.assign)
        result = (await move(api, task_id, as_technician, workflow.reject)).json()
        assert [item["user_id"] for item in result["assigned_items"]] == [AGENT_ID]
        assert desk.scalar("select count(*) from ops.task_item where closed_at is null") == 1

    async def test_into_an_empty_role_moves_on_and_asks_for_someone(
        self, *, api: httpx.AsyncClient, desk: Desk, task_id: int, workflow: LiveWorkflow, as_agent: Headers
    ) -> None:
        desk.set_active(workflow.repair_role, TECHNICIAN_ID, is_active=False)
        result = (await move(api, task_id, as_agent, workflow.assign)).json()
        assert result["needs_assignment"]
        assert result["assigned_items"] == []
        assert desk.scalar("select current_step_id from ops.task") == workflow.repair

    async def test_follows_the_bound_version_after_the_graph_changed(
        self, *, api: httpx.AsyncClient, desk: Desk, task_id: int, workflow: LiveWorkflow, as_agent: Headers
    ) -> None:
        desk.execute("update ops.step_transition set deleted_at = now()")
        assert (await move(api, task_id, as_agent, workflow.assign)).status_code == 200

    async def test_is_audited(
        self, *, api: httpx.AsyncClient, desk: Desk, task_id: int, workflow: LiveWorkflow, as_agent: Headers
    ) -> None:
        await move(api, task_id, as_agent, workflow.assign)
        (row,) = desk.execute("select * from ops.audit_event where action = 'transition_task'")
        assert (row["user_id"], row["target_id"]) == (AGENT_ID, task_id)
        assert row["changes"]["current_step"] == {"old": "Triage", "new": "Repair"}


class TestRefusals:
    async def test_by_kind(
        self, *, api: httpx.AsyncClient, task_id: int, workflow: LiveWorkflow, as_agent: Headers,
        as_stranger: Headers,
    ) -> None:  # fmt: skip
        cases: list[tuple[Headers, int, dict[str, Any], int, str]] = [
            (as_stranger, task_id, {"transition_id": workflow.assign}, 403, "not_assignee"),
            (as_agent, task_id, {"transition_id": workflow.reject}, 409, "invalid_transition"),
            (as_agent, task_id, {"transition_id": 999}, 404, "not_found"),
            (as_agent, 999, {"transition_id": workflow.assign}, 404, "not_found"),
            (as_agent, task_id, {"transition_id": None}, 409, "has_outgoing_transitions"),
            (as_agent, task_id, {"transition_id": workflow.assign, "version": 7}, 409, "version_conflict"),
            (
                {**as_agent, "If-Match": '"7"'},
                task_id,
                {"transition_id": workflow.assign},
                409,
                "version_conflict",
            ),
        ]
        for headers, task, body, status, code in cases:
            answer = await move(api, task, headers, **body)
            assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text

    async def test_while_on_hold_and_once_closed(
        self, *, api: httpx.AsyncClient, desk: Desk, task_id: int, workflow: LiveWorkflow, as_agent: Headers
    ) -> None:
        desk.execute("update ops.task set status = 'on_hold', hold_started_at = now()")
        answer = await move(api, task_id, as_agent, workflow.assign)
        assert (answer.status_code, answer.json()["code"]) == (409, "task_on_hold")
        desk.execute("update ops.task set status = 'cancelled', hold_started_at = null")
        answer = await move(api, task_id, as_agent, workflow.assign)
        assert (answer.status_code, answer.json()["code"]) == (409, "task_closed")


class TestRefusedInput:
    @pytest.fixture
    def database_url(self, module_database_url: str) -> str:
        """Share one database: what is refused changes nothing."""
        return module_database_url

    @pytest.mark.parametrize(
        "body",
        [
            {"notes": ""},
            {"notes": "  \n"},
            {"notes": None},
            {"notes": "x" * 2001},
            {"notes": "a\u0000b"},
            {"transition_id": "1"},
            {"transition_id": 1.0},
            {"transition_id": True},
            {"transition_id": 0},
            {"transition_id": 2**63},
            {"version": -1},
        ],
    )
    async def test_of_a_body_that_says_nothing_sound(
        self, api: httpx.AsyncClient, as_agent: Headers, body: dict[str, Any]
    ) -> None:
        answer = await move(api, 1, as_agent, **body)
        assert answer.status_code == 400
        ((field, sentences),) = answer.json()["details"].items()
        assert [field] == list(body) or sentences[0].startswith(*body)

    async def test_of_half_a_surrogate_pair(self, api: httpx.AsyncClient, as_agent: Headers) -> None:
        content = b'{"notes": "\\ud800"}'
        headers = {**as_agent, "Content-Type": "application/json"}
        answer = await api.post("/transitions/1/transition/", content=content, headers=headers)
        assert answer.status_code == 400

    @pytest.mark.parametrize("task", ["0", "-1", str(2**63), "1e3", "1 ", "٣", "1_0", "x"])
    async def test_of_an_id_that_is_none(self, api: httpx.AsyncClient, as_agent: Headers, task: str) -> None:
        answer = await api.post(f"/transitions/{task}/transition/", json={"notes": "x"}, headers=as_agent)
        assert answer.status_code == 400


class TestOnBehalf:
    async def test_an_admin_acts_for_the_holder(
        self, *, api: httpx.AsyncClient, desk: Desk, task_id: int, workflow: LiveWorkflow, as_admin: Headers
    ) -> None:
        item = desk.scalar("select task_item_id from ops.task_item")
        answer = await move(api, task_id, as_admin, workflow.assign, on_behalf_of_task_item_id=item)
        assert answer.status_code == 200
        assert answer.json()["resolved_item_id"] == item

    async def test_nobody_else_does(
        self,
        *,
        api: httpx.AsyncClient,
        desk: Desk,
        task_id: int,
        workflow: LiveWorkflow,
        as_stranger: Headers,
    ) -> None:
        item = desk.scalar("select task_item_id from ops.task_item")
        answer = await move(api, task_id, as_stranger, workflow.assign, on_behalf_of_task_item_id=item)
        assert answer.status_code == 403


class TestManyAtOnce:
    async def test_one_of_many_equal_transitions_wins(
        self, *, api: httpx.AsyncClient, desk: Desk, task_id: int, workflow: LiveWorkflow, as_agent: Headers
    ) -> None:
        answers = await asyncio.gather(*(move(api, task_id, as_agent, workflow.assign) for _ in range(64)))
        assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 63}
        assert desk.scalar("select count(*) from ops.task_event where kind = 'transitioned'") == 1
        assert desk.scalar("select count(*) from ops.task_item") == 2

    async def test_one_key_moves_once_and_answers_all_alike(
        self, *, api: httpx.AsyncClient, desk: Desk, task_id: int, workflow: LiveWorkflow, as_agent: Headers
    ) -> None:
        headers = {**as_agent, "Idempotency-Key": "key-1"}
        answers = await asyncio.gather(*(move(api, task_id, headers, workflow.assign) for _ in range(16)))
        assert {(answer.status_code, answer.text) for answer in answers} == {(200, answers[0].text)}
        assert desk.scalar("select count(*) from ops.task_event where kind = 'transitioned'") == 1
        other = await move(api, task_id, headers, workflow.assign, notes="other")
        assert (other.status_code, other.json()["code"]) == (409, "idempotency_conflict")


async def test_states_follow_from_the_events(
    *, api: httpx.AsyncClient, desk: Desk, task_id: int, workflow: LiveWorkflow,
    as_agent: Headers, as_technician: Headers,
) -> None:  # fmt: skip
    for headers, transition in (
        (as_agent, workflow.assign),
        (as_technician, workflow.reject),
        (as_agent, workflow.assign),
        (as_technician, None),
    ):
        assert (await move(api, task_id, headers, transition)).status_code == 200
        events = desk.execute("select * from ops.task_event order by task_event_id")
        state = rebuild_task(TaskEvent(**row) for row in events)
        (task,) = desk.execute("select * from ops.task")
        rebuilt = {name: getattr(state, name) for name in state.__slots__}
        assert rebuilt == {name: task[name] for name in state.__slots__}
    for item in desk.execute("select * from ops.task_item"):
        rows = desk.execute(
            "select * from ops.task_item_event where task_item_id = %s order by task_item_event_id",
            item["task_item_id"],
        )
        found = rebuild_item(TaskItemEvent(**row) for row in rows)
        assert (found.status, found.closed_at) == (item["status"], item["closed_at"])
    assert task["status"] == TaskStatus.COMPLETED
    assert found.status is ItemStatus.RESOLVED


@pytest.mark.parametrize("table", ["task_event", "task_item_event", "ticket_event", "audit_event"])
@pytest.mark.usefixtures("task_id")
def test_history_cannot_be_rewritten(desk: Desk, table: str) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        desk.execute(f"set role sluice_api; update ops.{table} set recorded_at = now()")
    with pytest.raises(errors.RestrictViolation):
        desk.execute(f"delete from ops.{table}")


def test_the_api_cannot_write_what_is_published(desk: Desk) -> None:
    for statement in ("delete from serving.ticket_rows", "insert into serving.publications default values"):
        with pytest.raises(errors.InsufficientPrivilege):
            desk.execute(f"set role sluice_api; {statement}")
