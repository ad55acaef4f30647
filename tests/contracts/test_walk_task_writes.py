"""Numbers 20, 22, 24, 25, 29, 30 and 33 of the contract's index: changing tasks."""

from typing import Any

import pytest

from tests.contracts.objects import (
    ASSIGNMENT,
    ERROR,
    ESCALATED,
    FULL_TASK,
    TRANSFERRED,
    TRANSITIONED,
)
from tests.contracts.shapes import differences, faults
from tests.contracts.world import AGENT, MANAGER, SECOND_TECHNICIAN, TECHNICIAN, World

NOWHERE = 9_999_999


class TestTransition:
    def test_20_moves_the_task(self, world: World) -> None:
        task_id = world.new_task()
        answer = world.transition(task_id, world.workflow.assign)
        assert faults(answer, 200, TRANSITIONED) == []
        moved = answer.json()
        assert (moved["task"]["status"], moved["completed"]) == ("in progress", False)
        assert moved["task"]["current_step"] == {"step_id": world.workflow.repair, "name": "Repair"}
        assert moved["previous_step"] == {"step_id": world.workflow.triage, "name": "Triage"}
        assert [item["role"] for item in moved["assigned_items"]] == ["Technician"]

    def test_20_finishes_it_at_an_end(self, world: World) -> None:
        task_id = world.new_repair()
        answer = world.transition(task_id, None, world.assignee(task_id))
        assert faults(answer, 200, TRANSITIONED) == []
        done = answer.json()
        assert (done["task"]["status"], done["completed"], done["assigned_items"]) == ("completed", True, [])
        assert done["task"]["current_step"]["name"] == "Repair"
        task = world.get(f"/tasks/{task_id}/").json()
        assert task["resolution_time"]
        assert task["ticket_status"] == "Resolved"
        assert task["sla_status"] in {"met", "breached"}

    def test_20_refuses(self, world: World) -> None:
        task_id, done = world.new_task(), world.new_completed_task()
        assign, reject = world.workflow.assign, world.workflow.reject
        path = "/transitions/{}/transition/"
        for task, body, who, status, code in (
            (task_id, {"transition_id": assign, "notes": " "}, "agent", 400, "validation_failed"),
            (task_id, {"transition_id": assign}, "agent", 400, "validation_failed"),
            (task_id, {"transition_id": "4", "notes": "x"}, "agent", 400, "validation_failed"),
            (task_id, {"transition_id": assign, "notes": "x" * 2001}, "agent", 400, "validation_failed"),
            (task_id, {"transition_id": assign, "notes": "x"}, "stranger", 403, "not_assignee"),
            (task_id, {"transition_id": reject, "notes": "x"}, "agent", 409, "invalid_transition"),
            (task_id, {"transition_id": NOWHERE, "notes": "x"}, "agent", 404, "not_found"),
            (task_id, {"transition_id": None, "notes": "x"}, "agent", 409, "has_outgoing_transitions"),
            (
                task_id,
                {"transition_id": assign, "notes": "x", "version": 99},
                "agent",
                409,
                "version_conflict",
            ),
            (NOWHERE, {"transition_id": assign, "notes": "x"}, "agent", 404, "not_found"),
            (done, {"transition_id": None, "notes": "x"}, "technician", 409, "task_closed"),
        ):
            answer = world.post(path.format(task), body, who)
            assert (answer.status_code, answer.json()["code"]) == (status, code), (body, answer.text)
        world.made(world.post(f"/tasks/{task_id}/toggle-hold/", {"notes": "Parts ordered"}, "agent"))
        answer = world.transition(task_id, assign)
        assert (answer.status_code, answer.json()["code"]) == (409, "task_on_hold")


