from typing import Any

import httpx

from tests.factories.crew import ADMIN, COORDINATORS, MANAGERS, STRANGER, Crew


async def escalate(crew: Crew, item: dict[str, Any], user_id: int, **changes: Any) -> httpx.Response:
    body = {"task_item_id": item["task_item_id"], "reason": "Needs a decision", **changes}
    return await crew.send("POST", "/tasks/escalate/", user_id, body)


class TestEscalation:
    async def test_passes_the_step_on_to_the_role_above(self, crew: Crew) -> None:
        task_id = await crew.new_task()
        item = crew.open_item(task_id)
        answer = await escalate(crew, item, item["user_id"])
        assert answer.status_code == 200
        assert answer.headers["ETag"] == f'"{answer.json()["task"]["version"]}"'
        old, new = crew.items(task_id)
        assert (old["status"], old["acted_on"]) == ("escalated", old["closed_at"])
        assert old["notes"] == f"Escalated by user {item['user_id']}: Needs a decision"
        assert (new["user_id"], new["role_id"], new["origin"]) == (
            MANAGERS[0],
            crew.roles.manager,
            "Escalation",
        )
        assert (new["step_id"], new["target_resolution"]) == (crew.triage, item["target_resolution"])
        task = crew.task(task_id)
        assert (task["current_step_id"], task["status"]) == (crew.triage, "pending")
        assert (await crew.move(task_id, crew.assign, MANAGERS[0])).status_code == 200

    async def test_is_open_to_the_owner_and_to_admins(self, crew: Crew) -> None:
        for who in ("owner", "admin"):
            task_id = await crew.new_task()
            user_id = crew.task(task_id)["owner"] if who == "owner" else ADMIN
            assert (await escalate(crew, crew.open_item(task_id), user_id)).status_code == 200

    async def test_is_open_to_nobody_else(self, crew: Crew) -> None:
        task_id = await crew.new_task()
        others = {STRANGER, *COORDINATORS} - {crew.task(task_id)["owner"]}
        for user_id in others:
            answer = await escalate(crew, crew.open_item(task_id), user_id)
            assert (answer.status_code, answer.json()["code"]) == (403, "not_concerned")

    async def test_follows_the_version_that_the_task_runs_on(self, crew: Crew) -> None:
        task_id = await crew.new_task()
        crew.desk.execute("update ops.step set escalate_to_role_id = null")
        item = crew.open_item(task_id)
        assert (await escalate(crew, item, item["user_id"])).status_code == 200

    async def test_ends_at_the_role_above(self, crew: Crew) -> None:
        task_id = await crew.new_task()
        first = crew.open_item(task_id)
        await escalate(crew, first, ADMIN)
        second = crew.open_item(task_id)
        for item in (first, second):
            answer = await escalate(crew, item, ADMIN)
            assert (answer.status_code, answer.json()["code"]) == (409, "already_escalated")
        assert len(crew.items(task_id)) == 2

    async def test_never_comes_back_to_who_escalates(self, crew: Crew) -> None:
        agent = crew.open_item(await crew.new_task())["user_id"]
        await crew.new_task()
        crew.desk.add_role("Manager", [agent])
        for manager in MANAGERS:
            crew.desk.set_active(crew.roles.manager, manager, is_active=False)
        task_id = await crew.new_task()
        item = crew.open_item(task_id)
        assert item["user_id"] == agent
        answer = await escalate(crew, item, agent)
        assert answer.status_code == 400
        assert crew.open_item(task_id)["task_item_id"] == item["task_item_id"]

    async def test_refuses(self, crew: Crew) -> None:
        task_id = await crew.new_task()
        item = crew.open_item(task_id)
        for changes, status, code in (
            ({"reason": " "}, 400, "validation_failed"),
            ({"reason": None}, 400, "validation_failed"),
            ({"task_item_id": 999}, 404, "not_found"),
            ({"version": 9}, 409, "version_conflict"),
        ):
            answer = await escalate(crew, item, item["user_id"], **changes)
            assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
        await crew.move(task_id, crew.assign)
        left = await escalate(crew, item, item["user_id"])
        assert (left.status_code, left.json()["code"]) == (409, "invalid_state")
        await crew.move(task_id, None)
        done = await escalate(crew, crew.items(task_id)[-1], ADMIN)
        assert (done.status_code, done.json()["code"]) == (409, "task_closed")

    async def test_needs_a_role_to_escalate_to(self, crew: Crew) -> None:
        crew.desk.execute("update ops.step set escalate_to_role_id = null")
        path = f"/workflows/{crew.workflow_id}/initialize/"
        assert (await crew.send("POST", path, ADMIN)).status_code == 200
        task_id = await crew.new_task()
        answer = await escalate(crew, crew.open_item(task_id), ADMIN)
        assert answer.status_code == 400
        assert "escalate_to" in answer.json()["details"]["task_item_id"][0]

    async def test_is_audited_with_people_and_roles(self, crew: Crew) -> None:
        task_id = await crew.new_task()
        item = crew.open_item(task_id)
        await escalate(crew, item, item["user_id"])
        (row,) = crew.desk.execute("select * from ops.audit_event where action = 'escalate_task'")
        told = {
            key: row["changes"][key] for key in ("reason", "from_user", "to_user", "from_role", "to_role")
        }
        assert told == {
            "reason": "Needs a decision",
            "from_user": item["user_id"],
            "to_user": MANAGERS[0],
            "from_role": crew.roles.agent,
            "to_role": crew.roles.manager,
        }
