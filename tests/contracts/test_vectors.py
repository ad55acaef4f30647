"""Section 11 of the contract, as far as it can be reached over the wire."""

from datetime import datetime
from typing import Any

import pytest

from tests.contracts.objects import ERROR
from tests.contracts.shapes import faults
from tests.contracts.world import World

# Not believed: a clock that would start in the future starts now.
FUTURE = "2999-01-01T00:00:00Z"


def hours_between(start: str, end: str) -> float:
    return (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds() / 3600


class TestSlaOrder:
    @pytest.mark.parametrize(
        ("changes", "status"),
        [
            ({"urgent_sla": "04:00:00", "high_sla": "24:00:00", "medium_sla": "48:00:00"}, 201),
            ({"high_sla": "90:00:00"}, 400),
            ({"high_sla": "48:00:00"}, 400),
            # Every configured pair counts, not only neighbours.
            ({"high_sla": None, "urgent_sla": "50:00:00"}, 400),
            ({"high_sla": None, "medium_sla": None, "urgent_sla": "72:00:00"}, 400),
            ({"high_sla": "P1D", "low_sla": 259_200}, 201),
            ({"high_sla": "-1:00:00"}, 400),
            ({"high_sla": "24:60:60"}, 400),
            ({"low_sla": "99999999:00:00"}, 400),
        ],
    )
    def test_is_strict_between_all_pairs(self, world: World, changes: dict[str, Any], status: int) -> None:
        answer = world.post("/workflows/", world.draft(**changes))
        assert answer.status_code == status, answer.text
        if status == 201:
            assert (answer.json()["high_sla"], answer.json()["low_sla"]) == ("24:00:00", "72:00:00")


class TestShares:
    @pytest.mark.parametrize(
        ("weights", "hours"),
        [([0.3, 0.5, 0.2], [7.2, 12, 4.8]), ([0, 0, 0], [8, 8, 8]), ([2, 2, 1], [9.6, 9.6, 4.8])],
    )
    def test_follow_the_weights(self, world: World, weights: list[float], hours: list[float]) -> None:
        # Three steps of one person each: 24 hours at High are split by weight.
        nodes = [
            {"temp_id": str(index), "name": f"Step {index}", "role_id": world.triage_role, "weight": weight}
            for index, weight in enumerate(weights)
        ]
        nodes[0]["is_start"] = nodes[2]["is_end"] = True
        edges = [{"from_temp_id": str(index), "to_temp_id": str(index + 1)} for index in range(2)]
        draft = world.draft() | {"graph": {"nodes": nodes, "edges": edges}}
        made = world.made(world.post("/workflows/", draft))
        if sum(weights):
            world.made(world.post(f"/workflows/{made['workflow_id']}/initialize/"))
        else:
            # Σ weights must be above zero to be initialized, so equal shares cannot be met here.
            answer = world.post(f"/workflows/{made['workflow_id']}/initialize/")
            assert faults(answer, 400, ERROR) == []
            return
        now = world.made(world.post("/tasks/", self.ticket(world, made["workflow_id"])))
        task_id = now["task_id"]
        for index, expected in enumerate(hours):
            item = world.open_item(task_id)
            given = hours_between(item["assigned_on"], item["target_resolution"])
            assert given == pytest.approx(expected, abs=1e-5)
            if index < 2:
                edge = made["graph"]["edges"][index]["transition_id"]
                world.made(world.transition(task_id, edge))

    def ticket(self, world: World, workflow_id: int) -> dict[str, Any]:
        number = world.ingest(department="Nowhere", submit_date=FUTURE)["ticket_number"]
        return {"ticket_number": number, "workflow_id": workflow_id}

    def test_urgent_is_critical(self, world: World) -> None:
        task = world.get(f"/tasks/{world.new_task(priority='Urgent', submit_date=FUTURE)}/").json()
        assert task["ticket_priority"] == "Critical"
        assert hours_between(task["created_at"], task["target_resolution"]) == pytest.approx(4, abs=1e-3)


class TestCanonicalState:
    @pytest.mark.parametrize(
        ("hours_ago", "state"), [(7.9, "on_track"), (8.1, "at_risk"), (9.5, "at_risk"), (10.1, "breached")]
    )
    def test_follows_the_elapsed_ratio(self, world: World, hours_ago: float, state: str) -> None:
        workflow = world.new_workflow(high_sla="10:00:00")
        now = datetime.fromisoformat(world.get(f"/tasks/{world.new_task()}/").json()["created_at"])
        submitted = datetime.fromtimestamp(now.timestamp() - hours_ago * 3600, tz=now.tzinfo)
        task_id = world.new_task(department=workflow.department, submit_date=submitted.isoformat())
        assert world.get(f"/tasks/{task_id}/").json()["sla_status"] == state
        rows = world.get(f"/tasks/?sla_status={state}&workflow_id={workflow.workflow_id}").json()
        assert [row["task_id"] for row in rows["results"]] == [task_id]

    def test_unknown_target_is_no_sla(self, world: World) -> None:
        task = world.new_task()
        world.made(world.put(f"/tasks/{task}/", {"status": "cancelled", "reason": "Withdrawn"}))
        assert world.get(f"/tasks/{task}/").json()["sla_status"] == "no_sla"


class TestRoundRobin:
    def test_goes_round_and_skips_who_left(self, world: World) -> None:
        role_id = world.desk.add_role("Circle", [2, 3, 9])
        draft = world.draft()
        draft["graph"]["nodes"][0]["role_id"] = role_id
        made = world.made(world.post("/workflows/", draft))
        world.made(world.post(f"/workflows/{made['workflow_id']}/initialize/"))

        def first_assignee() -> int:
            task_id = world.new_task(department=made["department"])
            user_id: int = world.get(f"/tasks/{task_id}/").json()["assigned_users"][0]["user_id"]
            return user_id

        assert [first_assignee() for _ in range(4)] == [2, 3, 9, 2]
        world.desk.set_active(role_id, 3, is_active=False)
        assert first_assignee() == 9
        for user_id in (2, 9):
            world.desk.set_active(role_id, user_id, is_active=False)
        lonely = world.get(f"/tasks/{world.new_task(department=made['department'])}/").json()
        assert (lonely["needs_assignment"], lonely["assigned_users"]) == (True, [])


class TestStateGuards:
    def test_escalating_where_no_step_leads_is_400(self, world: World) -> None:
        draft = world.draft()
        for node in draft["graph"]["nodes"]:
            del node["escalate_to"]
        made = world.made(world.post("/workflows/", draft))
        world.made(world.post(f"/workflows/{made['workflow_id']}/initialize/"))
        item = world.open_item(world.new_task(department=made["department"]))
        body = {"task_item_id": item["task_item_id"], "reason": "Up"}
        assert faults(world.post("/tasks/escalate/", body, "agent"), 400, ERROR) == []

    def test_a_resolved_item_is_neither_transferred_nor_escalated(self, world: World) -> None:
        task_id = world.new_task()
        item_id = world.open_item(task_id)["task_item_id"]
        world.made(world.transition(task_id, world.workflow.assign))
        for path, body in (
            ("/tasks/transfer/", {"task_item_id": item_id, "new_user_id": 7}),
            ("/tasks/escalate/", {"task_item_id": item_id, "reason": "Up"}),
        ):
            assert faults(world.post(path, body), 409, ERROR) == []