class TestCreateAndEdit:
    def unallocated(self, world: World) -> str:
        number: str = world.ingest(department="Nowhere")["ticket_number"]
        return number

    def test_22_create_runs_like_ingestion(self, world: World) -> None:
        body = {"ticket_number": self.unallocated(world), "workflow_id": world.workflow.workflow_id}
        answer = world.post("/tasks/", body)
        assert faults(answer, 201, FULL_TASK) == []
        task = answer.json()
        assert (task["status"], task["current_step"]) == ("pending", world.workflow.triage)
        assert [item["user_id"] for item in task["assigned_users"]] == [AGENT]
        assert task["ticket_owner_id"]
        again = world.post("/tasks/", {"ticket_id": task["ticket_id"], "workflow_id": task["workflow_id"]})
        assert again.status_code == 409

    def test_22_refuses(self, world: World) -> None:
        number, workflow_id = self.unallocated(world), world.workflow.workflow_id
        draft_id = world.new_draft()["workflow_id"]
        for body in (
            {"workflow_id": workflow_id},
            {"ticket_number": number},
            {"ticket_number": number, "workflow_id": draft_id},
            {"ticket_number": number, "workflow_id": str(workflow_id)},
            {"ticket_number": number, "workflow_id": workflow_id, "assignee_user_id": 12_345},
        ):
            answer = world.post("/tasks/", body)
            assert faults(answer, 400, ERROR) == [], body

    def test_24_holds_resumes_and_cancels(self, world: World) -> None:
        path = f"/tasks/{world.new_task()}/"
        for body, who in (
            ({"status": "on_hold"}, "agent"),
            ({"status": "in progress"}, "agent"),
            ({"status": "cancelled", "reason": "Withdrawn by phone"}, "admin"),
        ):
            answer = world.put(path, body, who)
            assert faults(answer, 200, FULL_TASK) == []
            assert answer.json()["status"] == body["status"]
        assert answer.json()["sla_status"] == "no_sla"
        assert world.put(path, {"status": "in progress"}, "admin").status_code == 409

    def test_24_changes_the_owner(self, world: World) -> None:
        path = f"/tasks/{world.new_task()}/"
        owner = world.get(path).json()["ticket_owner_id"]
        other = 19 - owner
        answer = world.put(path, {"ticket_owner_id": other})
        assert (answer.status_code, answer.json()["ticket_owner_id"]) == (200, other)

    def test_24_refuses(self, world: World) -> None:
        path = f"/tasks/{world.new_task()}/"
        for body, who, status in (
            ({"status": "completed"}, "admin", 400),
            ({"status": "exploded"}, "admin", 400),
            ({"status": "cancelled"}, "admin", 400),
            ({"current_step": world.workflow.repair}, "admin", 400),
            ({"workflow_id": 1}, "admin", 400),
            ({"ticket_owner_id": 12_345}, "admin", 400),
            ({"status": "on_hold"}, "stranger", 403),
            ({"status": "cancelled", "reason": "x"}, "agent", 403),
            ({"ticket_owner_id": 10}, "agent", 403),
        ):
            answer = world.put(path, body, who)
            assert (answer.status_code, differences(answer.json(), ERROR)) == (status, []), (
                body,
                answer.text,
            )
        assert world.put(f"/tasks/{NOWHERE}/", {"status": "on_hold"}).status_code == 404

    def test_25_delete_frees_the_ticket(self, world: World) -> None:
        task_id = world.new_task()
        ticket_id = world.get(f"/tasks/{task_id}/").json()["ticket_id"]
        answer = world.delete(f"/tasks/{task_id}/")
        assert (answer.status_code, answer.content) == (204, b"")
        assert world.get(f"/tasks/{task_id}/").status_code == 404
        assert world.get(f"/tickets/{ticket_id}/").json()["is_task_allocated"] is False
        assert world.delete(f"/tasks/{world.new_completed_task()}/").status_code == 409


