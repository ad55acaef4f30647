import asyncio
import hashlib
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from api.main import create_ticket_service, create_workflow_api
from api.settings import ApiSettings
from tests.api.identity.levels import Level, level_asked_by, walk
from tests.factories.desk import Desk, make_ticket

Headers = dict[str, Any]
KEY, OTHER_KEY = "slk_of-hdts", "slk_of-ams"
FOR_JO = {"employee": {"id": 101, "name": "Jo S", "email": "jo@example.org"}}
AddKey = Callable[..., Headers]


@pytest.fixture
def add_key(desk: Desk) -> AddKey:
    def add(key: str = KEY, source: str = "hdts", expires_at: str | None = None) -> Headers:
        desk.execute(
            "insert into intake.api_key (name, source_service, key_hash, hint, expires_at) "
            "values (%s, %s, %s, %s, %s)",
            f"key of {source}",
            source,
            hashlib.sha256(key.encode()).hexdigest(),
            key[:10],
            expires_at,
        )
        return {"X-API-Key": key}

    return add


class TestSending:
    @pytest.mark.parametrize("path", ["/send/", "/tickets/"])
    async def test_makes_tickets_of_its_source(
        self, tickets_api: httpx.AsyncClient, desk: Desk, add_key: AddKey, path: str
    ) -> None:
        body = make_ticket(source_service="hdts", original_ticket_id="H-1", **FOR_JO)
        headers = add_key()
        answers = [await tickets_api.post(path, json=body, headers=headers) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [201, 200]
        assert desk.scalar("select source_service from intake.ticket") == "hdts"

    async def test_need_not_say_its_source(
        self, tickets_api: httpx.AsyncClient, desk: Desk, add_key: AddKey
    ) -> None:
        answer = await tickets_api.post("/tickets/", json=make_ticket(**FOR_JO), headers=add_key())
        assert answer.json()["source_service"] == "hdts"
        payload = desk.scalar("select payload from intake.outbox_event")
        assert payload["ticket"]["source_service"] == "hdts"

    @pytest.mark.parametrize("path", ["/send/", "/tickets/"])
    async def test_for_another_source_is_refused(
        self, tickets_api: httpx.AsyncClient, desk: Desk, add_key: AddKey, path: str
    ) -> None:
        body = make_ticket(source_service="ams", **FOR_JO)
        answer = await tickets_api.post(path, json=body, headers=add_key())
        assert answer.status_code == 403
        assert "'hdts'" in answer.json()["error"]
        assert "'ams'" in answer.json()["error"]
        assert desk.scalar("select count(*) from intake.ticket") == 0

    async def test_has_to_say_whose_ticket_it_is(
        self, tickets_api: httpx.AsyncClient, add_key: AddKey
    ) -> None:
        answer = await tickets_api.post("/tickets/", json=make_ticket(), headers=add_key())
        assert (answer.status_code, list(answer.json()["details"])) == (400, ["employee"])

    async def test_an_idempotency_key_is_the_senders_own(
        self, tickets_api: httpx.AsyncClient, add_key: AddKey, as_service: Headers
    ) -> None:
        senders = [add_key(), add_key(OTHER_KEY, "ams"), as_service, {"X-API-Key": KEY}]
        body = make_ticket(**FOR_JO)
        answers = [
            await tickets_api.post("/tickets/", json=body, headers=sender | {"Idempotency-Key": "one"})
            for sender in senders
        ]
        numbers = [answer.json()["ticket_id"] for answer in answers]
        assert len(set(numbers)) == 3
        assert numbers[0] == numbers[3]


class TestRefusedKey:
    async def send(self, tickets_api: httpx.AsyncClient, headers: Any) -> httpx.Response:
        body = make_ticket(source_service="hdts", **FOR_JO)
        return await tickets_api.post("/send/", json=body, headers=headers)

    @pytest.mark.parametrize("key", ["", "slk_unknown", KEY.upper(), f"{KEY} "[1:]])
    async def test_of_nobody(self, tickets_api: httpx.AsyncClient, add_key: AddKey, key: str) -> None:
        add_key()
        answer = await self.send(tickets_api, {"X-API-Key": key})
        assert (answer.status_code, answer.json()["code"]) == (401, "token_invalid")

    async def test_that_has_expired(self, tickets_api: httpx.AsyncClient, add_key: AddKey) -> None:
        answer = await self.send(tickets_api, add_key(expires_at="2026-01-01T00:00:00Z"))
        assert (answer.status_code, answer.json()["code"]) == (401, "token_invalid")
        assert "has expired" in answer.json()["error"]

    async def test_that_was_revoked_a_moment_ago(
        self, tickets_api: httpx.AsyncClient, desk: Desk, add_key: AddKey
    ) -> None:
        headers = add_key()
        assert (await self.send(tickets_api, headers)).status_code == 201
        desk.execute("update intake.api_key set revoked_at = now()")
        answer = await self.send(tickets_api, headers)
        assert (answer.status_code, answer.json()["code"]) == (401, "token_invalid")
        assert "was revoked" in answer.json()["error"]

    async def test_beside_a_token_names_the_conflict(
        self, tickets_api: httpx.AsyncClient, add_key: AddKey, as_service: Headers, as_admin: Headers
    ) -> None:
        key = add_key()
        cookie = {"Cookie": as_admin["Authorization"].replace("Bearer ", "access_token=")}
        for other in (as_service, as_admin, cookie):
            answer = await self.send(tickets_api, key | other)
            assert (answer.status_code, answer.json()["code"]) == (401, "token_invalid")
            assert "X-API-Key and a token were both sent" in answer.json()["error"]

    async def test_given_twice(self, tickets_api: httpx.AsyncClient, add_key: AddKey) -> None:
        add_key()
        answer = await self.send(tickets_api, [("X-API-Key", KEY), ("X-API-Key", KEY)])
        assert answer.status_code == 401

    async def test_comes_before_a_body_that_is_no_json(
        self, tickets_api: httpx.AsyncClient, add_key: AddKey
    ) -> None:
        kind = {"Content-Type": "application/json"}
        for headers, status in ((add_key(), 400), ({"X-API-Key": "slk_unknown"}, 401)):
            answer = await tickets_api.post("/send/", content=b"{", headers=headers | kind)
            assert answer.status_code == status


class TestUse:
    async def test_is_noted_once_a_minute(
        self, tickets_api: httpx.AsyncClient, desk: Desk, add_key: AddKey
    ) -> None:
        headers = add_key()
        posts = (tickets_api.post("/tickets/", json=make_ticket(**FOR_JO), headers=headers) for _ in range(8))
        assert {answer.status_code for answer in await asyncio.gather(*posts)} == {201}
        noted = desk.execute("select last_used_at, xmin::text from intake.api_key")
        await tickets_api.post("/tickets/", json=make_ticket(**FOR_JO), headers=headers)
        assert noted == desk.execute("select last_used_at, xmin::text from intake.api_key")
        assert noted[0]["last_used_at"] is not None
        desk.execute("update intake.api_key set last_used_at = now() - interval '61 seconds'")
        await tickets_api.post("/tickets/", json=make_ticket(**FOR_JO), headers=headers)
        assert desk.scalar("select last_used_at from intake.api_key") > noted[0]["last_used_at"]


@pytest.mark.parametrize("create", [create_workflow_api, create_ticket_service])
async def test_a_key_opens_nothing_else(create: Any, settings: ApiSettings, add_key: AddKey) -> None:
    headers = add_key()
    app = create(settings)
    opened, asked = set(), 0
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://api.test") as client:
            for route in walk(app.routes):
                address = route.path.replace("{", "").replace("}", "")
                for method in route.methods - {"HEAD"}:
                    answer = await client.request(method, address, json={}, headers=headers)
                    asked += 1
                    if answer.status_code != 401 and level_asked_by(route) is not Level.PUBLIC:
                        opened.add(f"{method} {route.path}")
    assert asked > 10
    assert opened == ({"POST /send/", "POST /tickets/"} if create is create_ticket_service else set())
