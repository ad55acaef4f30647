from typing import Any

import httpx
import pytest

from tests.api.workflows.conftest import AuditedActions
from tests.factories.desk import Desk, make_event, make_workflow
from tests.fixtures.services import LiveWorkflow
from tests.fixtures.statements import StatementCount

Headers = dict[str, Any]


@pytest.fixture
def address(workflow: LiveWorkflow) -> str:
    return f"/workflows/{workflow.workflow_id}/"


@pytest.fixture
async def foreign(admin: httpx.AsyncClient, workflow: LiveWorkflow) -> dict[str, int]:
    """Steps of another workflow, by temp_id."""
    body = make_workflow(workflow.triage_role, workflow.repair_role, name="Other", category="Hardware")
    ids: dict[str, int] = (await admin.post("/workflows/", json=body)).json()["temp_id_mapping"]
    return ids


class TestList:
    async def test_is_filtered_and_ordered(
        self, admin: httpx.AsyncClient, workflow: LiveWorkflow, foreign: dict[str, int]
    ) -> None:
        async def ids(query: str) -> list[int]:
            page = (await admin.get(f"/steps/?{query}")).json()
            return [row["step_id"] for row in page["results"]]

        ours = [workflow.triage, workflow.repair]
        theirs = [foreign["a"], foreign["b"]]
        assert await ids("") == ours + theirs
        assert await ids(f"workflow_id={workflow.workflow_id}") == ours
        assert await ids(f"role_id={workflow.repair_role}") == [ours[1], theirs[1]]
        assert await ids("ordering=order") == [ours[0], theirs[0], ours[1], theirs[1]]
        assert await ids("ordering=-workflow_id") == [*reversed(theirs), *reversed(ours)]
        assert await ids("page_size=3&page=2") == [theirs[1]]

    async def test_draws_its_rows_as_the_graph_does(
        self, admin: httpx.AsyncClient, workflow: LiveWorkflow, address: str
    ) -> None:
        graph = (await admin.get(f"{address}graph/")).json()
        for path, kind, key in (("steps", "nodes", "step_id"), ("transitions", "edges", "transition_id")):
            rows = (await admin.get(f"/{path}/?workflow_id={workflow.workflow_id}")).json()["results"]
            drawn = {row[key]: row["design"] for row in graph[kind]}
            assert {row[key]: row["design"] for row in rows} == drawn

    @pytest.mark.parametrize("path", ["/workflows/", "/steps/", "/transitions/"])
    async def test_costs_few_statements_whatever_the_page(
        self, *, admin: httpx.AsyncClient, desk: Desk, workflow: LiveWorkflow, path: str,
        count_statements: StatementCount,
    ) -> None:  # fmt: skip
        desk.execute(
            "with made as (insert into ops.workflow (name, category, sub_category, department) "
            "select 'Flow ' || n, 'C', 'S', 'D' from generate_series(1, 40) n returning workflow_id), "
            "step as (insert into ops.step (workflow_id, role_id, name, sort_order) "
            "select workflow_id, %s, 'Step ' || n, n from made, generate_series(1, 3) n "
            "returning workflow_id, step_id, sort_order) "
            "insert into ops.step_transition (workflow_id, from_step_id, to_step_id) "
            "select a.workflow_id, a.step_id, b.step_id from step a join step b "
            "on b.workflow_id = a.workflow_id and b.sort_order = a.sort_order + 1",
            workflow.triage_role,
        )
        costs = []
        for size in (1, 100):
            with count_statements() as statements:
                page = (await admin.get(f"{path}?page_size={size}")).json()
            assert len(page["results"]) == min(size, page["count"])
            costs.append(len(statements))
        assert costs[0] == costs[1] <= 5


