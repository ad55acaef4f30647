from typing import Any

import httpx

from tests.factories.crew import ADMIN, AGENTS, COORDINATORS, STRANGER, Crew


async def hand_on(crew: Crew, how: str, user_id: int, task_id: int, **changes: Any) -> httpx.Response:
    body = {"ticket_number": crew.task(task_id)["ticket_number"], "reason": "On leave", **changes}
    return await crew.send("POST", f"/tasks/ticket-owner/{how}/", user_id, body)


class TestEscalation:
    async def test_goes_to_the_next_coordinator_but_never_back(self, crew: Crew) -> None:
        task_id = await crew.new_task()
        for _ in range(3):
            owner = crew.task(task_id)["owner"]
            answer = await hand_on(crew, "escalate", owner, task_id)
            assert answer.status_code == 200
            other = sum(COORDINATORS) - owner
            assert answer.json()["previous_owner"]["user_id"] == owner
            assert answer.json()["new_owner"]["user_id"] == other == crew.task(task_id)["owner"]
        assert answer.headers["ETag"] == '"4"'
        assert crew.told(task_id).count("owner_changed") == 3
        assert crew.audited(task_id)[-1] == ("ticket_owner_escalate", owner)

    async def test_is_the_owners_alone(self, crew: Crew) -> None:
        task_id = await crew.new_task()
        other = sum(COORDINATORS) - crew.task(task_id)["owner"]
        for user_id in (other, ADMIN, STRANGER):
            answer = await hand_on(crew, "escalate", user_id, task_id)
            assert (answer.status_code, answer.json()["code"]) == (403, "not_owner")

    async def test_needs_another_coordinator(self, crew: Crew) -> None:
        task_id = await crew.new_task()
        owner = crew.task(task_id)["owner"]
        other = sum(COORDINATORS) - owner
        crew.desk.set_active(crew.roles.coordinator, other, is_active=False)
        answer = await hand_on(crew, "escalate", owner, task_id)
        assert (answer.status_code, answer.json()["code"]) == (409, "no_other_coordinator")

    async def test_refuses(self, crew: Crew) -> None:
        task_id = await crew.new_completed()
        owner = crew.task(task_id)["owner"]
        for changes, status, code in (
            ({"reason": ""}, 400, "validation_failed"),
            ({"ticket_number": "TX19990101000001"}, 404, "not_found"),
            ({"version": 99}, 409, "version_conflict"),
            ({}, 409, "task_closed"),
        ):
            answer = await hand_on(crew, "escalate", owner, task_id, **changes)
            assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text


class TestTransfer:
    async def test_goes_to_a_named_coordinator(self, crew: Crew) -> None:
        task_id = await crew.new_task()
        owner = crew.task(task_id)["owner"]
        other = sum(COORDINATORS) - owner
        answer = await hand_on(crew, "transfer", ADMIN, task_id, new_owner_user_id=other)
        assert (answer.status_code, crew.task(task_id)["owner"]) == (200, other)
        (row,) = crew.desk.execute(
            "select changes from ops.audit_event where action = 'ticket_owner_transfer'"
        )
        assert row["changes"]["ticket_owner_id"] == {"old": owner, "new": other}
        assert row["changes"]["reason"] == "On leave"

    async def test_refuses(self, crew: Crew) -> None:
        task_id = await crew.new_task()
        owner = crew.task(task_id)["owner"]
        for user_id, new, status, code in (
            (ADMIN, owner, 400, "same_user"),
            (ADMIN, AGENTS[0], 400, "validation_failed"),
            (ADMIN, "9", 400, "validation_failed"),
            (owner, sum(COORDINATORS) - owner, 403, "forbidden"),
        ):
            answer = await hand_on(crew, "transfer", user_id, task_id, new_owner_user_id=new)
            assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text


async def test_available_coordinators_are_the_active_ones(crew: Crew) -> None:
    await crew.new_task()
    path = "/tasks/ticket-owner/available-coordinators/"
    listed = (await crew.send("GET", path, COORDINATORS[0])).json()
    assert [(row["user_id"], row["open_task_count"]) for row in listed["results"]] == [(10, 0), (9, 1)]
    without = (await crew.send("GET", f"{path}?exclude_user_id=9", ADMIN)).json()
    assert (without["count"], without["results"][0]["user_id"]) == (1, 10)
    crew.desk.set_active(crew.roles.coordinator, 10, is_active=False)
    assert (await crew.send("GET", path, ADMIN)).json()["count"] == 1
    assert (await crew.send("GET", path, AGENTS[0])).status_code == 403
