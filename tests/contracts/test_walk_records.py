"""Numbers 34, 35 and 42 to 47 of the contract's index: ticket snapshots, roles and the audit trail."""

from typing import Any

import pytest

from tests.contracts.objects import (
    AUDIT_EVENT,
    ERROR,
    ROLE,
    ROLE_WITH_USERS,
    SNAPSHOT,
    page_of,
)
from tests.contracts.shapes import differences, faults
from tests.contracts.world import ADMIN, AGENT, World

NOWHERE = 9_999_999


class TestSnapshots:
    def test_34_list(self, world: World) -> None:
        world.new_task()
        world.ingest(department="Nowhere")
        answer = world.get("/tickets/?page_size=100")
        assert faults(answer, 200, page_of(SNAPSHOT)) == []
        assert {row["is_task_allocated"] for row in answer.json()["results"]} == {True, False}
        for row in answer.json()["results"]:
            assert (row["task_id"] is not None) == row["is_task_allocated"]

    def test_34_filters(self, world: World) -> None:
        taken = world.ingest(subject="A quokka on the roof", priority="Low", category="Wildlife")
        number = taken["ticket_number"]
        for query in (
            "search=quokka",
            f"search={number}",
            "category=wild",
            "category=wildlife&is_task_allocated=false",
            f"priority=low&category=Wildlife&department={world.workflow.department}",
            f"category=Wildlife&employee={AGENT}",
        ):
            rows = world.get(f"/tickets/?{query}").json()
            assert [row["ticket_number"] for row in rows["results"]] == [number], (query, rows)
        assert world.get("/tickets/?search=giraffe").json()["count"] == 0

    @pytest.mark.parametrize(
        ("day", "zone", "is_found"),
        [
            ("2026-02-14", "UTC", True),
            ("2026-02-14", "Asia/Manila", False),
            ("2026-02-15", "Asia/Manila", True),
            ("2026-02-14", "America/New_York", True),
        ],
    )
    def test_34_days_are_those_of_a_time_zone(
        self, *, world: World, day: str, zone: str, is_found: bool
    ) -> None:
        number = world.ingest(submit_date="2026-02-14T20:00:00Z")["ticket_number"]
        days = {"start_date": day, "end_date": day, "tz": zone, "search": number}
        assert world.get("/tickets/", params=days).json()["count"] == is_found

    @pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Etc/GMT+12"])
    def test_34_the_first_and_the_last_day_exclude_nothing(self, world: World, zone: str) -> None:
        number = world.ingest()["ticket_number"]
        days = {"start_date": "0001-01-01", "end_date": "9999-12-31", "tz": zone, "search": number}
        assert world.get("/tickets/", params=days).json()["count"] == 1

    def test_35_one_by_id_and_by_number(self, world: World) -> None:
        task = world.get(f"/tasks/{world.new_task()}/").json()
        answer = world.get(f"/tickets/{task['ticket_id']}/")
        assert faults(answer, 200, SNAPSHOT) == []
        assert answer.json()["task_id"] == task["task_id"]
        assert answer.json() == world.get(f"/tickets/{task['ticket_number']}/").json()

    def test_34_and_35_refuse(self, world: World) -> None:
        for path, status in (
            ("/tickets/?status=exploded", 400),
            ("/tickets/?priority=huge", 400),
            ("/tickets/?is_task_allocated=perhaps", 400),
            ("/tickets/?ordering=password", 400),
            (f"/tickets/{NOWHERE}/", 404),
            ("/tickets/TX19990101000001/", 404),
        ):
            assert faults(world.get(path), status, ERROR) == [], path

    @pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
    def test_34_and_35_are_read_only(self, world: World, method: str) -> None:
        for path in ("/tickets/", "/tickets/1/"):
            assert faults(world.call(method, path, "admin", json={}), 405, ERROR) == []


