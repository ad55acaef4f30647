from typing import Any

import httpx

from tests.factories.crew import ADMIN, STRANGER, Crew


async def toggle(crew: Crew, task_id: int, user_id: int, **body: Any) -> httpx.Response:
    return await crew.send("POST", f"/tasks/{task_id}/toggle-hold/", user_id, body)


async def begin(crew: Crew, task_id: int, user_id: int, status: str = "in progress") -> httpx.Response:
    return await crew.send("POST", f"/tasks/{task_id}/update-user-status/", user_id, {"status": status})


async def since(crew: Crew, task_id: int) -> str | None:
    told: str | None = (await crew.send("GET", f"/tasks/{task_id}/", ADMIN)).json()["hold_started_at"]
    return told


class TestHold:
    async def test_is_told_with_the_instant_it_began(self, crew: Crew) -> None:
        task_id = await crew.new_task()
        holder = crew.open_item(task_id)["user_id"]
        assert await since(crew, task_id) is None
        await toggle(crew, task_id, holder)
        crew.desk.execute("update ops.task set hold_started_at = '2026-02-03T04:05:06Z'")
        assert await since(crew, task_id) == "2026-02-03T04:05:06Z"
        await toggle(crew, task_id, holder)
        assert await since(crew, task_id) is None

    async def test_stops_the_clock_and_resuming_gives_the_pause_back(self, crew: Crew) -> None:
        task_id = await crew.new_task()
        item, before = crew.open_item(task_id), crew.task(task_id)
        held = await toggle(crew, task_id, item["user_id"], notes="Parts ordered")
        assert held.json() | {"message": ""} == {
            "success": True,
            "previous_status": "pending",
            "new_status": "on_hold",
            "ticket_number": before["ticket_number"],
            "message": "",
            "task_id": task_id,
            "version": 2,
        }
        assert crew.task(task_id)["ticket_status"] == "On Hold"
        crew.desk.execute("update ops.task set hold_started_at = hold_started_at - interval '1 hour'")
        crew.desk.execute("update ops.task_item set assigned_on = assigned_on - interval '2 hours'")
        resumed = await toggle(crew, task_id, item["user_id"])
        assert resumed.json()["new_status"] == "in progress"
        after = crew.task(task_id)
        assert after["ticket_status"] == "In Progress"
        gained = after["target_resolution"] - before["target_resolution"]
        assert 3600 <= gained.total_seconds() < 3660
        assert crew.open_item(task_id)["target_resolution"] - item["target_resolution"] == gained
        assert crew.told(task_id)[-2:] == ["held", "resumed"]
        assert crew.audited(task_id)[1:] == [("toggle_hold", item["user_id"])] * 2

    async def test_is_open_to_holder_owner_and_admin_alone(self, crew: Crew) -> None:
        task_id = await crew.new_repair()
        first, second = crew.items(task_id)
        for user_id in (second["user_id"], crew.task(task_id)["owner"], ADMIN):
            assert (await toggle(crew, task_id, user_id)).status_code == 200
        for user_id in (first["user_id"], STRANGER):
            answer = await toggle(crew, task_id, user_id)
            assert (answer.status_code, answer.json()["code"]) == (403, "not_concerned")

    async def test_refuses(self, crew: Crew) -> None:
        task_id = await crew.new_completed()
        answer = await toggle(crew, task_id, ADMIN)
        assert (answer.status_code, answer.json()["code"]) == (409, "task_closed")
        assert (await toggle(crew, 999, ADMIN)).status_code == 404
        assert (await toggle(crew, task_id, ADMIN, notes="x" * 2001)).status_code == 400

    async def test_of_a_version_seen_before_is_refused(self, crew: Crew) -> None:
        task_id = await crew.new_task()
        path = f"/tasks/{task_id}/toggle-hold/"
        headers = {"If-Match": '"1"'}
        answers = [await crew.send("POST", path, ADMIN, {}, **headers) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [200, 409]
        assert answers[0].headers["ETag"] == '"2"'
        assert answers[1].json()["code"] == "version_conflict"

    async def test_stops_the_work_until_it_is_resumed(self, crew: Crew) -> None:
        task_id = await crew.new_task()
        holder = crew.open_item(task_id)["user_id"]
        await toggle(crew, task_id, ADMIN)
        for answer in (await crew.move(task_id, crew.assign), await begin(crew, task_id, holder)):
            assert (answer.status_code, answer.json()["code"]) == (409, "task_on_hold")


class TestBeginning:
    async def test_is_the_first_response(self, crew: Crew) -> None:
        task_id = await crew.new_task()
        holder = crew.open_item(task_id)["user_id"]
        answer = await begin(crew, task_id, holder, "In Progress")
        assert answer.status_code == 200
        assert answer.headers["ETag"] == '"2"'
        row, item, task = answer.json(), crew.open_item(task_id), crew.task(task_id)
        assert (row["status"], row["task_status"], row["ticket_status"]) == (
            "in progress",
            "in progress",
            "In Progress",
        )
        assert item["first_opened_at"] == task["first_response_at"] is not None
        assert crew.told(task_id)[-1] == "started"
        assert crew.audited(task_id)[-1] == ("update_task", holder)

    async def test_said_again_changes_nothing(self, crew: Crew) -> None:
        task_id = await crew.new_task()
        holder = crew.open_item(task_id)["user_id"]
        answers = [await begin(crew, task_id, holder) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [200, 200]
        assert crew.told(task_id).count("started") == 1
        assert crew.task(task_id)["version"] == 2

    async def test_begins_each_step_of_a_task_anew(self, crew: Crew) -> None:
        task_id = await crew.new_repair()
        first_response_at = crew.task(task_id)["first_response_at"]
        answer = await begin(crew, task_id, crew.open_item(task_id)["user_id"])
        assert (answer.status_code, answer.json()["status"]) == (200, "in progress")
        assert crew.told(task_id)[-1] == "started"
        assert crew.task(task_id)["first_response_at"] == first_response_at

    async def test_names_the_way_to_every_other_status(self, crew: Crew) -> None:
        task_id = await crew.new_task()
        holder = crew.open_item(task_id)["user_id"]
        for status, way in (
            ("resolved", "/transition/"),
            ("reassigned", "/tasks/transfer/"),
            ("escalated", "/tasks/escalate/"),
            ("breached", "SLA clock"),
            ("new", "assigned"),
            ("lost", "'breached'"),
        ):
            answer = await begin(crew, task_id, holder, status)
            assert answer.status_code == 400
            assert way in answer.json()["details"]["status"][0]

    async def test_refuses_whose_turn_it_is_not(self, crew: Crew) -> None:
        task_id = await crew.new_repair()
        before = crew.items(task_id)[0]["user_id"]
        for user_id, status, code in (
            (STRANGER, 403, "not_assignee"),
            (ADMIN, 403, "not_assignee"),
            (before, 409, "invalid_state"),
        ):
            answer = await begin(crew, task_id, user_id)
            assert (answer.status_code, answer.json()["code"]) == (status, code)
        await crew.move(task_id, None)
        answer = await begin(crew, task_id, before)
        assert (answer.status_code, answer.json()["code"]) == (409, "task_closed")


class TestAvailableTransitions:
    async def test_are_those_of_the_bound_version_for_whose_turn_it_is(self, crew: Crew) -> None:
        task_id = await crew.new_task()
        crew.desk.execute("update ops.step_transition set deleted_at = now()")
        holder = crew.open_item(task_id)["user_id"]
        path = f"/tasks/{task_id}/available-transitions/"
        answer = await crew.send("GET", path, holder)
        found = answer.json()
        assert (found["can_act"], found["has_acted"], found["current_status"]) == (True, False, "new")
        assert found["available_actions"] == [
            {"transition_id": crew.assign, "name": "Assign", "description": "Leads to Repair"}
        ]
        assert found["current_step"]["name"] == "Triage"
        assert found["current_owner"]["user_id"] == crew.task(task_id)["owner"]
        assert answer.headers["ETag"] == '"1"'
        await crew.move(task_id, crew.assign)
        left = (await crew.send("GET", path, holder)).json()
        assert (left["can_act"], left["has_acted"], left["available_actions"]) == (False, True, [])
        there = (await crew.send("GET", path, crew.open_item(task_id)["user_id"])).json()
        assert [action["transition_id"] for action in there["available_actions"]] == [crew.reject, None]

    async def test_are_none_for_others_or_while_nobody_can_work(self, crew: Crew) -> None:
        task_id = await crew.new_task()
        holder = crew.open_item(task_id)["user_id"]
        path = f"/tasks/{task_id}/available-transitions/"
        stranger = (await crew.send("GET", path, STRANGER)).json()
        assert (stranger["can_act"], stranger["available_actions"]) == (False, [])
        assert stranger["current_status"] is None
        await toggle(crew, task_id, ADMIN)
        assert not (await crew.send("GET", path, holder)).json()["can_act"]
        assert (await crew.send("GET", "/tasks/999/available-transitions/", holder)).status_code == 404

    async def test_remember_what_became_of_the_callers_items(self, crew: Crew) -> None:
        task_id = await crew.new_task()
        item = crew.open_item(task_id)
        body = {"task_item_id": item["task_item_id"], "reason": "stuck"}
        await crew.send("POST", "/tasks/escalate/", ADMIN, body)
        path = f"/tasks/{task_id}/available-transitions/"
        mine = (await crew.send("GET", path, item["user_id"])).json()
        assert (mine["is_escalated"], mine["is_transferred"], mine["can_act"]) == (True, False, False)
        assert mine["current_status"] == "escalated"
