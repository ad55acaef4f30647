"""What a request leaves in the trail: who asked, what was changed, and nothing when nothing was."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from fastapi import Request
from sqlalchemy.ext.asyncio import AsyncSession

from api.audit.trail import open_trail
from api.identity.principal import SERVICE
from api.identity.tokens import issue_access_token
from api.main import create_workflow_api
from api.settings import ApiSettings
from tests.factories.crew import ADMIN, AGENTS, STRANGER, Crew
from tests.factories.desk import Desk
from tests.factories.tokens import ADMIN_ROLE, COORDINATOR_ROLE, bearer, make_token
from tests.factories.trail import verify

Row = dict[str, Any]


class Told:
    """The rows that were added since the last look."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.seen = 0

    def since(self) -> list[Row]:
        rows = self.desk.execute(
            "select * from ops.audit_event where audit_event_id > %s order by audit_event_id", self.seen
        )
        self.seen = rows[-1]["audit_event_id"] if rows else self.seen
        return rows


@pytest.fixture
def told(crew: Crew) -> Told:
    told = Told(crew.desk)
    told.since()
    return told


class TestActor:
    async def test_is_told_as_the_token_and_the_connection_say(self, crew: Crew) -> None:
        roles = [COORDINATOR_ROLE, ADMIN_ROLE, {"system": "ams", "role": "Auditor"}]
        headers = bearer(make_token(crew.settings, user_id=12, roles=roles)) | {
            "X-Request-ID": "change-1",
            "User-Agent": "curl/8.5",
            "X-Forwarded-For": "203.0.113.66",
        }
        path = f"/workflows/{crew.workflow_id}/"
        before = datetime.now(UTC)
        answer = await crew.api.put(f"{path}update-details/", json={"description": "VPN"}, headers=headers)
        assert answer.status_code == 200, answer.text
        listed = await crew.api.get(
            f"/audit/events/?user_id=12&target_id={crew.workflow_id}", headers=headers
        )
        (event,) = listed.json()["results"]
        assert before <= datetime.fromisoformat(event.pop("timestamp")) <= datetime.now(UTC)
        assert event.pop("id") > 0
        assert event == {
            "user_id": 12,
            "username": "staff12",
            "email": "staff12@example.org",
            "actor_roles": ["ams:auditor", "hdts:ticket coordinator", "tts:admin"],
            "action": "update_workflow",
            "action_display": "Updated Workflow",
            "target_type": "Workflow",
            "target_id": crew.workflow_id,
            "changes": {"description": {"old": "", "new": "VPN"}},
            "description": None,
            "human_readable": f"staff12 updated workflow #{crew.workflow_id}: description nothing → VPN",
            "request_id": "change-1",
            "ip_address": "127.0.0.1",
            "user_agent": "curl/8.5",
        }

    async def test_of_a_ticket_event_is_the_service_and_no_user(self, crew: Crew, told: Told) -> None:
        task_id = await crew.new_task()
        (row,) = told.since()
        assert (row["action"], row["target_type"], row["target_id"]) == ("create_task", "Task", task_id)
        assert (row["user_id"], row["username"], row["email"], row["actor_roles"]) == (
            None,
            "service",
            None,
            [],
        )

    async def test_whose_words_are_too_long_is_told_as_far_as_they_fit(self, crew: Crew, told: Told) -> None:
        token = issue_access_token(
            crew.settings,
            user_id=ADMIN,
            user_type="staff",
            username="n" * 200,
            full_name="N",
            email=f"{'m' * 300}@example.org",
            department=None,
            roles=[ADMIN_ROLE],
            lifetime=timedelta(minutes=5),
        )
        headers = bearer(token) | {"User-Agent": "u" * 900}
        answer = await crew.api.put(
            f"/workflows/{crew.workflow_id}/update-details/", json={"description": "Long"}, headers=headers
        )
        assert answer.status_code == 200, answer.text
        (row,) = told.since()
        assert (row["username"], row["email"], row["user_agent"]) == ("n" * 150, "m" * 254, "u" * 400)

    @pytest.mark.parametrize(
        ("host", "address"),
        [
            ("10.0.0.5", "10.0.0.5"),
            ("fe80::1%eth0", "fe80::1"),
            ("unknown", None),
            ("", None),
        ],
    )
    async def test_comes_from_an_address_or_from_none(
        self, crew: Crew, told: Told, settings: ApiSettings, host: str, address: str | None
    ) -> None:
        app = create_workflow_api(settings)
        async with app.router.lifespan_context(app):
            transport = httpx.ASGITransport(app, client=(host, 5))
            async with httpx.AsyncClient(transport=transport, base_url="http://api.test") as client:
                answer = await client.put(
                    f"/workflows/{crew.workflow_id}/update-details/",
                    json={"description": "From afar"},
                    headers=crew.headers(ADMIN),
                )
        assert answer.status_code == 200, answer.text
        (row,) = told.since()
        assert (None if row["ip_address"] is None else str(row["ip_address"])) == address


