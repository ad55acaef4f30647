import asyncio
from typing import Any

import httpx
import pytest

from tests.api.workflows.conftest import AuditedActions
from tests.factories.desk import Desk, make_event, make_workflow
from tests.fixtures.services import LiveWorkflow

Headers = dict[str, Any]


@pytest.fixture
def address(workflow: LiveWorkflow) -> str:
    return f"/workflows/{workflow.workflow_id}/"


class TestUpdateGraph:
    async def test_keeps_what_a_partial_node_does_not_name(
        self, admin: httpx.AsyncClient, workflow: LiveWorkflow, address: str, audited: AuditedActions
    ) -> None:
        before = (await admin.get(f"{address}graph/")).json()
        audited.since()
        body = {"nodes": [{"step_id": workflow.triage, "name": "Sorting"}]}
        answer = await admin.put(f"{address}update-graph/", json=body)
        assert (answer.status_code, answer.headers["ETag"], answer.json()["version"]) == (200, '"3"', 3)
        assert answer.json()["has_unpublished_changes"] is True
        before["nodes"][0]["name"] = "Sorting"
        assert (await admin.get(f"{address}graph/")).json() == before
        ((action, counts),) = audited.since()
        assert action == "update_workflow"
        assert {name: count for name, count in counts.items() if count} == {"nodes_updated": 1}

    async def test_adds_changes_and_deletes_at_once(
        self, admin: httpx.AsyncClient, workflow: LiveWorkflow, address: str, audited: AuditedActions
    ) -> None:
        audited.since()
        body = {
            "nodes": [
                {"temp_id": "c", "name": "Check", "role_id": workflow.triage_role, "is_end": True},
                {"step_id": workflow.repair, "to_delete": True},
                {"step_id": workflow.triage, "weight": 0.4, "escalate_to": workflow.repair_role},
            ],
            "edges": [{"from_step_id": workflow.triage, "to_temp_id": "c", "name": "Check it"}],
        }
        changed = (await admin.put(f"{address}update-graph/", json=body)).json()
        triage, check = changed["graph"]["nodes"]
        assert changed["temp_id_mapping"] == {"c": check["step_id"]}
        assert (triage["weight"], triage["escalate_to_name"], triage["temp_id"]) == (0.4, "Technician", None)
        assert (check["temp_id"], check["weight"], check["order"]) == ("c", 0.5, 2)
        (edge,) = changed["graph"]["edges"]
        assert (edge["from_step_id"], edge["to_step_id"]) == (triage["step_id"], check["step_id"])
        assert audited.since()[0][1] == {
            "nodes_added": 1,
            "nodes_updated": 1,
            "nodes_deleted": 1,
            "edges_added": 1,
            "edges_updated": 0,
            "edges_deleted": 2,
        }

    async def test_reads_the_older_keys(
        self, admin: httpx.AsyncClient, workflow: LiveWorkflow, address: str
    ) -> None:
        body = {
            "nodes": [
                {"id": "temp-1", "name": "Check", "role": "technician", "escalate_to": "Agent"},
                {"id": workflow.triage, "label": "Sorting"},
            ],
            "edges": [
                {"id": "temp-e", "from": workflow.triage, "to": "temp-1", "name": "Check"},
                {"id": workflow.reject, "to_delete": True},
                {"id": workflow.assign, "from": str(workflow.triage), "name": "Hand over"},
            ],
        }
        answer = await admin.put(f"{address}update-graph/", json=body)
        assert answer.status_code == 200, answer.text
        graph, ids = answer.json()["graph"], answer.json()["temp_id_mapping"]
        assert [node["name"] for node in graph["nodes"]] == ["Sorting", "Repair", "Check"]
        assert graph["nodes"][2]["escalate_to_name"] == "Agent"
        assert [(edge["name"], edge["to_step_id"]) for edge in graph["edges"]] == [
            ("Hand over", workflow.repair),
            ("Check", ids["temp-1"]),
        ]

    async def test_moves_the_start_and_swaps_names_in_one_call(
        self, admin: httpx.AsyncClient, workflow: LiveWorkflow, address: str
    ) -> None:
        body = {
            "nodes": [
                {"step_id": workflow.triage, "is_start": False},
                {"step_id": workflow.repair, "is_start": True},
            ],
            "edges": [
                {"transition_id": workflow.assign, "from_step_id": workflow.repair,
                 "to_step_id": workflow.triage, "name": "Reject"},
                {"transition_id": workflow.reject, "from_step_id": workflow.triage,
                 "to_step_id": workflow.repair, "name": "Assign"},
            ],
        }  # fmt: skip
        answer = await admin.put(f"{address}update-graph/", json=body)
        assert answer.status_code == 200, answer.text
        graph = answer.json()["graph"]
        assert [node["is_start"] for node in graph["nodes"]] == [False, True]
        assert [(edge["transition_id"], edge["name"]) for edge in graph["edges"]] == [
            (workflow.assign, "Reject"),
            (workflow.reject, "Assign"),
        ]

    async def test_sent_back_as_it_was_read_changes_no_rule(
        self, admin: httpx.AsyncClient, address: str
    ) -> None:
        graph = (await admin.get(f"{address}graph/")).json()
        answer = await admin.put(f"{address}update-graph/", json=graph)
        assert answer.json()["has_unpublished_changes"] is False
        assert (await admin.get(f"{address}graph/")).json() == graph
        again = await admin.put(f"{address}update-graph/", json=graph)
        assert again.json()["version"] == answer.json()["version"]

    async def test_taken_back_leaves_nothing_unpublished(
        self, admin: httpx.AsyncClient, workflow: LiveWorkflow, address: str
    ) -> None:
        for name, is_changed in (("Sorting", True), ("Triage", False)):
            body = {"nodes": [{"step_id": workflow.triage, "name": name}]}
            answer = await admin.put(f"{address}update-graph/", json=body)
            assert answer.json()["has_unpublished_changes"] is is_changed

    async def test_may_empty_a_draft_but_not_what_tickets_run_on(
        self, admin: httpx.AsyncClient, workflow: LiveWorkflow, address: str
    ) -> None:
        body = make_workflow(workflow.triage_role, workflow.repair_role, name="Draft")
        draft = (await admin.post("/workflows/", json=body)).json()
        for path, step_ids, status in (
            (f"/workflows/{draft['workflow_id']}/", draft["temp_id_mapping"].values(), 200),
            (address, (workflow.triage, workflow.repair), 400),
        ):
            nodes = [{"step_id": step_id, "to_delete": True} for step_id in step_ids]
            answer = await admin.put(f"{path}update-graph/", json={"nodes": nodes})
            assert answer.status_code == status, answer.text