class TestCreate:
    async def test_puts_a_step_last_and_audits_it(
        self, admin: httpx.AsyncClient, workflow: LiveWorkflow, address: str, audited: AuditedActions
    ) -> None:
        audited.since()
        body = {"workflow_id": workflow.workflow_id, "name": "Check", "role": "agent", "weight": 0.1234}
        answer = await admin.post("/steps/", json=body)
        step = answer.json()
        assert (answer.status_code, answer.headers["ETag"], step["workflow_version"]) == (201, '"3"', 3)
        assert (step["order"], step["weight"], step["role_id"]) == (2, 0.123, workflow.triage_role)
        assert (await admin.get(f"/steps/{step['step_id']}/")).json() == step
        assert audited.since() == [("create_step", {"name": {"old": None, "new": "Check"}})]
        assert (await admin.get(address)).json()["has_unpublished_changes"] is True

    async def test_with_one_key_creates_once(
        self, admin: httpx.AsyncClient, desk: Desk, workflow: LiveWorkflow
    ) -> None:
        body = {"workflow_id": workflow.workflow_id, "name": "Check", "role_id": workflow.triage_role}
        keyed = {"Idempotency-Key": "key-1"}
        first, second = [await admin.post("/steps/", json=body, headers=keyed) for _ in range(2)]
        assert first.text == second.text
        assert desk.scalar("select count(*) from ops.step") == 3

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"workflow_id": 999}, "workflow_id"),
            ({"workflow_id": "1"}, "workflow_id"),
            ({"role_id": 999}, "role_id"),
            ({"role_id": None}, "role_id"),
            ({"escalate_to": 999}, "escalate_to"),
            ({"auto_escalate": True}, "auto_escalate"),
            ({"is_start": True}, "is_start"),
            ({"name": None}, "name"),
            ({"weight": 99.999}, "weight"),
            ({"order": -1}, "order"),
            ({"design": {"x": 1}}, "design.y"),
        ],
    )
    async def test_refuses_what_cannot_be(
        self, *, admin: httpx.AsyncClient, desk: Desk, workflow: LiveWorkflow,
        changes: dict[str, Any], field: str,
    ) -> None:  # fmt: skip
        body = {"workflow_id": workflow.workflow_id, "name": "Check", "role_id": workflow.triage_role}
        answer = await admin.post("/steps/", json=body | changes)
        assert (answer.status_code, list(answer.json()["details"])) == (400, [field])
        assert desk.scalar("select count(*) from ops.step") == 2

    async def test_needs_a_role(self, admin: httpx.AsyncClient, workflow: LiveWorkflow) -> None:
        answer = await admin.post("/steps/", json={"workflow_id": workflow.workflow_id, "name": "Check"})
        assert list(answer.json()["details"]) == ["role_id"]


