"""Numbers 21, 23, 26 to 28, 31 and 32 of the contract's index: reading tasks."""

from typing import Any

import pytest

from tests.contracts.objects import (
    ACTION_LOGS,
    ASSIGNMENT,
    ERROR,
    FULL_TASK,
    TASK,
    VISUALIZATION,
    page_of,
)
from tests.contracts.shapes import Maybe, faults
from tests.contracts.world import AGENT, COORDINATOR, World

NOWHERE = 9_999_999


class TestLists:
    def test_21_list(self, world: World) -> None:
        world.new_repair()
        answer = world.get("/tasks/")
        assert faults(answer, 200, page_of(TASK)) == []

    def test_21_list_gives_open_items_only(self, world: World) -> None:
        task_id = world.new_repair()
        row = next(row for row in world.get("/tasks/").json()["results"] if row["task_id"] == task_id)
        assert [item["status"] for item in row["assigned_users"]] == ["new"]
        assert len(world.get(f"/tasks/{task_id}/").json()["assigned_users"]) == 2

    def test_21_list_is_newest_first_and_ordered_as_asked(self, world: World) -> None:
        older, newer = world.new_task(), world.new_task()
        ids = [row["task_id"] for row in world.get("/tasks/").json()["results"]]
        assert ids[:2] == [newer, older]
        for field in ("created_at", "updated_at", "status", "target_resolution"):
            rows = world.get(f"/tasks/?ordering={field}&page_size=100").json()["results"]
            values = [row[field] for row in rows if row[field] is not None]
            assert values == sorted(values), field

    def test_21_filters(self, world: World) -> None:
        task_id = world.new_task(priority="Critical", subject="A zebra in the lift")
        task = world.get(f"/tasks/{task_id}/").json()
        for query in (
            f"ticket_number={task['ticket_number']}",
            f"ticket_id={task['ticket_id']}",
            "search=zebra",
            f"search={task['ticket_number']}",
            "priority=critical&status=pending",
            f"assigned_user_id={AGENT}&priority=Critical&sla_status={task['sla_status']}",
            f"workflow_id={world.workflow.workflow_id}&priority=Critical",
            f"department={world.workflow.department}&priority=urgent",
            f"start_date={task['created_at'][:10]}&end_date={task['created_at'][:10]}&priority=Critical",
        ):
            rows = world.get(f"/tasks/?{query}").json()
            assert [row["task_id"] for row in rows["results"]] == [task_id], (query, rows)
        assert world.get(f"/tasks/?owner_id={task['ticket_owner_id']}").json()["count"] >= 1
        assert world.get("/tasks/?search=giraffe").json()["count"] == 0

    def test_26_my_tasks(self, world: World) -> None:
        task_id = world.new_task()
        answer = world.get("/tasks/my-tasks/?assignment_status=new")
        assert faults(answer, 200, page_of(ASSIGNMENT)) == []
        assert {row["user_id"] for row in answer.json()["results"]} == {AGENT}
        assert answer.json()["results"][0]["task_id"] == task_id
        assert world.get("/tasks/my-tasks/?role=Technician").json()["count"] == 0
        query = f"task__workflow_id={world.workflow.workflow_id}&role=Agent&open=true"
        assert world.get(f"/tasks/my-tasks/?{query}").json()["count"] >= 1
        assert world.get("/tasks/my-tasks/", "stranger").json()["count"] == 0

    def test_27_all_tasks_in_three_tabs(self, world: World) -> None:
        active, completed = world.new_task(), world.new_completed_task()
        unmatched = world.ingest(department="Nowhere")["ticket_number"]
        unassigned = ASSIGNMENT | {
            "task_item_id": Maybe(int),
            "user_id": Maybe(int),
            "user_full_name": Maybe(str),
            "role": Maybe(str),
            "status": Maybe(str),
            "origin": Maybe(str),
            "task_id": Maybe(int),
            "task_status": str,
            "workflow_id": Maybe(int),
            "workflow_name": Maybe(str),
            "assigned_on": Maybe(str),
            "status_updated_on": Maybe(str),
            "notes": Maybe(str),
        }
        rows: dict[str, list[dict[str, Any]]] = {}
        for tab, shape in (("active", ASSIGNMENT), ("inactive", ASSIGNMENT), ("unassigned", unassigned)):
            answer = world.get(f"/tasks/all-tasks/?tab={tab}&page_size=100", "admin")
            assert faults(answer, 200, page_of(shape)) == [], tab
            rows[tab] = answer.json()["results"]
        assert active in {row["task_id"] for row in rows["active"]}
        assert completed in {row["task_id"] for row in rows["inactive"]}
        assert not {row["task_id"] for row in rows["active"]} & {row["task_id"] for row in rows["inactive"]}
        waiting = next(row for row in rows["unassigned"] if row["ticket_number"] == unmatched)
        assert (waiting["task_item_id"], waiting["user_full_name"]) == (None, None)
        assert waiting["task_status"] == "unassigned"

    def test_27_all_tasks_are_searched(self, world: World) -> None:
        world.new_task(subject="The yak is loose")
        for query in ("search=yak", f"search=Staff+{AGENT}&role=Agent", "assignment_status=new"):
            answer = world.get(f"/tasks/all-tasks/?tab=active&{query}", "admin")
            assert answer.json()["count"] >= 1, (query, answer.text)

    @pytest.mark.parametrize("word", ["scanner", "mail.example", "okapi", "module", "printer/sc"])
    def test_21_27_and_34_find_a_word_joined_to_others(self, world: World, word: str) -> None:
        subject = "Printer/Scanner of jo.okapi@mail.example.org says <module> not found"
        number = world.ingest(subject=subject)["ticket_number"]
        for path in ("/tasks/", "/tasks/all-tasks/", "/tickets/"):
            found = world.get(path, "admin", params={"search": word, "page_size": 100}).json()["results"]
            assert number in {row["ticket_number"] for row in found}, path

    def test_27_finds_a_person_by_part_of_a_name(self, world: World) -> None:
        world.desk.execute("update ops.role_user set user_full_name = 'J.Okoro' where user_id = %s", AGENT)
        task_id = world.new_task()
        found = world.get("/tasks/all-tasks/?search=okoro&page_size=100", "admin").json()["results"]
        assert task_id in {row["task_id"] for row in found}

    def test_28_owned_tickets(self, world: World) -> None:
        task_id = world.new_task()
        owner = world.get(f"/tasks/{task_id}/").json()["ticket_owner_id"]
        answer = world.get("/tasks/owned-tickets/?tab=active&page_size=100", "coordinator")
        assert faults(answer, 200, page_of(TASK)) == []
        assert {row["ticket_owner_id"] for row in answer.json()["results"]} <= {COORDINATOR}
        of_owner = world.get(f"/tasks/owned-tickets/?owner_id={owner}&page_size=100", "admin").json()
        assert task_id in {row["task_id"] for row in of_owner["results"]}

    @pytest.mark.parametrize(
        "path",
        [
            "/tasks/?status=exploded",
            "/tasks/?sla_status=late",
            "/tasks/?priority=Huge",
            "/tasks/?start_date=2026-02-30",
            "/tasks/?start_date=2026-02-02&tz=Mars/Olympus",
            "/tasks/?tz=../UTC",
            "/tasks/?tz=",
            "/tasks/?start_date=2026-02-02&end_date=2026-02-01",
            "/tasks/?ordering=password",
            "/tasks/?workflow_id=x",
            "/tasks/my-tasks/?assignment_status=lost",
            "/tasks/my-tasks/?task__workflow_id=0",
            "/tasks/my-tasks/?ordering=user",
            "/tasks/all-tasks/?tab=sleeping",
            "/tasks/all-tasks/?assignment_status=lost",
            "/tasks/owned-tickets/?tab=unassigned",
            "/tasks/owned-tickets/?status=exploded",
        ],
    )
    def test_21_to_28_refuse_bad_filters(self, world: World, path: str) -> None:
        answer = world.get(path, "admin")
        assert (answer.status_code, answer.json()["code"]) == (400, "validation_failed"), answer.text
        assert answer.json()["details"]

    def test_27_and_28_ask_for_a_role(self, world: World) -> None:
        for path in ("/tasks/all-tasks/", "/tasks/owned-tickets/"):
            answer = world.get(path, "agent")
            assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


