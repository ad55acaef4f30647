"""Every route of both services, called by everybody; a new route is called as soon as it exists."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from api.main import create_ticket_service, create_workflow_api
from api.settings import ApiSettings
from tests.api.identity.levels import (
    BEYOND_THE_INDEX,
    TICKET_SERVICE,
    WORKFLOW_API,
    Level,
    Operation,
    level_asked_by,
    levels_of,
    operation_of,
    walk,
)
from tests.api.identity.test_auth import ADMIN_ONLY
from tests.factories.tokens import ADMIN_ROLE, AGENT_ROLE, COORDINATOR_ROLE, bearer, make_token

NOWHERE = ApiSettings(database_url="postgresql://nowhere/none")
SERVICES = {"workflow": create_workflow_api, "tickets": create_ticket_service}
ADDED = {operation_of(*operation): Level.ADMIN for operation in ADMIN_ONLY}
TABLES = {
    "workflow": ADDED | levels_of(WORKFLOW_API, BEYOND_THE_INDEX),
    "tickets": levels_of(TICKET_SERVICE),
}
PEOPLE = {"employee", "agent", "coordinator", "admin"}
ADMITTED = {
    Level.PUBLIC: {"nobody", "garbage", "expired", "foreign", "service"} | PEOPLE,
    Level.PERSON: PEOPLE,
    Level.PERSON_OR_SERVICE: PEOPLE | {"service"},
    Level.STAFF: PEOPLE - {"employee"},
    Level.COORDINATOR: {"coordinator", "admin"},
    Level.ADMIN: {"admin"},
    Level.SERVICE: {"service"},
    Level.ADMIN_OR_SERVICE: {"admin", "service"},
}
JSON = {"Content-Type": "application/json"}


def operations(app: FastAPI) -> Iterator[tuple[Operation, Level]]:
    for route in walk(app.routes):
        for method in sorted(route.methods - {"HEAD"}):
            yield operation_of(method, route.path), level_asked_by(route)


@dataclass(frozen=True)
class Call:
    """One way to call a route: with any id, with one that is no id, with bodies of all kinds."""

    operation: Operation
    address: str
    body: bytes | None = None

    @classmethod
    def every(cls, operation: Operation) -> Iterator["Call"]:
        call = cls(operation, operation.path.replace("{}", "999999999"))
        yield call
        if "{}" in operation.path:
            yield replace(call, address=operation.path.replace("{}", "no-id"))
        if operation.method in {"POST", "PUT", "PATCH"}:
            yield replace(call, body=b"{}")
            yield replace(call, body=b"{")
            yield replace(call, body=b"\xff")
        else:
            yield replace(call, address=f"{call.address}?page=none&ordering=none")

    async def answer(self, client: httpx.AsyncClient, headers: dict[str, str]) -> httpx.Response:
        headers = headers | JSON | {"Idempotency-Key": "not a key", "If-Match": "not a version"}
        return await client.request(self.operation.method, self.address, content=self.body, headers=headers)


@pytest.fixture(params=sorted(SERVICES))
async def service(request: pytest.FixtureRequest, settings: ApiSettings) -> AsyncIterator[tuple[Any, ...]]:
    app = SERVICES[request.param](settings)
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://api.test") as client:
            yield client, list(operations(app)), TABLES[request.param]


@pytest.fixture
def headers_of(settings: ApiSettings) -> dict[str, dict[str, str]]:
    admin = make_token(settings, roles=[ADMIN_ROLE])
    elsewhere = settings.model_copy(update={"token_issuer": "somebody-else"})
    return {
        "nobody": {},
        "garbage": bearer(f"{admin}x"),
        "expired": bearer(make_token(settings, roles=[ADMIN_ROLE], lifetime=timedelta(minutes=-5))),
        "foreign": bearer(make_token(elsewhere, roles=[ADMIN_ROLE])),
        "employee": bearer(make_token(settings, user_type="employee", roles=[ADMIN_ROLE])),
        "agent": bearer(make_token(settings, roles=[AGENT_ROLE])),
        "coordinator": bearer(make_token(settings, roles=[COORDINATOR_ROLE])),
        "admin": bearer(admin),
        "service": bearer(settings.service_token.get_secret_value()),
    }


@pytest.mark.parametrize("name", sorted(SERVICES))
class TestEveryRoute:
    def test_stands_in_the_table(self, name: str) -> None:
        unknown = {operation for operation, _ in operations(SERVICES[name](NOWHERE))} - TABLES[name].keys()
        assert not unknown, "add these routes to tests/api/identity/levels.py"

    def test_names_its_level_in_its_signature(self, name: str) -> None:
        asked = dict(operations(SERVICES[name](NOWHERE)))
        assert len(asked) > 5
        assert asked == {operation: TABLES[name].get(operation, level) for operation, level in asked.items()}


@pytest.mark.parametrize("caller", ["nobody", "garbage", "expired", "foreign", "service", *sorted(PEOPLE)])
async def test_every_route_judges_the_caller_before_the_request(
    service: tuple[httpx.AsyncClient, list[tuple[Operation, Level]], dict[Operation, Level]],
    headers_of: dict[str, dict[str, str]],
    caller: str,
) -> None:
    client, routes, table = service
    codes = {"nobody": "unauthenticated", "expired": "token_expired"}
    for operation, asked in routes:
        level = table.get(operation, asked)
        for call in Call.every(operation):
            answer = await call.answer(client, headers_of[caller])
            told = (call, answer.status_code, answer.text)
            if caller in ADMITTED[level]:
                assert answer.status_code < 500 or operation.path.startswith("/analytics/"), told
                assert answer.status_code != 403, told
                assert answer.status_code != 401 or level is Level.PUBLIC, told
            elif caller in PEOPLE and level is not Level.SERVICE:
                assert (answer.status_code, answer.json()["code"]) == (403, "forbidden"), told
            else:
                assert answer.status_code == 401, told
                if level is not Level.SERVICE:
                    assert answer.json()["code"] == codes.get(caller, "token_invalid"), told
                assert answer.headers["www-authenticate"] == "Bearer", told