class TestRoles:
    def test_42_list(self, world: World) -> None:
        answer = world.get("/roles/?page_size=100")
        assert faults(answer, 200, page_of(ROLE)) == []
        known = {row["name"]: row for row in answer.json()["results"]}
        assert known["Technician"]["active_user_count"] == 2
        names = {row["name"] for row in world.get("/roles/?system=hdts").json()["results"]}
        assert names == {"Ticket Coordinator"}
        assert world.get("/roles/?search=techn").json()["count"] == 1

    def test_43_creates_then_updates(self, world: World) -> None:
        body: dict[str, Any] = {"role_id": 701, "name": "Analyst"}
        answer = world.post("/roles/", body)
        assert faults(answer, 201, ROLE) == []
        assert (answer.json()["role_id"], answer.json()["system"]) == (701, "tts")
        again = world.post("/roles/", body | {"name": "Senior Analyst"})
        assert faults(again, 200, ROLE) == []
        assert world.get("/roles/701/").json()["name"] == "Senior Analyst"

    def test_43_takes_all_members(self, world: World) -> None:
        people = [{"user_id": 40, "user_full_name": "Finn F", "is_active": True}]
        world.made(world.post("/roles/", {"role_id": 702, "name": "Finance", "users": people}))
        answer = world.get("/roles/702/")
        assert faults(answer, 200, ROLE_WITH_USERS) == []
        assert [user["user_id"] for user in answer.json()["users"]] == [40]

    def test_43_refuses(self, world: World) -> None:
        for body, status in (
            ({"role_id": 703}, 400),
            ({"name": "Nobody"}, 400),
            ({"role_id": 0, "name": "Nobody"}, 400),
            ({"role_id": "703", "name": "Nobody"}, 400),
            ({"role_id": 703, "name": " "}, 400),
            ({"role_id": 703, "name": "x" * 65}, 400),
            ({"role_id": 703, "name": "technician"}, 409),
        ):
            assert faults(world.post("/roles/", body), status, ERROR) == [], body
        assert world.post("/roles/", {"role_id": 703, "name": "x"}, "agent").status_code == 403

    def test_44_one_counts_open_items(self, world: World) -> None:
        before = world.get(f"/roles/{world.triage_role}/").json()["users"][0]["open_items"]
        world.new_task()
        answer = world.get(f"/roles/{world.triage_role}/")
        assert faults(answer, 200, ROLE_WITH_USERS) == []
        assert answer.json()["users"][0]["open_items"] == before + 1
        assert faults(world.get(f"/roles/{NOWHERE}/"), 404, ERROR) == []


class TestAudit:
    def test_45_list_and_46_one(self, world: World) -> None:
        made = world.new_draft()
        answer = world.get("/audit/events/?action=create_workflow", "admin")
        assert faults(answer, 200, page_of(AUDIT_EVENT)) == []
        event = answer.json()["results"][0]
        assert (event["target_type"], event["target_id"]) == ("Workflow", made["workflow_id"])
        assert (event["user_id"], event["username"]) == (ADMIN, "staff1")
        assert faults(world.get(f"/audit/events/{event['id']}/", "admin"), 200, AUDIT_EVENT) == []

    def test_45_filters(self, world: World) -> None:
        made = world.new_draft()
        path = f"/workflows/{made['workflow_id']}/update-details/"
        world.made(world.put(path, {"description": "Old"}, headers={"X-Request-ID": "walk-45"}))
        world.made(world.put(path, {"description": "New"}))
        target = f"target_type=Workflow&target_id={made['workflow_id']}"
        events = world.get(f"/audit/events/?{target}&action=update_workflow", "admin").json()["results"]
        assert [event["changes"]["description"] for event in events] == [
            {"old": "Old", "new": "New"},
            {"old": "", "new": "Old"},
        ]
        assert events[1]["request_id"] == "walk-45"
        today = events[0]["timestamp"][:10]
        for query in (f"user_id={ADMIN}", "days=1", "search=staff1", f"start_date={today}&end_date={today}"):
            count = world.get(f"/audit/events/?{target}&{query}", "admin").json()["count"]
            assert count == 3, query
        oldest = world.get(f"/audit/events/?{target}&ordering=timestamp", "admin").json()["results"]
        assert oldest[0]["action"] == "create_workflow"

    def test_47_by_target(self, world: World) -> None:
        made = world.new_draft()
        query = f"target_type=Workflow&target_id={made['workflow_id']}"
        answer = world.get(f"/audit/events/by-target/?{query}", "admin")
        assert faults(answer, 200, page_of(AUDIT_EVENT)) == []
        assert answer.json()["count"] == 1

    def test_45_to_47_refuse(self, world: World) -> None:
        for path, who, status in (
            ("", "agent", 403),
            ("1/", "coordinator", 403),
            ("by-target/?target_type=Task&target_id=1", "agent", 403),
            (f"{NOWHERE}/", "admin", 404),
            ("by-target/", "admin", 400),
            ("by-target/?target_type=Task", "admin", 400),
            ("by-target/?target_type=Banana&target_id=1", "admin", 400),
            ("?action=explode", "admin", 400),
            ("?target_type=Workflows", "admin", 400),
            ("?user_id=x", "admin", 400),
            ("?days=x", "admin", 400),
            ("?days=0", "admin", 400),
            ("?start_date=2026-02-30", "admin", 400),
            ("?ordering=hash", "admin", 400),
        ):
            assert faults(world.get(f"/audit/events/{path}", who), status, ERROR) == [], path

    def test_every_change_of_a_task_is_told(self, world: World) -> None:
        task_id = world.new_completed_task()
        events = world.get(f"/audit/events/by-target/?target_type=Task&target_id={task_id}", "admin").json()
        actions = [event["action"] for event in reversed(events["results"])]
        assert actions[0] == "create_task"
        assert actions.count("transition_task") == 2
        assert differences(events, page_of(AUDIT_EVENT)) == []