class TestRefusedUpdate:
    async def test_names_everything_that_is_wrong_and_changes_nothing(
        self, admin: httpx.AsyncClient, desk: Desk, workflow: LiveWorkflow, address: str
    ) -> None:
        body = make_workflow(workflow.triage_role, workflow.repair_role, name="Other")
        foreign = (await admin.post("/workflows/", json=body)).json()
        foreign_step = foreign["temp_id_mapping"]["a"]
        before = (await admin.get(f"{address}graph/")).json()
        bad: dict[str, Any] = {
            "nodes": [
                {"step_id": foreign_step, "name": "Theirs"},
                {"step_id": workflow.repair, "to_delete": True},
                {"temp_id": "c", "role_id": 999},
                {"temp_id": "d", "name": "Twice", "role": "Agent", "is_start": True},
                {"temp_id": "d", "name": "Twice", "role": "Agent", "escalate_to": "Nobody"},
                {"temp_id": "e", "to_delete": True},
                {"step_id": workflow.triage, "name": "Kept"},
            ],
            "edges": [
                {"transition_id": foreign["graph"]["edges"][0]["transition_id"], "to_delete": True},
                {"transition_id": workflow.assign, "name": "Goes with its step"},
                {"from_step_id": workflow.triage, "to_step_id": workflow.repair},
                {"from_step_id": workflow.triage, "to_temp_id": "zz"},
                {"from_step_id": workflow.triage, "to_step_id": workflow.triage},
                {"from_step_id": workflow.triage},
            ],
        }
        answer = await admin.put(f"{address}update-graph/", json=bad)
        assert answer.status_code == 400
        assert set(answer.json()["details"]) == {
            "nodes.0.step_id",
            "nodes.2.name",
            "nodes.2.role_id",
            "nodes.4.temp_id",
            "nodes.4.escalate_to",
            "nodes.5.to_delete",
            "nodes",
            "edges.0.transition_id",
            "edges.1.transition_id",
            "edges.2.to_step_id",
            "edges.3.to_temp_id",
            "edges.4",
            "edges.5.to_step_id",
        }
        assert (await admin.get(f"{address}graph/")).json() == before
        assert desk.scalar("select version from ops.workflow where name = 'VPN access'") == 2

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"nodes": [{"step_id": "$repair", "is_start": True}]}, "nodes"),
            ({"nodes": [{"step_id": "$triage", "is_start": False}]}, "nodes"),
            ({"nodes": [{"step_id": "$triage"}, {"step_id": "$triage"}]}, "step_ids"),
            ({"nodes": [{"name": "Nobody"}]}, "nodes.0"),
            ({"nodes": [{"step_id": "$triage", "weight": 100}]}, "nodes.0.weight"),
            ({"nodes": [{"step_id": "$triage", "name": None}]}, "nodes.0.name"),
            ({"nodes": [{"step_id": "$triage", "role_id": None}]}, "nodes.0.role_id"),
            ({"edges": [{"transition_id": 999, "name": "?"}]}, "edges.0.transition_id"),
            ({"edges": [{"to_delete": True}]}, "edges.0.transition_id"),
            ({"edges": [{"from": "$triage", "to": "$repair", "name": "ASSIGN"}]}, "edges"),
            ({"nodes": [{"temp_id": n, "name": "n", "role_id": 1} for n in range(501)]}, "nodes"),
        ],
    )
    async def test_names_the_field(
        self, *, admin: httpx.AsyncClient, workflow: LiveWorkflow, address: str,
        changes: dict[str, Any], field: str,
    ) -> None:  # fmt: skip
        ids = {"$triage": workflow.triage, "$repair": workflow.repair}
        body = {
            kind: [{key: ids.get(value, value) if isinstance(value, str) else value
                    for key, value in row.items()} for row in rows]
            for kind, rows in changes.items()
        }  # fmt: skip
        answer = await admin.put(f"{address}update-graph/", json=body)
        assert (answer.status_code, list(answer.json()["details"])) == (400, [field])


