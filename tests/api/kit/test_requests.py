import json
from typing import Any

import httpx
import pytest

from api.kit.requests import MAX_BODY_BYTES
from api.settings import ApiSettings
from tests.factories.desk import Desk


class TestAddress:
    @pytest.fixture
    def database_url(self, module_database_url: str) -> str:
        """Share one database: what is refused changes nothing."""
        return module_database_url

    @pytest.mark.parametrize("path", ["/healthz", "/healthz/", "/readyz", "/docs", "/docs/", "/openapi.json"])
    async def test_is_answered_with_and_without_the_slash(self, api: httpx.AsyncClient, path: str) -> None:
        assert (await api.get(path)).status_code == 200

    async def test_root_names_the_parts(self, api: httpx.AsyncClient) -> None:
        root = (await api.get("/")).json()
        assert root["version"] == "1.0"
        assert root["workflows"] == "http://api.test/workflows/"
        assert set(root) >= {"tickets", "tasks", "transitions", "roles", "steps", "analytics", "docs"}

    @pytest.mark.parametrize(
        ("method", "path", "status"), [("GET", "/nowhere", 404), ("DELETE", "/healthz", 405)]
    )
    async def test_that_is_none_gets_the_error_body(
        self, api: httpx.AsyncClient, method: str, path: str, status: int
    ) -> None:
        answer = await api.request(method, path)
        assert answer.status_code == status
        assert set(answer.json()) == {"error", "details", "code", "request_id"}

    @pytest.mark.parametrize(
        ("method", "path", "allowed"),
        [
            ("GET", "/tasks/transfer/", "POST"),
            ("DELETE", "/tasks/my-tasks/", "GET"),
            ("PUT", "/tasks/all-tasks", "GET"),
            ("OPTIONS", "/tickets/assign-task/", "POST"),
            ("PATCH", "/tasks/1/", "DELETE, GET, PUT"),
            ("POST", "/docs/assets/swagger-ui.css", "GET, HEAD"),
        ],
    )
    async def test_that_is_spelled_out_is_no_id(
        self, api: httpx.AsyncClient, as_admin: dict[str, Any], method: str, path: str, allowed: str
    ) -> None:
        answer = await api.request(method, path, headers=as_admin)
        assert (answer.status_code, answer.headers["allow"]) == (405, allowed)
        assert answer.json()["code"] == "method_not_allowed"

    async def test_of_an_unknown_word_is_a_poor_id(
        self, api: httpx.AsyncClient, as_agent: dict[str, Any]
    ) -> None:
        answer = await api.get("/tasks/abc/", headers=as_agent)
        assert answer.status_code == 400
        assert answer.json()["details"] == {"task_id": ["'abc' is not a whole number: give the id in digits"]}


class TestRequestId:
    @pytest.fixture
    def database_url(self, module_database_url: str) -> str:
        """Share one database: what is refused changes nothing."""
        return module_database_url

    async def test_is_echoed(self, api: httpx.AsyncClient) -> None:
        answer = await api.get("/workflows/", headers={"X-Request-ID": "abc-1"})
        assert answer.headers["x-request-id"] == "abc-1"
        assert answer.json()["request_id"] == "abc-1"

    @pytest.mark.parametrize("given", ["", "a b", "x" * 65, "<script>"])
    async def test_is_made_up_when_none_fit_to_log_was_given(
        self, api: httpx.AsyncClient, given: str
    ) -> None:
        answer = await api.get("/healthz", headers={"X-Request-ID": given})
        assert answer.headers["x-request-id"] not in {"", given}


