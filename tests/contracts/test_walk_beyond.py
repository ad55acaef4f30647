"""What section 9 adds to the index, because a real client needs it."""

from urllib.parse import quote

import pytest

from tests.contracts.objects import ERROR, FULL_TASK, TASK
from tests.contracts.shapes import Maybe, differences, faults
from tests.contracts.world import COORDINATOR, World

NOWHERE = 9_999_999
HELD = {"success": {True}, "new_status": str, "previous_status": str, "ticket_number": str, "message": str}
CHOICES = {
    "can_act": bool,
    "available_actions": [{"transition_id": Maybe(int), "name": str, "description": str}],
}


class TestActions:
    def test_available_transitions_are_those_of_the_caller(self, world: World) -> None:
        task_id = world.new_task()
        path = f"/tasks/{task_id}/available-transitions/"
        mine = world.get(path)
        assert faults(mine, 200, CHOICES) == []
        assert mine.json()["can_act"] is True
        ids = [action["transition_id"] for action in mine.json()["available_actions"]]
        assert ids == [world.workflow.assign]
        assert world.get(path, "stranger").json()["can_act"] is False

    def test_available_transitions_tell_of_the_end(self, world: World) -> None:
        task_id = world.new_repair()
        answer = world.get(f"/tasks/{task_id}/available-transitions/", world.assignee(task_id))
        ids = {action["transition_id"] for action in answer.json()["available_actions"]}
        assert ids == {None, world.workflow.reject}

    def test_toggle_hold_there_and_back(self, world: World) -> None:
        task_id = world.new_task()
        path = f"/tasks/{task_id}/toggle-hold/"
        for before, after, ticket_status in (
            ("pending", "on_hold", "On Hold"),
            ("on_hold", "in progress", "In Progress"),
        ):
            answer = world.post(path, {"notes": "Parts"}, "agent")
            assert faults(answer, 200, HELD) == []
            assert (answer.json()["previous_status"], answer.json()["new_status"]) == (before, after)
            assert world.get(f"/tasks/{task_id}/").json()["ticket_status"] == ticket_status

    def test_toggle_hold_refuses(self, world: World) -> None:
        task_id, done = world.new_task(), world.new_completed_task()
        for task, who, status in (
            (task_id, "stranger", 403),
            (done, "admin", 409),
            (NOWHERE, "admin", 404),
        ):
            answer = world.post(f"/tasks/{task}/toggle-hold/", {"notes": "Parts"}, who)
            assert faults(answer, status, ERROR) == []

    def test_assign_task_allocates_an_unmatched_ticket(self, world: World) -> None:
        number = world.ingest(department="Nowhere")["ticket_number"]
        body = {"ticket_id": number, "workflow_id": world.workflow.workflow_id}
        answer = world.post("/tickets/assign-task/", body)
        assert answer.status_code in {200, 201}
        assert world.get(f"/tickets/{number}/").json()["is_task_allocated"] is True
        assert faults(world.post("/tickets/assign-task/", body), 409, ERROR) == []
        assert faults(world.post("/tickets/assign-task/", body, "agent"), 403, ERROR) == []
        unknown = body | {"ticket_id": "TX19990101000001"}
        assert faults(world.post("/tickets/assign-task/", unknown), 404, ERROR) == []