class TestEveryChange:
    async def test_of_a_workflow_leaves_its_rows(self, crew: Crew, told: Told) -> None:
        path, workflow = f"/workflows/{crew.workflow_id}/", ("Workflow", crew.workflow_id)
        update = ("update_workflow", *workflow)
        for method, address, body, rows in (
            ("PUT", f"{path}update-details/", {"description": "VPN"}, [update]),
            ("PUT", f"{path}update-details/", {"urgent_sla": "PT2H"}, [update, ("update_sla", *workflow)]),
            ("PUT", f"{path}update-details/", {"status": "paused"}, [update, ("pause_workflow", *workflow)]),
            (
                "PUT",
                f"{path}update-details/",
                {"status": "initialized"},
                [update, ("resume_workflow", *workflow)],
            ),
            ("PUT", f"{path}update-graph/", {"nodes": [{"step_id": crew.triage, "name": "Sort"}]}, [update]),
            ("PUT", f"/steps/{crew.repair}/", {"name": "Mend"}, [("update_step", "Step", crew.repair)]),
            ("PUT", f"{path}update-details/", {"description": "VPN"}, []),
        ):
            answer = await crew.send(method, address, ADMIN, body)
            assert answer.status_code == 200, answer.text
            found = told.since()
            assert [(row["action"], row["target_type"], row["target_id"]) for row in found] == rows, address
            self.check(found, answer, ADMIN)

    async def test_of_a_task_leaves_one_row(self, crew: Crew, told: Told) -> None:
        task_id = await crew.new_task()
        told.since()
        item = crew.open_item(task_id)
        holder, other = item["user_id"], sum(AGENTS) - item["user_id"]
        path, begun = f"/tasks/{task_id}/", {"status": "in progress"}
        number = crew.task(task_id)["ticket_number"]
        handed_on = {"ticket_number": number, "reason": "away"}
        owner = crew.task(task_id)["owner"]
        for method, address, user_id, body, action in (
            ("POST", f"{path}update-user-status/", holder, begun, "update_task"),
            ("POST", f"{path}toggle-hold/", holder, {}, "toggle_hold"),
            ("POST", f"{path}toggle-hold/", holder, {}, "toggle_hold"),
            ("POST", "/tasks/ticket-owner/escalate/", owner, handed_on, "ticket_owner_escalate"),
            (
                "POST",
                "/tasks/ticket-owner/transfer/",
                ADMIN,
                handed_on | {"new_owner_user_id": owner},
                "ticket_owner_transfer",
            ),
            (
                "POST",
                "/tasks/transfer/",
                ADMIN,
                {"task_item_id": item["task_item_id"], "new_user_id": other},
                "transfer_task",
            ),
            (
                "POST",
                f"/transitions/{task_id}/transition/",
                other,
                {"transition_id": crew.assign, "notes": "done"},
                "transition_task",
            ),
            ("PUT", path, ADMIN, {"status": "cancelled", "reason": "gone"}, "update_task"),
        ):
            answer = await crew.send(method, address, user_id, body)
            assert answer.status_code == 200, answer.text
            found = told.since()
            rows = [(row["action"], row["target_type"], row["target_id"]) for row in found]
            assert rows == [(action, "Task", task_id)], address
            self.check(found, answer, user_id)

    def check(self, rows: list[Row], answer: httpx.Response, user_id: int) -> None:
        """Each row is of this request, and tells no change from a value to itself."""
        for row in rows:
            assert (row["request_id"], row["user_id"]) == (answer.headers["x-request-id"], user_id)
            for change in (row["changes"] or {}).values():
                if isinstance(change, dict) and change.keys() == {"old", "new"}:
                    assert change["old"] != change["new"], row

    async def test_that_is_sent_twice_with_one_key_leaves_one_row(self, crew: Crew, told: Told) -> None:
        task_id = await crew.new_task()
        told.since()
        headers = {"Idempotency-Key": "hold-1"}
        for _ in range(2):
            answer = await crew.send("POST", f"/tasks/{task_id}/toggle-hold/", ADMIN, {}, **headers)
            assert answer.status_code == 200, answer.text
        assert [row["action"] for row in told.since()] == ["toggle_hold"]

    @pytest.mark.parametrize(("action", "target"), [("put_to_sleep", "Workflow"), ("other", "Workflows")])
    async def test_that_the_trail_has_no_name_for_is_refused(self, action: str, target: str) -> None:
        scope = {"type": "http", "headers": [], "state": {"principal": SERVICE, "request_id": "r-1"}}
        session = AsyncSession()
        with pytest.raises(ValueError, match="is not a valid Audit"):
            (await open_trail(Request(scope), session)).record(action, target, 1)
        assert session.info == {}