class TestBody:
    @pytest.fixture
    def database_url(self, module_database_url: str) -> str:
        """Share one database: what is refused changes nothing."""
        return module_database_url

    @pytest.fixture
    def headers(self, as_admin: dict[str, Any]) -> dict[str, Any]:
        return {**as_admin, "Content-Type": "application/json"}

    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"{",
            b"[]",
            b"null",
            b"\xff\xfe",
            b'{"name": "\\ud800"}',
            b'{"name": "\\u0000"}',
            b"[" * 10_000 + b"]" * 10_000,
            json.dumps({"dynamic": [[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]}).encode(),
            b'{"weight": ' + b"9" * 5000 + b"}",
        ],
    )
    async def test_that_cannot_be_read_is_refused(
        self, api: httpx.AsyncClient, headers: dict[str, Any], content: bytes
    ) -> None:
        answer = await api.post("/workflows/", content=content, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (400, "validation_failed")

    async def test_that_breaks_off_is_told_of_as_the_body(
        self, api: httpx.AsyncClient, headers: dict[str, Any]
    ) -> None:
        answer = await api.post("/workflows/", content=b'{"name": "VPN', headers=headers)
        told = "The body is no JSON from character 9 on: send valid JSON"
        assert answer.json()["details"] == {"body": [told]}

    @pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32-be", "latin-1"])
    async def test_that_is_not_utf8_is_refused_to_whom_may_send_it(
        self, api: httpx.AsyncClient, headers: dict[str, Any], encoding: str
    ) -> None:
        content = '{"name": "Pr\u00fcfung"}'.encode(encoding)
        kind = {"Content-Type": "application/json"}
        for path in ("/workflows/", "/auth/token/"):
            answer = await api.post(path, content=content, headers=headers)
            assert (answer.status_code, list(answer.json()["details"])) == (400, ["body"]), path
        assert (await api.post("/workflows/", content=content, headers=kind)).status_code == 401

    async def test_of_another_content_type_is_refused(
        self, api: httpx.AsyncClient, as_admin: dict[str, Any]
    ) -> None:
        headers = {**as_admin, "Content-Type": "text/plain"}
        assert (await api.post("/workflows/", content=b"{}", headers=headers)).status_code == 400

    async def test_too_large_is_refused_in_one_sentence(
        self, api: httpx.AsyncClient, headers: dict[str, Any]
    ) -> None:
        async def chunks() -> Any:
            for _ in range(MAX_BODY_BYTES // 65_536 + 1):
                yield b" " * 65_536

        for content in (b" " * (MAX_BODY_BYTES + 1), chunks()):
            answer = await api.post("/workflows/", content=content, headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


class TestDatabaseAway:
    async def test_is_503_and_says_when_to_come_back(
        self, api: httpx.AsyncClient, desk: Desk, settings: ApiSettings, as_agent: dict[str, Any]
    ) -> None:
        name = settings.database_url.partition("?")[0].rpartition("/")[2]
        elsewhere = type(desk)(settings.database_url.replace(f"/{name}", "/postgres", 1))
        assert (await api.get("/workflows/", headers=as_agent)).status_code == 200
        elsewhere.execute(f"alter database {name} allow_connections false")
        elsewhere.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", name)
        answer = await api.get("/workflows/", headers=as_agent)
        assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
        assert answer.headers["retry-after"]
        assert (await api.get("/readyz")).status_code == 503
        assert (await api.get("/healthz")).status_code == 200
        elsewhere.execute(f"alter database {name} allow_connections true")
        assert (await api.get("/workflows/", headers=as_agent)).status_code == 200

    async def test_not_migrated_is_not_ready(self, api: httpx.AsyncClient, desk: Desk) -> None:
        desk.execute("update public.alembic_version set version_num = 'older'")
        answer = await api.get("/readyz/")
        assert answer.status_code == 503
        assert "sluice migrate" in answer.json()["error"]


async def test_a_fault_of_ours_tells_nothing(
    api: httpx.AsyncClient, desk: Desk, as_agent: dict[str, Any]
) -> None:
    desk.execute("alter table ops.workflow rename column name to title")
    answer = await api.get("/workflows/", headers=as_agent)
    assert answer.status_code == 500
    assert answer.json()["error"] == "Something went wrong on our side"
    assert "title" not in answer.text
