"""Numbers 1 to 10 of the contract's index: the root and the workflows."""

from typing import Any

import pytest

from tests.contracts.objects import (
    CREATED_WORKFLOW,
    ERROR,
    GRAPH,
    INITIALIZED,
    WORKFLOW,
    page_of,
)
from tests.contracts.shapes import differences, faults
from tests.contracts.world import World

NOWHERE = 9_999_999


class TestAnswers:
    def test_1_root_is_open_to_all_and_names_the_parts(self, world: World) -> None:
        answer = world.get("/", "nobody")
        parts = ("workflows", "tickets", "tasks", "transitions", "roles", "steps", "analytics", "docs")
        assert (
            differences(answer.json(), {"message": str, "version": {"1.0"}, **dict.fromkeys(parts, str)})
            == []
        )
        assert all(answer.json()[part].endswith(f"/{part}/") for part in parts)

    def test_2_list(self, world: World) -> None:
        answer = world.get("/workflows/")
        assert faults(answer, 200, page_of(WORKFLOW)) == []

    def test_2_list_is_filtered(self, world: World) -> None:
        made = world.new_draft(description="Needle in the hay")
        for query in (f"department={made['department']}", "search=needle", "search=hay&status=draft"):
            rows = world.get(f"/workflows/?{query}").json()["results"]
            assert [row["workflow_id"] for row in rows] == [made["workflow_id"]], query
        assert world.get("/workflows/?sub_category=Nothing").json()["count"] == 0

    @pytest.mark.parametrize("is_flat", [False, True])
    def test_3_create_takes_both_forms(self, world: World, is_flat: bool) -> None:  # noqa: FBT001 - a parameter
        draft = world.draft()
        body = draft["workflow"] | {"graph": draft["graph"]} if is_flat else draft
        answer = world.post("/workflows/", body)
        assert faults(answer, 201, CREATED_WORKFLOW) == []
        created = answer.json()
        assert created["status"] == "draft"
        assert created["user_id"] == 1
        assert set(created["temp_id_mapping"]) == {"a", "b"}
        assert [node["temp_id"] for node in created["graph"]["nodes"]] == ["a", "b"]
        assert created["temp_id_mapping"]["a"] == created["graph"]["nodes"][0]["step_id"]

    def test_3_create_without_a_graph(self, world: World) -> None:
        answer = world.post("/workflows/", world.draft()["workflow"])
        assert (answer.status_code, answer.json()["graph"]) == (201, {"nodes": [], "edges": []})

    def test_4_one(self, world: World) -> None:
        path = f"/workflows/{world.workflow.workflow_id}/"
        answer = world.get(path)
        assert faults(answer, 200, WORKFLOW) == []
        assert "graph" not in answer.json()
        assert differences(world.get(f"{path}?include=graph").json(), WORKFLOW | {"graph": GRAPH}) == []

    def test_5_delete(self, world: World) -> None:
        path = f"/workflows/{world.new_draft()['workflow_id']}/"
        answer = world.delete(path)
        assert (answer.status_code, answer.content) == (204, b"")
        assert world.get(path).status_code == 404

    def test_6_update_details(self, world: World) -> None:
        made = world.new_draft()
        answer = world.put(
            f"/workflows/{made['workflow_id']}/update-details/", {"description": "New", "urgent_sla": "PT2H"}
        )
        assert faults(answer, 200, WORKFLOW) == []
        assert (answer.json()["description"], answer.json()["urgent_sla"]) == ("New", "02:00:00")
        assert answer.json()["name"] == made["name"]

    def test_6_update_details_pauses_and_resumes(self, world: World) -> None:
        path = f"/workflows/{world.new_workflow().workflow_id}/update-details/"
        for status in ("paused", "initialized"):
            answer = world.put(path, {"status": status})
            assert (answer.status_code, answer.json()["status"]) == (200, status)
            assert answer.json()["is_published"] == (status == "initialized")

    def test_7_update_graph_names_what_it_made(self, world: World) -> None:
        made = world.new_draft()
        triage = made["temp_id_mapping"]["a"]
        body = {
            "nodes": [{"temp_id": "c", "name": "Check", "role_id": world.triage_role, "is_end": True}],
            "edges": [{"from_step_id": triage, "to_temp_id": "c", "name": "Check it"}],
        }
        answer = world.put(f"/workflows/{made['workflow_id']}/update-graph/", body)
        assert faults(answer, 200, CREATED_WORKFLOW) == []
        assert set(answer.json()["temp_id_mapping"]) == {"c"}
        assert len(answer.json()["graph"]["nodes"]) == 3

    def test_8_graph(self, world: World) -> None:
        answer = world.get(f"/workflows/{world.workflow.workflow_id}/graph/")
        assert faults(answer, 200, GRAPH) == []
        nodes, edges = answer.json()["nodes"], answer.json()["edges"]
        assert [(node["design"]["x"], node["design"]["y"]) for node in nodes] == [(-2, -141), (-2, 61)]
        assert [edge["design"] for edge in edges] == [
            {"source_handle": "bottom", "target_handle": "top"},
            {"source_handle": "right", "target_handle": "right"},
        ]

    def test_8_graph_of_a_version(self, world: World) -> None:
        made = world.new_workflow()
        world.made(
            world.put(
                f"/workflows/{made.workflow_id}/update-graph/",
                {"nodes": [{"step_id": made.triage, "name": "Sorting"}]},
            )
        )
        names = [
            [
                node["name"]
                for node in world.get(f"/workflows/{made.workflow_id}/graph/{query}").json()["nodes"]
            ]
            for query in ("", "?version=1")
        ]
        assert names == [["Sorting", "Repair"], ["Triage", "Repair"]]

    def test_9_detail(self, world: World) -> None:
        answer = world.get(f"/workflows/{world.workflow.workflow_id}/detail/")
        assert differences(answer.json(), {"workflow": WORKFLOW, "graph": GRAPH}) == []

    def test_10_initialize(self, world: World) -> None:
        path = f"/workflows/{world.new_draft()['workflow_id']}/initialize/"
        answer = world.post(path)
        assert faults(answer, 200, INITIALIZED) == []
        assert (answer.json()["version"], answer.json()["created_version"]) == (1, True)
        again = world.post(path, {"notes": "Nothing changed"}).json()
        assert (again["version"], again["created_version"]) == (1, False)


