"""Sections 6.2 and 6.4 of the contract: what the original got wrong is right here, by its number."""

from datetime import datetime
from typing import Any

import pytest

from tests.contracts.world import SECOND_TECHNICIAN, TECHNICIAN, World


def audited(world: World, target_type: str, target_id: int) -> list[str]:
    query = f"target_type={target_type}&target_id={target_id}&page_size=100"
    events = world.made(world.get(f"/audit/events/by-target/?{query}", "admin"))["results"]
    return [event["action"] for event in events]


class TestTasks:
    def test_6_2_1_and_10_completion_is_written_once_and_everywhere(self, world: World) -> None:
        task = world.get(f"/tasks/{world.new_completed_task()}/").json()
        assert task["resolution_time"]
        assert task["sla_status"] in {"met", "breached"}
        snapshot = world.get(f"/tickets/{task['ticket_id']}/").json()
        assert (task["ticket_status"], snapshot["status"]) == ("Resolved", "Resolved")
        found = world.get(f"/tickets/?status=resolved&search={task['ticket_number']}").json()
        assert [row["id"] for row in found["results"]] == [task["ticket_id"]]

    def test_6_2_2_a_task_has_one_state_wherever_it_is_shown(self, world: World) -> None:
        task_id = world.new_task(submit_date="2026-02-14T08:00:00Z", subject="A wombat")
        shown = [world.get(f"/tasks/{task_id}/").json()]
        for path in ("/tasks/", "/tasks/my-tasks/"):
            shown += world.get(f"{path}?search=wombat").json()["results"]
            shown += world.get(f"{path}?search=wombat&sla_status=breached").json()["results"]
        assert [row["sla_status"] for row in shown] == ["breached"] * 5

    def test_6_2_3_work_begun_stays_in_progress(self, world: World) -> None:
        assert world.get(f"/tasks/{world.new_repair()}/").json()["status"] == "in progress"

    @pytest.mark.parametrize(
        "path",
        [
            "/tasks/my-tasks/?assignment_status=in progress",
            "/tasks/my-tasks/?search=sound",
            "/tasks/?search=sound",
            "/roles/?search=agent",
            "/tasks/?page=0",
            "/analytics/ticket-trends/?days=x",
        ],
    )
    def test_6_2_4_nothing_crashes(self, world: World, path: str) -> None:
        assert world.get(path).status_code in {200, 400}

    def test_6_2_11_no_one_gets_a_step_without_its_role(self, world: World) -> None:
        item = world.open_item(world.new_task())
        body = {"task_item_id": item["task_item_id"], "new_user_id": TECHNICIAN}
        answer = world.post("/tasks/transfer/", body)
        assert (answer.status_code, answer.json()["code"]) == (400, "role_mismatch")

    def test_6_2_12_a_hold_stops_the_clock(self, world: World) -> None:
        path = f"/tasks/{world.new_task()}/"
        before = world.get(path).json()
        for _ in range(2):
            world.made(world.post(f"{path}toggle-hold/", {"notes": "Parts"}, "agent"))
        after = world.get(path).json()
        for old, new in ((before, after), (before["assigned_users"][0], after["assigned_users"][0])):
            targets = [datetime.fromisoformat(row["target_resolution"]) for row in (old, new)]
            assert targets[0] < targets[1]

    def test_6_2_12_another_priority_is_another_target(self, world: World) -> None:
        path = f"/tasks/{world.new_task()}/"
        before = world.get(path).json()
        world.ingest(ticket_number=before["ticket_number"], priority="Critical")
        after = world.get(path).json()
        ends = [datetime.fromisoformat(task["target_resolution"]) for task in (before, after)]
        assert (ends[0] - ends[1]).total_seconds() == 20 * 3600
        assert after["ticket_priority"] == "Critical"

    def test_6_2_12_going_back_gives_no_more_time(self, world: World) -> None:
        task_id = world.new_task(submit_date="2999-01-01T00:00:00Z")
        world.made(world.transition(task_id, world.workflow.assign))
        for _ in range(2):
            world.made(world.transition(task_id, world.workflow.reject, world.assignee(task_id)))
            world.made(world.transition(task_id, world.workflow.assign))
        task = world.get(f"/tasks/{task_id}/").json()
        targets = [item["target_resolution"] for item in task["assigned_users"]]
        assert max(targets) <= task["target_resolution"]

    def test_6_2_13_who_is_late_may_still_act(self, world: World) -> None:
        task_id = world.new_task(submit_date="2026-02-14T08:00:00Z")
        assert world.get(f"/tasks/{task_id}/").json()["sla_status"] == "breached"
        assert world.transition(task_id, world.workflow.assign).status_code == 200

    def test_6_2_14_who_leaves_a_role_leaves_their_history(self, world: World) -> None:
        people = [{"user_id": 61, "user_full_name": "Old O"}, {"user_id": 62, "user_full_name": "New N"}]
        body: dict[str, Any] = {"role_id": 801, "name": "Passing", "users": people[:1]}
        world.made(world.post("/roles/", body))
        draft = world.draft()
        draft["graph"]["nodes"][0]["role_id"] = 801
        made = world.made(world.post("/workflows/", draft))
        world.made(world.post(f"/workflows/{made['workflow_id']}/initialize/"))
        task_id = world.new_task(department=made["department"])
        world.made(world.post("/roles/", body | {"users": people[1:]}))
        items = world.get(f"/tasks/{task_id}/").json()["assigned_users"]
        assert [item["user_id"] for item in items] == [61, 62]
        assert items[1]["status"] == "new"

    def test_6_4_without_a_next_person_the_task_moves_and_waits(self, world: World) -> None:
        draft = world.draft()
        draft["graph"]["nodes"][1]["role_id"] = world.lonely_role
        made = world.made(world.post("/workflows/", draft))
        world.made(world.post(f"/workflows/{made['workflow_id']}/initialize/"))
        task_id = world.new_task(department=made["department"])
        moved = world.made(world.transition(task_id, made["graph"]["edges"][0]["transition_id"]))
        assert (moved["needs_assignment"], moved["assigned_items"]) == (True, [])
        assert world.get(f"/tasks/{task_id}/").json()["current_step_name"] == "Repair"
        waiting = world.get("/tasks/all-tasks/?tab=unassigned&page_size=100", "admin").json()["results"]
        assert task_id in {row["task_id"] for row in waiting}

    def test_6_4_what_is_refused_leaves_the_task_as_it_was(self, world: World) -> None:
        task_id = world.new_task()
        before = world.get(f"/tasks/{task_id}/").json()
        item_id = before["assigned_users"][0]["task_item_id"]
        world.transition(task_id, world.workflow.reject)
        world.post("/tasks/transfer/", {"task_item_id": item_id, "new_user_id": SECOND_TECHNICIAN})
        world.post("/tasks/escalate/", {"task_item_id": item_id, "reason": "x"}, "stranger")
        assert world.get(f"/tasks/{task_id}/").json()["version"] == before["version"]


