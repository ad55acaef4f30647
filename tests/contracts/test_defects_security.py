"""Section 6.1 of the contract: each way in that the original left open is shut here, by its number."""

from datetime import timedelta
from typing import Any

import jwt
import pytest

from api.settings import ApiSettings
from tests.contracts.objects import ERROR
from tests.contracts.shapes import faults
from tests.contracts.world import ADMIN, AGENT, World
from tests.factories.tokens import ADMIN_ROLE, bearer, make_token


class TestSecurity:
    def test_6_1_1_an_agent_is_no_admin(self, world: World) -> None:
        item = world.open_item(world.new_repair())
        transfer = {"task_item_id": item["task_item_id"], "new_user_id": 15 - item["user_id"]}
        for method, path, body in (
            ("POST", "/workflows/", world.draft()),
            ("POST", "/roles/", {"role_id": 900, "name": "Mine"}),
            ("POST", "/tasks/transfer/", transfer),
            ("DELETE", f"/workflows/{world.workflow.workflow_id}/", None),
        ):
            answer = world.call(method, path, "agent", json=body)
            assert faults(answer, 403, ERROR | {"code": {"forbidden"}}) == [], path

    def test_6_1_1_nobody_overwrites_a_task_to_completed(self, world: World) -> None:
        path = f"/tasks/{world.new_task()}/"
        for who in ("stranger", "agent", "admin"):
            assert world.put(path, {"status": "completed"}, who).status_code in {400, 403}
        assert world.get(path).json()["status"] == "pending"

    def test_6_1_2_snapshots_want_a_token_and_take_a_good_one(self, world: World) -> None:
        for path in ("/tickets/", "/tickets/1/"):
            assert faults(world.get(path, "nobody"), 401, ERROR) == []
        assert world.get("/tickets/").status_code == 200

    def test_6_1_3_who_is_not_concerned_escalates_and_transfers_nothing(self, world: World) -> None:
        item_id = world.open_item(world.new_task())["task_item_id"]
        escalation = {"task_item_id": item_id, "reason": "Mine now"}
        assert world.post("/tasks/escalate/", escalation, "stranger").status_code == 403
        transfer = {"task_item_id": item_id, "new_user_id": 99, "force_role": True}
        assert world.post("/tasks/transfer/", transfer, "stranger").status_code == 403

    @pytest.mark.parametrize(
        "token",
        [
            lambda claims: jwt.encode(claims, "another key of at least thirty-two bytes", "HS256"),
            lambda claims: jwt.encode(claims, None, "none"),
            lambda claims: jwt.encode(claims, "", "none"),
        ],
        ids=["another key", "no signature", "empty signature"],
    )
    def test_6_1_4_signatures_are_always_verified(self, world: World, token: Any) -> None:
        good = make_token(world.settings, user_id=ADMIN, roles=[ADMIN_ROLE])
        claims = jwt.decode(good, options={"verify_signature": False})
        answer = world.get("/workflows/", "nobody", headers=bearer(token(claims)))
        assert faults(answer, 401, ERROR | {"code": {"token_invalid"}}) == []

    def test_6_1_4_and_5_no_known_secret_serves_in_earnest(self, world: World) -> None:
        with pytest.raises(ValueError, match="SLUICE_SECRET_KEY is not set"):
            ApiSettings(env="production", database_url=world.settings.database_url)

    def test_6_1_6_a_cookie_alone_changes_nothing_from_elsewhere(self, world: World) -> None:
        cookie = {"Cookie": f"access_token={make_token(world.settings, user_id=ADMIN, roles=[ADMIN_ROLE])}"}
        foreign = cookie | {"Origin": "http://evil.example"}
        answer = world.post("/workflows/", world.draft(), "nobody", headers=foreign)
        assert faults(answer, 403, ERROR) == []
        assert world.get("/workflows/", "nobody", headers=cookie).status_code == 200

    def test_6_1_6_the_header_goes_before_the_cookie(self, world: World) -> None:
        cookie = {"Cookie": "access_token=garbage"}
        assert world.get("/workflows/", "agent", headers=cookie).status_code == 200

    @pytest.mark.parametrize("content", [b"{", b'{"workflow": 3}', b"\xff", b'{"graph": {"nodes": {}}}'])
    def test_6_1_7_no_answer_carries_an_exception(self, world: World, content: bytes) -> None:
        headers = {"Content-Type": "application/json"}
        answer = world.call("POST", "/workflows/", "admin", content=content, headers=headers)
        assert faults(answer, 400, ERROR) == []
        for word in ("Traceback", "Error(", "Exception", "sqlalchemy", "pydantic", "asyncpg"):
            assert word not in answer.text

    def test_6_1_8_a_withdrawn_role_counts_no_more(self, world: World) -> None:
        role_id = world.desk.add_role("Super Admin", [50])
        roles = [{"system": "tts", "role": "Super Admin"}]
        headers = bearer(make_token(world.settings, user_id=50, roles=roles))
        assert world.get("/audit/events/", "nobody", headers=headers).status_code == 200
        world.desk.set_active(role_id, 50, is_active=False)
        assert world.get("/audit/events/", "nobody", headers=headers).status_code == 403

    def test_6_1_8_an_employee_is_not_the_staff_of_the_same_number(self, world: World) -> None:
        task_id = world.new_task()
        assert world.transition(task_id, world.workflow.assign, "employee").status_code == 403
        assert world.get("/tasks/my-tasks/", "employee").status_code == 403

    def test_6_1_8_a_day_in_the_future_starts_no_clock(self, world: World) -> None:
        task = world.get(f"/tasks/{world.new_task(submit_date='2999-01-01T00:00:00Z')}/").json()
        assert task["target_resolution"] < "2999"

    def test_6_1_9_the_trail_is_read_and_tells_no_forged_address(self, world: World) -> None:
        forged = {"X-Forwarded-For": "203.0.113.66", "X-Real-IP": "203.0.113.66"}
        made = world.made(world.post("/workflows/", world.draft(), headers=forged))
        query = f"target_type=Workflow&target_id={made['workflow_id']}"
        events = world.made(world.get(f"/audit/events/by-target/?{query}", "admin"))["results"]
        assert [event["action"] for event in events] == ["create_workflow"]
        assert events[0]["ip_address"] == "127.0.0.1"

    def test_an_expired_token_is_told_so(self, world: World) -> None:
        expired = make_token(world.settings, user_id=AGENT, lifetime=timedelta(minutes=-5))
        answer = world.get("/tasks/", "nobody", headers=bearer(expired))
        assert faults(answer, 401, ERROR | {"code": {"token_expired"}}) == []