class TestUpdate:
    async def test_changes_what_is_named_and_audits_old_and_new(
        self, admin: httpx.AsyncClient, workflow: LiveWorkflow, audited: AuditedActions
    ) -> None:
        path = f"/steps/{workflow.triage}/"
        before = (await admin.get(path)).json()
        audited.since()
        body = {"weight": 0.4, "escalate_to": workflow.repair_role, "order": 7, "name": before["name"]}
        answer = await admin.put(path, json=body, headers={"If-Match": '"2"'})
        assert answer.status_code == 200, answer.text
        changed = {"weight", "escalate_to", "escalate_to_name", "order", "workflow_version", "updated_at"}
        # Now the last of its graph, it is drawn below the other.
        assert {field for field in before if before[field] != answer.json()[field]} == changed | {"design"}
        assert audited.since() == [
            (
                "update_step",
                {
                    "escalate_to": {"old": None, "new": workflow.repair_role},
                    "weight": {"old": 0.25, "new": 0.4},
                    "order": {"old": 0, "new": 7},
                },
            )
        ]
        cleared = await admin.put(path, json={"escalate_to": None})
        assert cleared.json()["escalate_to"] is None

    async def test_takes_a_step_as_it_was_read(
        self, admin: httpx.AsyncClient, workflow: LiveWorkflow
    ) -> None:
        path = f"/steps/{workflow.triage}/"
        step = (await admin.get(path)).json()
        answer = await admin.put(path, json=step)
        assert answer.status_code == 200, answer.text
        assert answer.json()["design"] == step["design"]

    async def test_refuses_a_second_start_and_another_workflow(
        self, admin: httpx.AsyncClient, workflow: LiveWorkflow, foreign: dict[str, int]
    ) -> None:
        other = (await admin.get(f"/steps/{foreign['a']}/")).json()["workflow_id"]
        for body, field in (({"is_start": True}, "is_start"), ({"workflow_id": other}, "workflow_id")):
            answer = await admin.put(f"/steps/{workflow.repair}/", json=body)
            assert (answer.status_code, list(answer.json()["details"])) == (400, [field])
        assert (await admin.put("/steps/999/", json={})).status_code == 404

    async def test_of_a_version_not_the_last_is_refused(
        self, admin: httpx.AsyncClient, workflow: LiveWorkflow
    ) -> None:
        path = f"/steps/{workflow.triage}/"
        for answer in (
            await admin.put(path, json={"name": "Sorting"}, headers={"If-Match": '"1"'}),
            await admin.put(path, json={"name": "Sorting", "version": 1}),
            await admin.delete(path, headers={"If-Match": '"1"'}),
        ):
            assert (answer.status_code, answer.json()["code"]) == (409, "version_conflict")


class TestDelete:
    async def test_takes_the_edges_along_and_audits_them(
        self, *, admin: httpx.AsyncClient, workflow: LiveWorkflow, address: str, audited: AuditedActions,
        desk: Desk,
    ) -> None:  # fmt: skip
        audited.since()
        answer = await admin.delete(f"/steps/{workflow.repair}/")
        assert (answer.status_code, answer.content) == (204, b"")
        assert (await admin.get(f"{address}graph/")).json()["edges"] == []
        ((action, changes),) = audited.since()
        assert (action, changes["name"]) == ("delete_step", {"old": "Repair", "new": None})
        assert changes["transitions"]["old"] == [workflow.assign, workflow.reject]
        assert (await admin.delete(f"/steps/{workflow.repair}/")).status_code == 404
        assert (await admin.get(f"/transitions/{workflow.assign}/")).status_code == 404
        assert desk.scalar("select count(*) from ops.step") == 2

    async def test_leaves_a_running_task_its_way(
        self, *, admin: httpx.AsyncClient, desk: Desk, workflow: LiveWorkflow, address: str,
        as_service: Headers, as_agent: Headers, as_technician: Headers,
    ) -> None:  # fmt: skip
        told = await admin.post("/internal/tickets/ingest/", json=make_event(), headers=as_service)
        move = f"/transitions/{told.json()['task_id']}/transition/"
        await admin.delete(f"/steps/{workflow.repair}/")
        await admin.put(f"/steps/{workflow.triage}/", json={"name": "All in one", "is_end": True})
        assert (await admin.post(f"{address}initialize/")).json()["version"] == 2

        body = {"transition_id": workflow.assign, "notes": "Along an edge deleted since"}
        moved = await admin.post(move, json=body, headers=as_agent)
        assert moved.status_code == 200, moved.text
        assert moved.json()["task"]["current_step"] == {"step_id": workflow.repair, "name": "Repair"}
        assert moved.json()["previous_step"]["name"] == "Triage"
        done = await admin.post(move, json={"notes": "Done"}, headers=as_technician)
        assert done.json()["completed"] is True

        event = make_event("event-2", ticket_number="T-2")
        later = await admin.post("/internal/tickets/ingest/", json=event, headers=as_service)
        bound = desk.scalar(
            "select v.version from ops.task join ops.workflow_version v using (workflow_version_id) "
            "where task_id = %s",
            later.json()["task_id"],
        )
        assert bound == 2