class TestWhatFails:
    async def test_leaves_no_row_when_it_is_refused(self, crew: Crew, told: Told) -> None:
        task_id = await crew.new_task()
        told.since()
        workflow, task = f"/workflows/{crew.workflow_id}/", f"/tasks/{task_id}/"
        move = {"transition_id": crew.assign, "notes": "done"}
        for status, method, path, user_id, body in (
            (400, "PUT", f"{workflow}update-details/", ADMIN, {"urgent_sla": "soon"}),
            (400, "POST", f"/transitions/{task_id}/transition/", ADMIN, {"notes": " "}),
            (400, "PUT", task, ADMIN, {"status": "completed"}),
            (403, "PUT", f"{workflow}update-details/", STRANGER, {"description": "Mine"}),
            (403, "POST", f"/transitions/{task_id}/transition/", STRANGER, move),
            (404, "DELETE", "/steps/999999/", ADMIN, None),
            (404, "PUT", "/tasks/999999/", ADMIN, {"status": "on_hold"}),
            (409, "PUT", f"{workflow}update-details/", ADMIN, {"description": "Old", "version": 1}),
            (409, "POST", f"{task}toggle-hold/", ADMIN, {"version": 99}),
            (409, "DELETE", workflow, ADMIN, None),
        ):
            answer = await crew.send(method, path, user_id, body)
            assert answer.status_code == status, (path, answer.text)
        assert told.since() == []

    async def test_leaves_no_row_when_it_cannot_be_committed(
        self, crew: Crew, told: Told, database_url: str
    ) -> None:
        crew.desk.execute(
            "create constraint trigger refuses after update on ops.workflow deferrable initially deferred "
            "for each row execute function ops.refuse_change()"
        )
        answer = await crew.send(
            "PUT", f"/workflows/{crew.workflow_id}/update-details/", ADMIN, {"description": "Lost"}
        )
        assert (answer.status_code, told.since()) == (500, [])
        assert verify(database_url) == []

    async def test_is_the_change_when_its_row_cannot_be_written(self, crew: Crew, told: Told) -> None:
        task_id = await crew.new_task()
        told.since()
        before = crew.task(task_id), crew.told(task_id), crew.items(task_id)
        crew.desk.execute(
            "alter table ops.audit_event add constraint full_up check (action <> 'transition_task') not valid"
        )
        answer = await crew.move(task_id, crew.assign)
        assert (answer.status_code, told.since()) == (500, [])
        assert (crew.task(task_id), crew.told(task_id), crew.items(task_id)) == before
        assert (await crew.send("POST", f"/tasks/{task_id}/toggle-hold/", ADMIN, {})).status_code == 200
