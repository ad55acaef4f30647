import asyncio
from typing import Any

import httpx
import pytest

from tests.api.workflows.conftest import AuditedActions
from tests.factories.desk import make_workflow
from tests.fixtures.services import LiveWorkflow


@pytest.fixture
def joined(workflow: LiveWorkflow) -> dict[str, Any]:
    return {"from_step_id": workflow.triage, "to_step_id": workflow.repair, "name": "Hurry"}


class TestCreate:
    async def test_joins_two_steps_and_audits_it(
        self, *, admin: httpx.AsyncClient, workflow: LiveWorkflow, joined: dict[str, Any],
        audited: AuditedActions,
    ) -> None:  # fmt: skip
        audited.since()
        answer = await admin.post("/transitions/", json=joined)
        made = answer.json()
        assert (answer.status_code, answer.headers["ETag"], made["workflow_version"]) == (201, '"3"', 3)
        assert (made["workflow_id"], made["from_step_name"], made["to_step_name"]) == (
            workflow.workflow_id,
            "Triage",
            "Repair",
        )
        read = await admin.get(f"/transitions/{made['transition_id']}/")
        assert (read.json(), read.headers["ETag"]) == (made, '"3"')
        changes = {field: {"old": None, "new": value} for field, value in joined.items()}
        assert audited.since() == [("create_transition", changes)]
        workflow_read = (await admin.get(f"/workflows/{workflow.workflow_id}/")).json()
        assert workflow_read["has_unpublished_changes"] is True

    async def test_refuses_what_cannot_be_joined(
        self, admin: httpx.AsyncClient, workflow: LiveWorkflow, joined: dict[str, Any]
    ) -> None:
        body = make_workflow(workflow.triage_role, workflow.repair_role, name="Other", category="Hardware")
        foreign = (await admin.post("/workflows/", json=body)).json()["temp_id_mapping"]["b"]
        for changes, field in (
            ({"to_step_id": workflow.triage}, "to_step_id"),
            ({"to_step_id": foreign}, "to_step_id"),
            ({"to_step_id": 999}, "to_step_id"),
            ({"from_step_id": 999}, "from_step_id"),
            ({"from_step_id": None}, "from_step_id"),
            ({"name": "x" * 65}, "name"),
        ):
            answer = await admin.post("/transitions/", json=joined | changes)
            assert (answer.status_code, list(answer.json()["details"])) == (400, [field])

    async def test_refuses_a_second_of_the_same_name(
        self, admin: httpx.AsyncClient, joined: dict[str, Any]
    ) -> None:
        answer = await admin.post("/transitions/", json=joined | {"name": "ASSIGN"})
        assert (answer.status_code, answer.json()["code"]) == (409, "duplicate")

    async def test_at_once_makes_one_of_a_name(
        self, admin: httpx.AsyncClient, joined: dict[str, Any]
    ) -> None:
        answers = await asyncio.gather(*(admin.post("/transitions/", json=joined) for _ in range(6)))
        assert sorted(answer.status_code for answer in answers) == [201, *[409] * 5]


class TestDelete:
    async def test_takes_an_edge_out_of_the_working_graph_only(
        self, admin: httpx.AsyncClient, workflow: LiveWorkflow, audited: AuditedActions
    ) -> None:
        audited.since()
        path = f"/transitions/{workflow.reject}/"
        assert (await admin.delete(path, headers={"If-Match": '"1"'})).status_code == 409
        answer = await admin.delete(path, headers={"If-Match": '"2"'})
        assert (answer.status_code, answer.content) == (204, b"")
        assert (await admin.delete(path)).status_code == 404
        assert [action for action, _ in audited.since()] == ["delete_transition"]
        graph = f"/workflows/{workflow.workflow_id}/graph/"
        edges = [(await admin.get(f"{graph}{query}")).json()["edges"] for query in ("", "?version=1")]
        assert [[edge["transition_id"] for edge in found] for found in edges] == [
            [workflow.assign],
            [workflow.assign, workflow.reject],
        ]

    async def test_frees_the_name_and_never_the_id(
        self, admin: httpx.AsyncClient, workflow: LiveWorkflow, joined: dict[str, Any]
    ) -> None:
        await admin.delete(f"/transitions/{workflow.assign}/")
        made = await admin.post("/transitions/", json=joined | {"name": "Assign"})
        assert made.status_code == 201
        assert made.json()["transition_id"] > workflow.reject