class TestOwnership:
    def test_goes_to_a_named_coordinator(self, world: World) -> None:
        task = world.get(f"/tasks/{world.new_task()}/").json()
        other = 19 - task["ticket_owner_id"]
        body = {"ticket_number": task["ticket_number"], "new_owner_user_id": other, "reason": "Holiday"}
        assert world.post("/tasks/ticket-owner/transfer/", body, "agent").status_code == 403
        world.made(world.post("/tasks/ticket-owner/transfer/", body))
        assert world.get(f"/tasks/{task['task_id']}/").json()["ticket_owner_id"] == other
        stranger = body | {"new_owner_user_id": 12_345}
        assert world.post("/tasks/ticket-owner/transfer/", stranger).status_code in {400, 404}

    def test_is_escalated_by_the_owner_to_another(self, world: World) -> None:
        task = world.get(f"/tasks/{world.new_task()}/").json()
        number = task["ticket_number"]
        to_cora = {"ticket_number": number, "new_owner_user_id": COORDINATOR, "reason": "Hers"}
        if task["ticket_owner_id"] != COORDINATOR:
            world.made(world.post("/tasks/ticket-owner/transfer/", to_cora))
        body = {"ticket_number": number, "reason": "Too much"}
        assert world.post("/tasks/ticket-owner/escalate/", body, "agent").status_code == 403
        blank = body | {"reason": " "}
        assert faults(world.post("/tasks/ticket-owner/escalate/", blank, "coordinator"), 400, ERROR) == []
        world.made(world.post("/tasks/ticket-owner/escalate/", body, "coordinator"))
        assert world.get(f"/tasks/{task['task_id']}/").json()["ticket_owner_id"] == COORDINATOR + 1

    def test_may_go_to_these_coordinators(self, world: World) -> None:
        path = "/tasks/ticket-owner/available-coordinators/"
        answer = world.get(f"{path}?exclude_user_id={COORDINATOR}", "coordinator")
        assert answer.status_code == 200
        assert str(COORDINATOR + 1) in answer.text
        assert f'"user_id":{COORDINATOR},' not in answer.text

    def test_shows_an_owned_ticket_by_its_number(self, world: World) -> None:
        task = world.get(f"/tasks/{world.new_task()}/").json()
        answer = world.get(f"/tasks/owned-tickets/{task['ticket_number']}/", "admin")
        assert differences(answer.json(), TASK) == []


class TestVersions:
    def test_are_listed_shown_and_rolled_back_to(self, world: World) -> None:
        workflow = world.new_workflow()
        path = f"/workflows/{workflow.workflow_id}"
        assert world.delete(f"/transitions/{workflow.reject}/").status_code == 204
        world.made(world.post(f"{path}/initialize/"))
        listed = world.made(world.get(f"{path}/versions/"))
        assert {row["version"] for row in listed["results"]} == {1, 2}
        first = world.made(world.get(f"{path}/versions/1/"))["definition"]
        assert len(first["edges"]) == 2
        world.made(world.post(f"{path}/versions/1/rollback/"))
        graph = world.get(f"{path}/graph/").json()
        assert {edge["transition_id"] for edge in graph["edges"]} == {workflow.assign, workflow.reject}
        assert faults(world.get(f"{path}/versions/9/"), 404, ERROR) == []
        assert faults(world.post(f"{path}/versions/1/rollback/", None, "agent"), 403, ERROR) == []

    def test_a_workflow_is_found_by_its_name(self, world: World) -> None:
        found = world.get(f"/workflows/by-name/{world.workflow.name}/").json()
        assert found["workflow_id"] == world.workflow.workflow_id
        assert faults(world.get("/workflows/by-name/Nothing/"), 404, ERROR) == []

    @pytest.mark.parametrize("name", ["Software Installation/Update", "versions", "50% off?", "a#b"])
    def test_a_workflow_is_found_whatever_its_name_holds(self, world: World, name: str) -> None:
        made = world.new_draft(name=name)
        for address in (f"/workflows/by-name/{quote(name, safe='')}/", f"/workflows/by-name/{quote(name)}"):
            assert world.get(address).json()["workflow_id"] == made["workflow_id"]

    def test_weights_are_read_and_set_together(self, world: World) -> None:
        workflow = world.new_workflow()
        path = f"/steps/weights/workflow/{workflow.workflow_id}/"
        weights = [{"step_id": workflow.triage, "weight": 0.4}, {"step_id": workflow.repair, "weight": 0.6}]
        world.made(world.put(path, {"steps": weights}))
        shown = world.made(world.get(path))
        assert [row["weight"] for row in shown["steps"]] == [0.4, 0.6]
        assert shown["high_sla"] == "24:00:00"
        foreign = {"steps": [weights[0] | {"weight": 0.9}, {"step_id": world.workflow.repair, "weight": 1}]}
        assert faults(world.put(path, foreign), 400, ERROR) == []
        assert world.made(world.get(path))["steps"][0]["weight"] == 0.4


def test_a_task_made_by_hand_may_be_given_to_a_person(world: World) -> None:
    number = world.ingest(department="Nowhere")["ticket_number"]
    body = {"ticket_number": number, "workflow_id": world.workflow.workflow_id, "assignee_user_id": 4}
    assert faults(world.post("/tasks/", body), 201, FULL_TASK) == []