def broken_graph(world: World, **changes: Any) -> dict[str, Any]:
    draft = world.draft()
    draft["graph"]["nodes"][0] |= changes
    return draft


BAD_WORKFLOWS: dict[str, Any] = {
    "name": lambda world: world.draft(name=" "),
    "department": lambda world: world.draft(department=None),
    "category": lambda world: world.draft(category="x" * 65),
    "end_logic": lambda world: world.draft(end_logic="teleport"),
    "low_sla": lambda world: world.draft(low_sla="4h"),
    "graph.nodes.0.weight": lambda world: broken_graph(world, weight=100),
    "graph.nodes.0.name": lambda world: broken_graph(world, name="x" * 65),
    "graph.nodes.0.role_id": lambda world: broken_graph(world, role_id="1"),
}
BAD_GRAPHS: dict[str, Any] = {
    "unknown role": lambda world: broken_graph(world, role_id=NOWHERE),
    "two starts": lambda world: (
        world.draft() | {"graph": {"nodes": [node | {"is_start": True} for node in world.graph()["nodes"]]}}
    ),
    "same temp_id": lambda world: (
        world.draft()
        | {"graph": {"nodes": [world.graph()["nodes"][0], world.graph()["nodes"][0] | {"is_start": False}]}}
    ),
    "unknown end": lambda world: (
        world.draft() | {"graph": world.graph() | {"edges": [{"from_temp_id": "a", "to_temp_id": "z"}]}}
    ),
    "self loop": lambda world: (
        world.draft() | {"graph": world.graph() | {"edges": [{"from_temp_id": "a", "to_temp_id": "a"}]}}
    ),
    "SLA order": lambda world: world.draft(high_sla="90:00:00"),
    "equal SLAs": lambda world: world.draft(high_sla="48:00:00"),
}


# Each is made from the ids of the steps `a` and `b`, and of a `foreign` one.
BAD_CHANGES: dict[str, Any] = {
    "unknown step": lambda _: {"nodes": [{"step_id": NOWHERE, "name": "Ghost"}]},
    "foreign step": lambda ids: {"nodes": [{"step_id": ids["foreign"], "name": "Foreign"}]},
    "unknown edge": lambda _: {"edges": [{"transition_id": NOWHERE, "to_delete": True}]},
    "unknown end": lambda ids: {"edges": [{"from_step_id": NOWHERE, "to_step_id": ids["a"]}]},
    "two starts": lambda ids: {"nodes": [{"step_id": ids["b"], "is_start": True}]},
    "no start": lambda ids: {"nodes": [{"step_id": ids["a"], "is_start": False}]},
    "weight": lambda ids: {"nodes": [{"step_id": ids["a"], "weight": -1}]},
}


