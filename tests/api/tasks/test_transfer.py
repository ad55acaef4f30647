from typing import Any

import httpx
import pytest

from tests.factories.crew import ADMIN, AGENTS, MANAGERS, STRANGER, TECHNICIANS, Crew


async def transfer(crew: Crew, item: dict[str, Any], user_id: int, **changes: Any) -> httpx.Response:
    body = {"task_item_id": item["task_item_id"], "new_user_id": user_id, "notes": "Specialist", **changes}
    return await crew.send("POST", "/tasks/transfer/", ADMIN, body)


class TestTransfer:
    async def test_gives_the_step_and_the_time_left_to_the_other(self, crew: Crew) -> None:
        task_id = await crew.new_task()
        item = crew.open_item(task_id)
        other = sum(AGENTS) - item["user_id"]
        answer = await transfer(crew, item, other)
        assert answer.status_code == 200
        assert answer.headers["ETag"] == '"2"'
        old, new = crew.items(task_id)
        assert (old["status"], old["transferred_by"], old["transferred_to_id"]) == (
            "reassigned",
            ADMIN,
            new["role_user_id"],
        )
        assert (new["user_id"], new["origin"], new["status"]) == (other, "Transferred", "new")
        assert (new["step_id"], new["target_resolution"]) == (crew.triage, item["target_resolution"])
        assert (new["handover_note"], new["notes"]) == ("Specialist", "")
        assert new["from_task_item_id"] == old["task_item_id"]
        assert crew.told(task_id)[-1] == "transferred"
        assert crew.audited(task_id)[-1] == ("transfer_task", ADMIN)
        assert (await crew.move(task_id, crew.assign, other)).status_code == 200

    async def test_while_on_hold_carries_the_pause_over(self, crew: Crew) -> None:
        task_id = await crew.new_task()
        item = crew.open_item(task_id)
        await crew.send("POST", f"/tasks/{task_id}/toggle-hold/", ADMIN, {})
        crew.desk.execute("update ops.task set hold_started_at = hold_started_at - interval '1 hour'")
        crew.desk.execute("update ops.task_item set assigned_on = assigned_on - interval '2 hours'")
        await transfer(crew, item, sum(AGENTS) - item["user_id"])
        gained = crew.open_item(task_id)["target_resolution"] - item["target_resolution"]
        assert 3600 <= gained.total_seconds() < 3660

    async def test_needs_the_role_of_the_step_unless_it_is_forced(self, crew: Crew) -> None:
        task_id = await crew.new_task()
        item = crew.open_item(task_id)
        refused = await transfer(crew, item, TECHNICIANS[0])
        assert (refused.status_code, refused.json()["code"]) == (400, "role_mismatch")
        assert list(refused.json()["details"]) == ["new_user_id"]
        forced = await transfer(crew, item, TECHNICIANS[0], force_role=True)
        assert forced.json()["new_task_item"]["role"] == "Technician"

    async def test_of_an_escalated_item_returns_it_to_the_role_of_the_step(self, crew: Crew) -> None:
        task_id = await crew.new_task()
        body = {"task_item_id": crew.open_item(task_id)["task_item_id"], "reason": "stuck"}
        await crew.send("POST", "/tasks/escalate/", ADMIN, body)
        assert (await transfer(crew, crew.open_item(task_id), MANAGERS[1])).status_code == 400
        assert (await transfer(crew, crew.open_item(task_id), AGENTS[0])).status_code == 200

    async def test_refuses(self, crew: Crew) -> None:
        task_id = await crew.new_task()
        item = crew.open_item(task_id)
        other = sum(AGENTS) - item["user_id"]
        for changes, status, code in (
            ({"new_user_id": item["user_id"]}, 400, "same_user"),
            ({"new_user_id": STRANGER}, 404, "not_found"),
            ({"task_item_id": 999}, 404, "not_found"),
            ({"version": 7}, 409, "version_conflict"),
            ({"notes": "x" * 2001}, 400, "validation_failed"),
            ({"new_user_id": None}, 400, "validation_failed"),
        ):
            answer = await transfer(crew, item, other, **changes)
            assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
        crew.desk.set_active(crew.roles.agent, other, is_active=False)
        assert (await transfer(crew, item, other)).status_code == 404
        await crew.move(task_id, crew.assign)
        closed = await transfer(crew, item, AGENTS[0] if item["user_id"] != AGENTS[0] else AGENTS[1])
        assert (closed.status_code, closed.json()["code"]) == (409, "invalid_state")

    async def test_is_for_admins(self, crew: Crew) -> None:
        task_id = await crew.new_task()
        item = crew.open_item(task_id)
        body = {"task_item_id": item["task_item_id"], "new_user_id": sum(AGENTS) - item["user_id"]}
        answer = await crew.send("POST", "/tasks/transfer/", item["user_id"], body)
        assert answer.status_code == 403

    @pytest.mark.parametrize("field", ["new_user_id", "user_id"])
    async def test_is_done_once_for_one_key_by_either_name(self, crew: Crew, field: str) -> None:
        task_id = await crew.new_task()
        item = crew.open_item(task_id)
        body = {"task_item_id": item["task_item_id"], field: sum(AGENTS) - item["user_id"]}
        headers = {"Idempotency-Key": "key-1"}
        answers = [await crew.send("POST", "/tasks/transfer/", ADMIN, body, **headers) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [200, 200]
        assert answers[0].text == answers[1].text
        assert crew.told(task_id).count("transferred") == 1