class TestAtOnce:
    async def test_one_of_two_changes_of_the_same_version_wins(
        self, admin: httpx.AsyncClient, workflow: LiveWorkflow, address: str
    ) -> None:
        async def rename(name: str) -> httpx.Response:
            body = {"nodes": [{"step_id": workflow.triage, "name": name}]}
            return await admin.put(f"{address}update-graph/", json=body, headers={"If-Match": '"2"'})

        answers = await asyncio.gather(*(rename(f"Name {n}") for n in range(6)))
        assert sorted(answer.status_code for answer in answers) == [200, *[409] * 5]
        assert {a.json()["code"] for a in answers if a.status_code == 409} == {"version_conflict"}
        (won,) = (answer.json() for answer in answers if answer.status_code == 200)
        assert (await admin.get(f"{address}graph/")).json()["nodes"][0]["name"] == (
            won["graph"]["nodes"][0]["name"]
        )

    async def test_changes_without_a_version_are_all_made(
        self, admin: httpx.AsyncClient, workflow: LiveWorkflow, address: str
    ) -> None:
        async def add(n: int) -> httpx.Response:
            node = {"temp_id": "x", "name": f"Step {n}", "role_id": workflow.triage_role}
            return await admin.put(f"{address}update-graph/", json={"nodes": [node]})

        answers = await asyncio.gather(*(add(n) for n in range(6)))
        assert {answer.status_code for answer in answers} == {200}
        assert sorted(answer.json()["version"] for answer in answers) == [3, 4, 5, 6, 7, 8]
        nodes = (await admin.get(f"{address}graph/")).json()["nodes"]
        assert sorted(node["order"] for node in nodes) == list(range(8))

    async def test_initializing_twice_makes_one_version(
        self, admin: httpx.AsyncClient, desk: Desk, workflow: LiveWorkflow, address: str
    ) -> None:
        await admin.put(
            f"{address}update-graph/", json={"nodes": [{"step_id": workflow.triage, "name": "Sorting"}]}
        )
        answers = await asyncio.gather(*(admin.post(f"{address}initialize/") for _ in range(6)))
        assert {(answer.status_code, answer.json()["version"]) for answer in answers} == {(200, 2)}
        assert sum(answer.json()["created_version"] for answer in answers) == 1
        assert desk.scalar("select count(*) from ops.workflow_version where is_active") == 1

    async def test_tickets_start_on_a_workflow_or_find_none_while_it_is_deleted(
        self, admin: httpx.AsyncClient, desk: Desk, workflow: LiveWorkflow, as_service: Headers
    ) -> None:
        async def ingest(n: int) -> httpx.Response:
            event = make_event(f"event-{n}", ticket_number=f"T-{n}")
            return await admin.post("/internal/tickets/ingest/", json=event, headers=as_service)

        deleted, *taken = await asyncio.gather(
            admin.delete(f"/workflows/{workflow.workflow_id}/"), *(ingest(n) for n in range(6))
        )
        assert {answer.status_code for answer in taken} == {202}
        tasks = desk.scalar("select count(*) from ops.task")
        assert (deleted.status_code, tasks) in {(204, 0), *((409, n) for n in range(1, 7))}