class TestWorkflows:
    def test_6_2_5_a_version_is_frozen_only_when_it_is_asked_for(self, world: World) -> None:
        workflow = world.new_workflow()
        path = f"/workflows/{workflow.workflow_id}/"
        for name in ("One", "Two"):
            world.made(
                world.put(f"{path}update-graph/", {"nodes": [{"step_id": workflow.triage, "name": name}]})
            )
        shown = world.get(path).json()
        assert (shown["active_version"], shown["has_unpublished_changes"]) == (1, True)

    def test_6_2_5_running_tasks_follow_their_version(self, world: World) -> None:
        workflow = world.new_workflow()
        task_id = world.new_task(department=workflow.department)
        assert world.delete(f"/steps/{workflow.repair}/").status_code == 204
        moved = world.made(world.transition(task_id, workflow.assign))
        assert moved["task"]["current_step"] == {"step_id": workflow.repair, "name": "Repair"}

    def test_6_2_6_the_start_is_where_the_flag_is(self, world: World) -> None:
        draft = world.draft()
        draft["graph"]["nodes"][0]["order"] = 9
        draft["graph"]["nodes"][1]["order"] = 1
        made = world.made(world.post("/workflows/", draft))
        world.made(world.post(f"/workflows/{made['workflow_id']}/initialize/"))
        task = world.get(f"/tasks/{world.new_task(department=made['department'])}/").json()
        assert task["current_step_name"] == "Triage"

    def test_6_2_7_the_closest_workflow_takes_the_ticket(self, world: World) -> None:
        general = world.new_workflow(sub_category="*")
        exact = world.new_workflow(department=general.department, sub_category="Printers")
        for sub_category, expected in (("printers ", exact), ("Screens", general), (None, general)):
            task_id = world.new_task(department=general.department.upper(), sub_category=sub_category)
            assert world.get(f"/tasks/{task_id}/").json()["workflow_id"] == expected.workflow_id

    def test_6_2_8_what_a_change_does_not_name_stays(self, world: World) -> None:
        workflow = world.new_workflow()
        path = f"/workflows/{workflow.workflow_id}/"
        before = world.get(f"{path}graph/").json()["nodes"]
        change = {"nodes": [{"step_id": workflow.repair, "description": "With care"}]}
        world.made(world.put(f"{path}update-graph/", change))
        after = world.get(f"{path}graph/").json()["nodes"]
        assert after == [before[0], before[1] | {"description": "With care"}]

    def test_6_2_9_a_new_name_does_not_begin_the_round_anew(self, world: World) -> None:
        people = [{"user_id": user_id, "user_full_name": f"Staff {user_id}"} for user_id in (71, 72, 73)]
        role = {"role_id": 802, "name": "Ring", "users": people}
        world.made(world.post("/roles/", role))
        draft = world.draft()
        draft["graph"]["nodes"][0]["role_id"] = 802
        made = world.made(world.post("/workflows/", draft))
        world.made(world.post(f"/workflows/{made['workflow_id']}/initialize/"))
        chosen = []
        for name in ("Ring", "Circle Line", "Loop"):
            world.made(world.post("/roles/", role | {"name": name}))
            task = world.get(f"/tasks/{world.new_task(department=made['department'])}/").json()
            chosen.append(task["assigned_users"][0]["user_id"])
        assert chosen == [71, 72, 73]


