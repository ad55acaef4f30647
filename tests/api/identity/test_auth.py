"""Who may call what: every path of both services, from the routes themselves."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from api.main import create_ticket_service, create_workflow_api
from api.settings import ApiSettings
from tests.factories.desk import Desk, make_workflow
from tests.factories.tokens import ADMIN_ROLE, bearer, make_token
from tests.fixtures.services import ADMIN_ID, AGENT_ID

PUBLIC = {"/", "/healthz/", "/readyz/", "/auth/token/", "/auth/refresh/"}
SERVICE_ONLY = {"/internal/tickets/ingest/"}
ADMIN_ONLY = {
    ("POST", "/workflows/"),
    ("POST", "/workflows/{workflow_id}/initialize/"),
    ("GET", "/analytics/forecast/volume/"),
}
NOWHERE = ApiSettings(database_url="postgresql://nowhere/none")


def protected_routes(app: Any) -> Iterator[tuple[str, str]]:
    for path, operations in app.openapi()["paths"].items():
        for method in operations:
            if path not in PUBLIC:
                yield method.upper(), path


WORKFLOW_ROUTES = sorted(protected_routes(create_workflow_api(NOWHERE)))
TICKET_ROUTES = sorted(protected_routes(create_ticket_service(NOWHERE)))


async def call(client: httpx.AsyncClient, route: tuple[str, str], **options: Any) -> httpx.Response:
    method, path = route
    for name in ("workflow_id", "task_id"):
        path = path.replace(f"{{{name}}}", "1")
    return await client.request(method, path, **options)


@pytest.fixture
def bad_headers(settings: ApiSettings) -> dict[str, dict[str, str]]:
    good = make_token(settings, roles=[ADMIN_ROLE])
    return {
        "unauthenticated": {},
        "token_invalid": bearer("garbage"),
        "token_expired": bearer(make_token(settings, roles=[ADMIN_ROLE], lifetime=timedelta(minutes=-5))),
        "wrong scheme": {"Authorization": f"Basic {good}"},
        "two spaces": {"Authorization": f"Bearer  {good}"},
    }


class TestEveryPath:
    async def test_refuses_whoever_has_no_good_token(
        self, api: httpx.AsyncClient, tickets_api: httpx.AsyncClient, bad_headers: dict[str, Any]
    ) -> None:
        routes = [(api, route) for route in WORKFLOW_ROUTES] + [
            (tickets_api, route) for route in TICKET_ROUTES
        ]
        assert len(routes) > 10
        for code, headers in bad_headers.items():
            for client, route in routes:
                answer = await call(client, route, headers=headers)
                assert answer.status_code == 401, (route, code, answer.text)
                if route[1] not in SERVICE_ONLY:
                    assert answer.json()["code"] == (code if " " not in code else "token_invalid")

    async def test_of_the_workflow_api_refuses_employees(
        self, api: httpx.AsyncClient, as_employee: dict[str, Any]
    ) -> None:
        for route in WORKFLOW_ROUTES:
            answer = await call(api, route, headers=as_employee)
            assert answer.status_code == (401 if route[1] in SERVICE_ONLY else 403), route

    async def test_for_admins_refuses_agents_and_lets_admins_in(
        self, api: httpx.AsyncClient, as_agent: dict[str, Any], as_admin: dict[str, Any]
    ) -> None:
        assert set(WORKFLOW_ROUTES) >= ADMIN_ONLY
        for route in WORKFLOW_ROUTES:
            if route[1] in SERVICE_ONLY:
                continue
            answer = await call(api, route, headers=as_agent)
            assert (answer.status_code == 403) == (route in ADMIN_ONLY), (route, answer.text)
            answer = await call(api, route, headers=as_admin)
            assert answer.status_code not in {401, 403, 500}, (route, answer.text)


class TestWithdrawnRole:
    async def test_stops_a_token_that_still_claims_it(
        self, api: httpx.AsyncClient, desk: Desk, as_admin: dict[str, Any]
    ) -> None:
        role = desk.add_role("Admin", [ADMIN_ID])
        assert (await api.post("/workflows/", json={}, headers=as_admin)).status_code == 400
        desk.set_active(role, ADMIN_ID, is_active=False)
        assert (await api.post("/workflows/", json={}, headers=as_admin)).status_code == 403

    async def test_leaves_another_claimed_admin_role_alone(
        self, api: httpx.AsyncClient, desk: Desk, settings: ApiSettings
    ) -> None:
        role = desk.add_role("Admin", [ADMIN_ID])
        desk.set_active(role, ADMIN_ID, is_active=False)
        both = [ADMIN_ROLE, {"system": "tts", "role": "Super Admin"}]
        headers = bearer(make_token(settings, user_id=ADMIN_ID, roles=both))
        assert (await api.post("/workflows/", json={}, headers=headers)).status_code == 400

    async def test_disabled_account_loses_every_role(
        self, api: httpx.AsyncClient, desk: Desk, as_admin: dict[str, Any]
    ) -> None:
        desk.execute(
            "insert into ops.user_account (user_type, user_id, username, full_name, is_active) "
            "values ('staff', %s, 'ana', 'Ana', false)",
            ADMIN_ID,
        )
        assert (await api.post("/workflows/", json={}, headers=as_admin)).status_code == 403


class TestCookie:
    @pytest.fixture
    def token(self, settings: ApiSettings) -> str:
        return make_token(settings, user_id=ADMIN_ID, roles=[ADMIN_ROLE])

    async def test_is_enough_to_read(self, api: httpx.AsyncClient, token: str) -> None:
        answer = await api.get("/workflows/", headers={"Cookie": f"access_token={token}"})
        assert answer.status_code == 200

    @pytest.mark.parametrize(
        ("origin", "status"),
        [("http://api.test", 400), ("http://evil.example", 403), ("null", 403), (None, 403)],
    )
    async def test_changes_things_only_from_our_own_pages(
        self, api: httpx.AsyncClient, token: str, origin: str | None, status: int
    ) -> None:
        headers = {"Cookie": f"access_token={token}"} | ({"Origin": origin} if origin else {})
        answer = await api.post("/workflows/", json={}, headers=headers)
        assert answer.status_code == status

    async def test_and_header_of_different_people_are_refused(
        self, api: httpx.AsyncClient, token: str, as_agent: dict[str, Any]
    ) -> None:
        answer = await api.get("/workflows/", headers={**as_agent, "Cookie": f"access_token={token}"})
        assert answer.status_code == 401

    async def test_planted_beside_another_is_refused(
        self, api: httpx.AsyncClient, token: str, settings: ApiSettings
    ) -> None:
        other = make_token(settings, user_id=AGENT_ID)
        cookies = f"access_token={token}; access_token={other}"
        assert (await api.get("/workflows/", headers={"Cookie": cookies})).status_code == 401


class TestServiceToken:
    async def test_of_a_person_does_not_open_the_internal_door(
        self, api: httpx.AsyncClient, as_admin: dict[str, Any]
    ) -> None:
        answer = await api.post("/internal/tickets/ingest/", json={}, headers=as_admin)
        assert answer.status_code == 401

    async def test_opens_no_other_door(self, api: httpx.AsyncClient, as_service: dict[str, Any]) -> None:
        answer = await api.post("/workflows/", json=make_workflow(1, 1), headers=as_service)
        assert answer.status_code == 401


def test_every_documented_refusal_has_the_error_body() -> None:
    for app in (create_workflow_api(NOWHERE), create_ticket_service(NOWHERE)):
        document = app.openapi()
        for path, operations in document["paths"].items():
            for operation in operations.values():
                for status, answer in operation["responses"].items():
                    assert status != "422", path
                    if status.startswith(("4", "5")):
                        schema = answer["content"]["application/json"]["schema"]
                        assert schema["$ref"].endswith("/ErrorBody"), path