class TestOneTask:
    def test_23_read(self, world: World) -> None:
        task_id = world.new_repair()
        answer = world.get(f"/tasks/{task_id}/")
        assert faults(answer, 200, FULL_TASK) == []
        task = answer.json()
        assert (task["status"], task["current_step"]) == ("in progress", world.workflow.repair)
        assert [item["status"] for item in task["assigned_users"]] == ["resolved", "new"]
        assert task["assigned_users"][0]["resolution_time"] == task["assigned_users"][0]["acted_on"]
        assert task["assigned_users_count"] == len(task["assigned_users"])

    def test_23_reading_changes_nothing(self, world: World) -> None:
        task_id = world.new_task()
        tasks = [world.get(f"/tasks/{task_id}/").json() for _ in range(2)]
        assert tasks[0]["version"] == tasks[1]["version"]
        assert tasks[1]["assigned_users"][0]["status"] == "new"

    def test_31_visualization(self, world: World) -> None:
        task_id = world.new_repair()
        answer = world.get(f"/tasks/{task_id}/visualization/")
        assert faults(answer, 200, VISUALIZATION) == []
        seen = answer.json()
        assert [(node["id"], node["status"], node["visits"]) for node in seen["nodes"]] == [
            (f"step-{world.workflow.triage}", "done", 1),
            (f"step-{world.workflow.repair}", "active", 1),
        ]
        assert [edge["taken"] for edge in seen["edges"]] == [True, False]
        assert seen["metadata"]["progress_percent"] == 25.0

    def test_31_visualization_of_a_loop_and_of_the_end(self, world: World) -> None:
        task_id = world.new_repair()
        world.made(world.transition(task_id, world.workflow.reject, world.assignee(task_id)))
        seen = world.get(f"/tasks/{task_id}/visualization/").json()
        assert [node["status"] for node in seen["nodes"]] == ["active", "done"]
        assert [node["visits"] for node in seen["nodes"]] == [2, 1]
        done = world.get(f"/tasks/{world.new_completed_task()}/visualization/").json()
        assert {node["status"] for node in done["nodes"]} == {"done"}
        assert done["metadata"]["progress_percent"] == 100.0

    def test_32_action_logs(self, world: World) -> None:
        task_id = world.new_completed_task()
        answer = world.get(f"/tasks/{task_id}/action-logs/")
        assert faults(answer, 200, ACTION_LOGS) == []
        logs = answer.json()
        times = [action["at"] for action in logs["actions"]]
        assert times == sorted(times)
        actions = [action["action"] for action in logs["actions"]]
        assert (actions[0], actions[-1]) == ("created", "completed")
        assert actions.count("assigned") >= 2
        moved = next(action for action in logs["actions"] if action["action"] == "transitioned")
        assert (moved["actor_user_id"], moved["from_step"], moved["to_step"]) == (AGENT, "Triage", "Repair")
        assert moved["notes"] == "Looked at it"

    @pytest.mark.parametrize("path", ["", "visualization/", "action-logs/", "available-transitions/"])
    def test_of_an_unknown_id_is_not_found(self, world: World, path: str) -> None:
        for unknown, status in ((NOWHERE, 404), (0, 400), ("-1", 400), (2**63, 400), ("1 ", 400)):
            answer = world.get(f"/tasks/{unknown}/{path}")
            assert faults(answer, status, ERROR) == []
