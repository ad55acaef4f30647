"""Numbers 11 to 19 of the contract's index: steps and transitions of the working graph."""

from typing import Any

import pytest

from tests.contracts.objects import ERROR, STEP, TRANSITION, page_of
from tests.contracts.shapes import differences, faults
from tests.contracts.world import World

NOWHERE = 9_999_999


def is_changed(world: World, workflow_id: int) -> bool:
    changed: bool = world.get(f"/workflows/{workflow_id}/").json()["has_unpublished_changes"]
    return changed


class TestSteps:
    def test_11_list(self, world: World) -> None:
        workflow = world.workflow
        answer = world.get(f"/steps/?workflow_id={workflow.workflow_id}")
        assert faults(answer, 200, page_of(STEP)) == []
        assert [row["step_id"] for row in answer.json()["results"]] == [workflow.triage, workflow.repair]
        rows = world.get(f"/steps/?role_id={world.repair_role}&page_size=100").json()["results"]
        assert {row["role_name"] for row in rows} == {"Technician"}

    def test_12_create_with_the_least(self, world: World) -> None:
        workflow = world.new_workflow()
        body = {"workflow_id": workflow.workflow_id, "name": "Check", "role_id": world.triage_role}
        answer = world.post("/steps/", body)
        assert faults(answer, 201, STEP) == []
        step = answer.json()
        orders = [
            row["order"] for row in world.get(f"/steps/?workflow_id={workflow.workflow_id}").json()["results"]
        ]
        assert step["order"] == max(orders)
        assert orders.count(step["order"]) == 1
        assert (step["weight"], step["is_start"], step["is_end"]) == (0.5, False, False)
        assert is_changed(world, workflow.workflow_id)

    def test_13_one(self, world: World) -> None:
        answer = world.get(f"/steps/{world.workflow.triage}/")
        assert faults(answer, 200, STEP) == []
        assert (answer.json()["role_name"], answer.json()["escalate_to"]) == ("Agent", world.manager_role)

    def test_14_update_keeps_what_it_does_not_name(self, world: World) -> None:
        workflow = world.new_workflow()
        path = f"/steps/{workflow.triage}/"
        before = world.get(path).json()
        answer = world.put(path, {"name": "Sorting", "weight": 0.4})
        assert faults(answer, 200, STEP) == []
        kept = (
            "description",
            "instruction",
            "role_id",
            "escalate_to",
            "order",
            "is_start",
            "is_end",
            "design",
        )
        assert {field: answer.json()[field] for field in kept} == {field: before[field] for field in kept}
        assert (answer.json()["name"], answer.json()["weight"]) == ("Sorting", 0.4)
        assert is_changed(world, workflow.workflow_id)

    def test_15_delete_takes_its_edges_along(self, world: World) -> None:
        workflow = world.new_workflow()
        answer = world.delete(f"/steps/{workflow.repair}/")
        assert (answer.status_code, answer.content) == (204, b"")
        assert world.get(f"/steps/{workflow.repair}/").status_code == 404
        assert world.get(f"/transitions/?workflow_id={workflow.workflow_id}").json()["count"] == 0
        assert is_changed(world, workflow.workflow_id)

    @pytest.mark.parametrize(
        "changes",
        [
            {"workflow_id": NOWHERE},
            {"role_id": NOWHERE},
            {"escalate_to": NOWHERE},
            {"is_start": True},
            {"name": " "},
            {"name": "x" * 65},
            {"weight": 100},
            {"weight": -0.5},
            {"name": None},
            {"role_id": None},
        ],
        ids=str,
    )
    def test_12_refuses(self, world: World, changes: dict[str, Any]) -> None:
        body = {"workflow_id": world.workflow.workflow_id, "name": "Check", "role_id": world.triage_role}
        answer = world.post("/steps/", body | changes)
        assert (answer.status_code, answer.json()["code"]) == (400, "validation_failed"), answer.text
        assert differences(answer.json(), ERROR) == []

    @pytest.mark.parametrize(
        "body",
        [
            {"role_id": NOWHERE},
            {"is_start": True},
            {"name": ""},
            {"weight": "heavy"},
            {"workflow_id": NOWHERE},
        ],
    )
    def test_14_refuses(self, world: World, body: dict[str, Any]) -> None:
        answer = world.put(f"/steps/{world.workflow.repair}/", body)
        assert faults(answer, 400, ERROR) == []


class TestTransitions:
    def test_16_list(self, world: World) -> None:
        workflow = world.workflow
        answer = world.get(f"/transitions/?workflow_id={workflow.workflow_id}")
        assert faults(answer, 200, page_of(TRANSITION)) == []
        assert answer.json()["count"] == 2
        for query in (f"from_step_id={workflow.triage}", f"to_step_id={workflow.repair}"):
            rows = world.get(f"/transitions/?{query}").json()["results"]
            assert [row["transition_id"] for row in rows] == [workflow.assign]

    def test_17_create_and_18_read(self, world: World) -> None:
        workflow = world.new_workflow()
        body = {"from_step_id": workflow.triage, "to_step_id": workflow.repair, "name": "Hurry"}
        answer = world.post("/transitions/", body)
        assert faults(answer, 201, TRANSITION) == []
        made = answer.json()
        assert (made["workflow_id"], made["from_step_name"]) == (workflow.workflow_id, "Triage")
        assert world.get(f"/transitions/{made['transition_id']}/").json() == made
        assert is_changed(world, workflow.workflow_id)

    def test_19_delete(self, world: World) -> None:
        workflow = world.new_workflow()
        answer = world.delete(f"/transitions/{workflow.reject}/")
        assert (answer.status_code, answer.content) == (204, b"")
        assert world.get(f"/transitions/{workflow.reject}/").status_code == 404
        assert is_changed(world, workflow.workflow_id)

    def test_17_refuses(self, world: World) -> None:
        workflow, other = world.workflow, world.new_workflow()
        triage, repair = workflow.triage, workflow.repair
        for from_step, to_step, name, status, code in (
            (triage, triage, "Loop", 400, "validation_failed"),
            (triage, other.repair, "Across", 400, "validation_failed"),
            (triage, NOWHERE, "Away", 400, "validation_failed"),
            (NOWHERE, triage, "Whence", 400, "validation_failed"),
            (triage, repair, "x" * 65, 400, "validation_failed"),
            (triage, repair, "Assign", 409, "duplicate"),
        ):
            body = {"from_step_id": from_step, "to_step_id": to_step, "name": name}
            answer = world.post("/transitions/", body)
            assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text


@pytest.mark.parametrize("path", ["/steps/", "/transitions/"])
class TestNothing:
    def test_is_found_under_an_unknown_id(self, world: World, path: str) -> None:
        for method in ("GET", "DELETE"):
            for unknown, status in ((NOWHERE, 404), ("0", 400), ("1e3", 400), (2**63, 400), ("٣", 400)):
                answer = world.call(method, f"{path}{unknown}/", "admin")
                assert faults(answer, status, ERROR) == []

    @pytest.mark.parametrize("query", ["workflow_id=0", "workflow_id=x", "ordering=password", "workflow=1"])
    def test_is_listed_by_a_bad_filter(self, world: World, path: str, query: str) -> None:
        answer = world.get(f"{path}?{query}")
        assert (answer.status_code, answer.json()["code"]) == (400, "validation_failed"), answer.text

    def test_is_listed_for_an_unknown_workflow(self, world: World, path: str) -> None:
        assert world.get(f"{path}?workflow_id={NOWHERE}").json()["count"] == 0
