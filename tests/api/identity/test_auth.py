"""Who a request speaks for; every route under every caller is in `test_access_matrix.py`."""

from typing import Any

import httpx
import pytest

from api.main import create_ticket_service, create_workflow_api
from api.settings import ApiSettings
from tests.factories.desk import Desk, make_workflow
from tests.factories.tokens import ADMIN_ROLE, bearer, make_token
from tests.fixtures.services import ADMIN_ID, AGENT_ID

ADMIN_ONLY = {
    ("POST", "/workflows/"),
    ("POST", "/workflows/{workflow_id}/initialize/"),
    ("GET", "/analytics/forecast/volume/"),
}
NOWHERE = ApiSettings(database_url="postgresql://nowhere/none")


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

    async def test_counts_in_the_ticket_service_too(
        self, tickets_api: httpx.AsyncClient, desk: Desk, as_admin: dict[str, Any]
    ) -> None:
        role = desk.add_role("Admin", [ADMIN_ID])
        address = "/tickets/TX20260214000001/"
        assert (await tickets_api.delete(address, headers=as_admin)).status_code == 404
        desk.set_active(role, ADMIN_ID, is_active=False)
        assert (await tickets_api.delete(address, headers=as_admin)).status_code == 403

    async def test_of_a_deleted_role_is_withdrawn_too(
        self, api: httpx.AsyncClient, desk: Desk, as_admin: dict[str, Any]
    ) -> None:
        role = desk.add_role("Admin", [ADMIN_ID])
        desk.execute("update ops.role set deleted_at = now() where role_id = %s", role)
        assert (await api.post("/workflows/", json={}, headers=as_admin)).status_code == 403

    async def test_of_another_person_is_not_ones_own(
        self, api: httpx.AsyncClient, desk: Desk, as_admin: dict[str, Any]
    ) -> None:
        role = desk.add_role("Admin", [ADMIN_ID, AGENT_ID])
        desk.set_active(role, AGENT_ID, is_active=False)
        assert (await api.post("/workflows/", json={}, headers=as_admin)).status_code == 400


class TestDatabaseRole:
    def test_of_the_ticket_service_sees_only_what_was_withdrawn(self, desk: Desk) -> None:
        """Its views are all it reads of the Workflow API's schema."""
        readable = desk.execute(
            "select relname from pg_class join pg_namespace on pg_namespace.oid = relnamespace "
            "where nspname = 'ops' and relkind in ('r', 'v', 'p') "
            "and has_table_privilege('sluice_intake', pg_class.oid, 'select, insert, update, delete')"
        )
        names = {row["relname"] for row in readable}
        assert names == {"ended_session", "disabled_account", "withdrawn_role"}


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

    async def test_of_another_content_type_is_no_way_round(self, api: httpx.AsyncClient, token: str) -> None:
        """Browsers send these without asking first."""
        for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
            headers = {
                "Cookie": f"access_token={token}",
                "Origin": "http://evil.example",
                "Content-Type": kind,
            }
            answer = await api.post("/workflows/", content=b'{"name": "x"}', headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (403, "foreign_origin")

    async def test_loses_to_the_header(
        self, api: httpx.AsyncClient, token: str, as_agent: dict[str, Any]
    ) -> None:
        headers = {**as_agent, "Cookie": "access_token=garbage"}
        assert (await api.get("/workflows/", headers=headers)).status_code == 200
        headers = {"Authorization": "Bearer garbage", "Cookie": f"access_token={token}"}
        assert (await api.get("/workflows/", headers=headers)).status_code == 401


class TestHeader:
    @pytest.mark.parametrize(
        ("form", "status"),
        [
            ("Bearer {}", 200),
            ("bearer {}", 200),
            ("BEARER {}", 200),
            ("Bearer  {}", 401),
            ("Bearer\t{}", 401),
            ("Bearer{}", 401),
            ("Bearer", 401),
            ("Basic {}", 401),
            ("Bearer {0} {0}", 401),
            ("Bearer {0}, Bearer {0}", 401),
            ("{}", 401),
        ],
    )
    async def test_is_read_strictly(
        self, api: httpx.AsyncClient, settings: ApiSettings, form: str, status: int
    ) -> None:
        headers = {"Authorization": form.format(make_token(settings))}
        assert (await api.get("/workflows/", headers=headers)).status_code == status

    async def test_given_twice_is_refused(self, api: httpx.AsyncClient, settings: ApiSettings) -> None:
        header = ("Authorization", f"Bearer {make_token(settings)}")
        assert (await api.get("/workflows/", headers=[header, header])).status_code == 401

    async def test_of_a_megabyte_is_refused(self, api: httpx.AsyncClient) -> None:
        assert (await api.get("/workflows/", headers=bearer("a" * 1_000_000))).status_code == 401


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