class TestRefusals:
    @pytest.mark.parametrize("field", BAD_WORKFLOWS)
    def test_3_names_the_field(self, world: World, field: str) -> None:
        answer = world.post("/workflows/", BAD_WORKFLOWS[field](world))
        assert (answer.status_code, answer.json()["code"]) == (400, "validation_failed")
        assert any(name.removeprefix("workflow.") == field for name in answer.json()["details"]), answer.text

    @pytest.mark.parametrize("what", BAD_GRAPHS)
    def test_3_makes_nothing_of_a_bad_graph(self, world: World, what: str) -> None:
        body = BAD_GRAPHS[what](world)
        answer = world.post("/workflows/", body)
        assert faults(answer, 400, ERROR) == []
        assert answer.json()["details"]
        assert world.get(f"/workflows/?search={body['workflow']['name']}").json()["count"] == 0

    def test_3_and_6_a_name_is_taken_once(self, world: World) -> None:
        other = world.new_draft()
        taken = {"name": world.workflow.name.upper()}
        for answer in (
            world.post("/workflows/", world.draft(**taken)),
            world.put(f"/workflows/{other['workflow_id']}/update-details/", taken),
        ):
            assert (answer.status_code, answer.json()["code"]) == (409, "duplicate")

    def test_5_is_refused_while_a_task_refers_to_it(self, world: World) -> None:
        workflow = world.new_workflow()
        world.new_task(department=workflow.department)
        answer = world.delete(f"/workflows/{workflow.workflow_id}/")
        assert (answer.status_code, answer.json()["code"]) == (409, "workflow_in_use")

    @pytest.mark.parametrize(
        "body",
        [
            {"high_sla": "90:00:00"},
            {"status": "draft"},
            {"status": "deployed"},
            {"status": "exploded"},
            {"name": ""},
            {"low_sla": "00:00:00"},
        ],
    )
    def test_6_refuses(self, world: World, body: dict[str, Any]) -> None:
        answer = world.put(f"/workflows/{world.workflow.workflow_id}/update-details/", body)
        assert faults(answer, 400, ERROR) == []

    def test_6_does_not_pause_a_draft(self, world: World) -> None:
        path = f"/workflows/{world.new_draft()['workflow_id']}/update-details/"
        assert world.put(path, {"status": "paused"}).status_code == 409

    @pytest.mark.parametrize("what", BAD_CHANGES)
    def test_7_refuses_and_changes_nothing(self, world: World, what: str) -> None:
        made = world.new_draft()
        foreign = world.new_draft()["temp_id_mapping"]["a"]
        answer = world.put(
            f"/workflows/{made['workflow_id']}/update-graph/",
            BAD_CHANGES[what](made["temp_id_mapping"] | {"foreign": foreign}),
        )
        assert (answer.status_code, answer.json()["code"]) == (400, "validation_failed"), answer.text
        graph = world.get(f"/workflows/{made['workflow_id']}/graph/").json()
        assert [node["name"] for node in graph["nodes"]] == ["Triage", "Repair"]

    def test_10_lists_every_failed_check(self, world: World) -> None:
        made = world.new_draft(high_sla=None)
        world.made(
            world.put(
                f"/workflows/{made['workflow_id']}/update-graph/",
                {"edges": [{"transition_id": made["graph"]["edges"][0]["transition_id"], "to_delete": True}]},
            )
        )
        answer = world.post(f"/workflows/{made['workflow_id']}/initialize/")
        assert (answer.status_code, answer.json()["code"]) == (400, "validation_failed")
        assert len(answer.json()["details"]["graph"]) >= 2
        assert answer.json()["details"]["sla"]

    def test_10_one_workflow_serves_a_kind_of_ticket(self, world: World) -> None:
        second = world.new_draft(department=world.workflow.department.lower())
        assert world.post(f"/workflows/{second['workflow_id']}/initialize/").status_code == 409

    @pytest.mark.parametrize(
        ("method", "path", "who", "body"),
        [
            ("GET", "", "agent", None),
            ("DELETE", "", "admin", None),
            ("PUT", "update-details/", "admin", {}),
            ("PUT", "update-graph/", "admin", {}),
            ("GET", "graph/", "agent", None),
            ("GET", "detail/", "agent", None),
            ("POST", "initialize/", "admin", None),
        ],
    )
    def test_4_to_10_of_no_workflow(self, world: World, method: str, path: str, who: str, body: Any) -> None:
        for workflow_id, status in ((NOWHERE, 404), (0, 400), ("x", 400), (2**63, 400)):
            answer = world.call(method, f"/workflows/{workflow_id}/{path}", who, json=body)
            assert faults(answer, status, ERROR) == []