class TestWeights:
    async def test_are_shown_with_the_share_of_each_step(
        self, admin: httpx.AsyncClient, workflow: LiveWorkflow
    ) -> None:
        path = f"/steps/weights/workflow/{workflow.workflow_id}/"
        body = {"steps": [{"step_id": workflow.triage, "weight": 2}]}
        await admin.put(path, json=body)
        answer = await admin.get(path)
        shown = answer.json()
        assert (answer.headers["ETag"], shown["total_weight"], shown["high_sla"]) == ('"3"', 2.75, "24:00:00")
        assert [row["weight"] for row in shown["steps"]] == [2, 0.75]
        assert sum(row["share"] for row in shown["steps"]) == pytest.approx(1)

    async def test_are_set_together_or_not_at_all(
        self, *, admin: httpx.AsyncClient, workflow: LiveWorkflow, foreign: dict[str, int],
        audited: AuditedActions,
    ) -> None:  # fmt: skip
        path = f"/steps/weights/workflow/{workflow.workflow_id}/"
        before = (await admin.get(path)).json()
        audited.since()
        good = {"step_id": workflow.triage, "weight": 3}
        for bad, field in (
            ({"step_id": foreign["a"], "weight": 1}, "steps.1.step_id"),
            ({"step_id": workflow.repair, "weight": -1}, "steps.1.weight"),
            (good, "steps.1.step_id"),
        ):
            answer = await admin.put(path, json={"steps": [good, bad]})
            assert answer.status_code == 400
            assert field in answer.json()["details"]
        assert (await admin.get(path)).json() == before
        assert audited.since() == []
        assert (await admin.put(path, json={"steps": [good]})).json()["steps"][0]["weight"] == 3
        assert audited.since() == [("update_step", {"weight": {"old": 0.25, "new": 3.0}})]


class TestAutoEscalation:
    async def test_is_frozen_only_where_it_is_asked_for(
        self, admin: httpx.AsyncClient, workflow: LiveWorkflow
    ) -> None:
        body = {"escalate_to": workflow.triage_role, "auto_escalate": True}
        changed = await admin.put(f"/steps/{workflow.repair}/", json=body)
        assert changed.json()["auto_escalate"] is True, changed.text
        address = f"/workflows/{workflow.workflow_id}/"
        assert (await admin.post(f"{address}initialize/")).json()["version"] == 2
        first, second = [(await admin.get(f"{address}versions/{number}/")).json() for number in (1, 2)]
        assert [node.get("auto_escalate") for node in first["definition"]["nodes"]] == [None, None]
        assert [node.get("auto_escalate") for node in second["definition"]["nodes"]] == [None, True]
        shown = (await admin.get(f"{address}graph/?version=2")).json()["nodes"]
        assert [node["auto_escalate"] for node in shown] == [False, True]
        back = (await admin.post(f"{address}versions/1/rollback/")).json()["graph"]["nodes"]
        assert [node["auto_escalate"] for node in back] == [False, False]

    async def test_loses_its_role_only_together_with_it(
        self, admin: httpx.AsyncClient, workflow: LiveWorkflow
    ) -> None:
        path = f"/steps/{workflow.repair}/"
        automatic = {"escalate_to": workflow.triage_role, "auto_escalate": True}
        assert (await admin.put(path, json=automatic)).status_code == 200
        refused = await admin.put(path, json={"escalate_to": None})
        assert (refused.status_code, list(refused.json()["details"])) == (400, ["auto_escalate"])
        nodes = [{"step_id": workflow.repair, "escalate_to": None}]
        graph = f"/workflows/{workflow.workflow_id}/update-graph/"
        refused = await admin.put(graph, json={"nodes": nodes})
        assert list(refused.json()["details"]) == ["nodes.0.auto_escalate"]
        cleared = await admin.put(path, json={"escalate_to": None, "auto_escalate": False})
        assert cleared.json()["auto_escalate"] is False