class TestAudit:
    def test_6_2_15_every_change_is_told_under_its_name(self, world: World) -> None:
        task_id = world.new_task()
        item_id = world.open_item(task_id)["task_item_id"]
        for _ in range(2):
            world.made(world.post(f"/tasks/{task_id}/toggle-hold/", {"notes": "Parts"}, "agent"))
        escalation = {"task_item_id": item_id, "reason": "Up"}
        world.made(world.post("/tasks/escalate/", escalation, "agent"))
        world.made(world.put(f"/tasks/{task_id}/", {"status": "cancelled", "reason": "Gone"}))
        told = audited(world, "Task", task_id) + audited(world, "TaskItem", item_id)
        for action in ("create_task", "toggle_hold", "escalate_task", "update_task"):
            assert action in told, told

    def test_6_2_15_a_transfer_tells_who_and_to_whom(self, world: World) -> None:
        task_id = world.new_repair()
        item = world.open_item(task_id)
        body = {"task_item_id": item["task_item_id"], "new_user_id": 15 - item["user_id"]}
        world.made(world.post("/tasks/transfer/", body))
        events = world.get("/audit/events/?action=transfer_task", "admin").json()["results"]
        changes = events[0]["changes"]
        assert str(item["user_id"]) in str(changes)
        assert str(15 - item["user_id"]) in str(changes)

    def test_6_2_15_what_failed_is_not_told(self, world: World) -> None:
        workflow = world.new_workflow()
        world.new_task(department=workflow.department)
        assert world.delete(f"/workflows/{workflow.workflow_id}/").status_code == 409
        assert "delete_workflow" not in audited(world, "Workflow", workflow.workflow_id)

    def test_6_2_15_a_rollback_is_told(self, world: World) -> None:
        workflow = world.new_workflow()
        assert world.delete(f"/transitions/{workflow.reject}/").status_code == 204
        world.made(world.post(f"/workflows/{workflow.workflow_id}/versions/1/rollback/"))
        events = world.get("/audit/events/?action=rollback_workflow", "admin").json()["results"]
        assert events[0]["target_type"] in {"Workflow", "WorkflowVersion"}

    def test_6_2_15_a_reader_leaves_no_trace(self, world: World) -> None:
        task_id = world.new_task()
        before = audited(world, "Task", task_id)
        world.get(f"/tasks/{task_id}/action-logs/")
        assert audited(world, "Task", task_id) == before