class TestTransferAndEscalate:
    def test_29_transfer(self, world: World) -> None:
        item = world.open_item(world.new_repair())
        other = SECOND_TECHNICIAN if item["user_id"] == TECHNICIAN else TECHNICIAN
        body = {"task_item_id": item["task_item_id"], "new_user_id": other, "notes": "Specialist"}
        answer = world.post("/tasks/transfer/", body)
        assert faults(answer, 200, TRANSFERRED) == []
        old, new = answer.json()["original_task_item"], answer.json()["new_task_item"]
        assert (old["status"], old["transferred_to_user_id"], old["transferred_by"]) == (
            "reassigned",
            other,
            1,
        )
        assert (new["user_id"], new["origin"], new["status"]) == (other, "Transferred", "new")
        assert new["target_resolution"] == item["target_resolution"]
        again = world.post("/tasks/transfer/", body)
        assert (again.status_code, again.json()["code"]) == (409, "invalid_state")

    def test_29_takes_the_older_name_of_the_user(self, world: World) -> None:
        item = world.open_item(world.new_repair())
        other = 15 - item["user_id"]
        answer = world.post("/tasks/transfer/", {"task_item_id": item["task_item_id"], "user_id": other})
        assert (answer.status_code, answer.json()["new_task_item"]["user_id"]) == (200, other)

    def test_29_refuses(self, world: World) -> None:
        item = world.open_item(world.new_repair())
        item_id, holder = item["task_item_id"], item["user_id"]
        for body, who, status, code in (
            ({"task_item_id": item_id, "new_user_id": AGENT}, "admin", 400, "role_mismatch"),
            ({"task_item_id": item_id, "new_user_id": holder}, "admin", 400, "same_user"),
            ({"task_item_id": item_id, "new_user_id": 12_345}, "admin", 404, "not_found"),
            ({"task_item_id": NOWHERE, "new_user_id": 7}, "admin", 404, "not_found"),
            ({"task_item_id": item_id}, "admin", 400, "validation_failed"),
            ({"task_item_id": item_id, "new_user_id": "7"}, "admin", 400, "validation_failed"),
            ({"task_item_id": item_id, "new_user_id": 15 - holder}, "agent", 403, "forbidden"),
        ):
            answer = world.post("/tasks/transfer/", body, who)
            assert (answer.status_code, answer.json()["code"]) == (status, code), (body, answer.text)
        forced = {"task_item_id": item_id, "new_user_id": AGENT, "force_role": True}
        assert world.post("/tasks/transfer/", forced).status_code == 200

    def test_30_escalate(self, world: World) -> None:
        item = world.open_item(world.new_task())
        body = {"task_item_id": item["task_item_id"], "reason": "Needs a decision"}
        answer = world.post("/tasks/escalate/", body, "agent")
        assert faults(answer, 200, ESCALATED) == []
        old, new = answer.json()["original_task_item"], answer.json()["new_task_item"]
        assert old["status"] == "escalated"
        assert (new["user_id"], new["role"], new["origin"]) == (MANAGER, "Manager", "Escalation")
        assert answer.json()["task"]["current_step"] == world.workflow.triage
        again = world.post("/tasks/escalate/", body, "admin")
        assert again.status_code == 409
        higher = {"task_item_id": new["task_item_id"], "reason": "Higher still"}
        answer = world.post("/tasks/escalate/", higher, "manager")
        assert (answer.status_code, answer.json()["code"]) == (409, "already_escalated")

    def test_30_refuses(self, world: World) -> None:
        item_id = world.open_item(world.new_task())["task_item_id"]
        for body, who, status in (
            ({"task_item_id": item_id, "reason": " "}, "agent", 400),
            ({"task_item_id": item_id}, "agent", 400),
            ({"task_item_id": item_id, "reason": "x"}, "stranger", 403),
            ({"task_item_id": NOWHERE, "reason": "x"}, "agent", 404),
        ):
            answer = world.post("/tasks/escalate/", body, who)
            assert (answer.status_code, differences(answer.json(), ERROR)) == (status, []), (
                body,
                answer.text,
            )

    def test_33_update_user_status(self, world: World) -> None:
        task_id = world.new_task()
        path = f"/tasks/{task_id}/update-user-status/"
        answer = world.post(path, {"status": "in progress"}, "agent")
        assert faults(answer, 200, ASSIGNMENT) == []
        assert (answer.json()["status"], answer.json()["task_status"]) == ("in progress", "in progress")
        assert answer.json()["ticket_status"] == "In Progress"
        assert world.get(f"/tasks/{task_id}/").json()["first_response_at"]

    def test_33_refuses(self, world: World) -> None:
        task_id, done = world.new_task(), world.new_completed_task()
        for task, body, who, status in (
            (task_id, {"status": "escalated"}, "agent", 400),
            (task_id, {"status": "resolved"}, "agent", 400),
            (task_id, {"status": "lost"}, "agent", 400),
            (task_id, {}, "agent", 400),
            (task_id, {"status": "in progress"}, "stranger", 403),
            (done, {"status": "in progress"}, "agent", 409),
            (NOWHERE, {"status": "in progress"}, "agent", 404),
        ):
            answer = world.post(f"/tasks/{task}/update-user-status/", body, who)
            assert (answer.status_code, differences(answer.json(), ERROR)) == (status, []), (
                body,
                answer.text,
            )


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/tasks/", {}),
        ("DELETE", "/tasks/1/", None),
        ("POST", "/tasks/transfer/", {}),
    ],
)
def test_22_25_and_29_are_for_admins(world: World, method: str, path: str, body: Any) -> None:
    answer = world.call(method, path, "agent", json=body)
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
