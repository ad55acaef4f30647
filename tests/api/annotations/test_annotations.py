"""Annotations: written by admins onto the days of the analytics, read by all of the staff."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import psycopg
import pytest

from tests.factories.desk import Desk
from tests.fixtures.services import ADMIN_ID, LiveWorkflow
from tests.fixtures.statements import StatementCount

Headers = dict[str, Any]
Write = Callable[..., Awaitable[dict[str, Any]]]
ANNOTATIONS = "/annotations/"
OUTAGE = {"kind": "outage", "title": "Mail gateway down", "first_day": "2026-02-14"}


@pytest.fixture
def write(api: httpx.AsyncClient, as_admin: Headers) -> Write:
    async def write(**changes: Any) -> dict[str, Any]:
        answer = await api.post(ANNOTATIONS, json=OUTAGE | changes, headers=as_admin)
        assert answer.status_code == 201, answer.text
        written: dict[str, Any] = answer.json()
        return written

    return write


async def titles(api: httpx.AsyncClient, headers: Headers, query: str = "") -> list[str]:
    answer = await api.get(f"{ANNOTATIONS}{query}", headers=headers)
    assert answer.status_code == 200, answer.text
    return [row["title"] for row in answer.json()["results"]]


class TestWriting:
    async def test_is_shown_to_all_of_the_staff(
        self, api: httpx.AsyncClient, write: Write, workflow: LiveWorkflow, as_agent: Headers
    ) -> None:
        written = await write(
            kind="Policy_Change", description=" New hours ", department="IT", workflow_id=workflow.workflow_id
        )
        assert (written["kind"], written["description"]) == ("policy_change", "New hours")
        assert (written["first_day"], written["last_day"], written["category"]) == ("2026-02-14", None, None)
        assert (written["created_by"], written["updated_by"]) == (ADMIN_ID, None)
        listed = (await api.get(ANNOTATIONS, headers=as_agent)).json()
        shown = (await api.get(f"{ANNOTATIONS}{written['annotation_id']}/", headers=as_agent)).json()
        assert listed["results"] == [shown] == [written]

    async def test_twice_with_one_key_is_once(
        self, api: httpx.AsyncClient, as_admin: Headers, desk: Desk
    ) -> None:
        headers = as_admin | {"Idempotency-Key": "one"}
        first, again = [await api.post(ANNOTATIONS, json=OUTAGE, headers=headers) for _ in range(2)]
        assert (first.status_code, again.status_code) == (201, 201)
        assert first.json() == again.json()
        assert desk.scalar("select count(*) from ops.annotation") == 1

    @pytest.mark.parametrize(
        ("changes", "field", "told"),
        [
            ({"last_day": "2026-02-13"}, "last_day", "before first_day 2026-02-14: swap them"),
            ({"first_day": "14.02.2026"}, "first_day", "write it as YYYY-MM-DD"),
            ({"kind": "party"}, "kind", "'outage'"),
            ({"title": "  "}, "title", "at least 1"),
            ({"title": "x" * 121}, "title", "at most 120"),
            ({"description": "x" * 2001}, "description", "at most 2000"),
            ({"department": ""}, "department", "at least 1"),
            ({"workflow_id": 77}, "workflow_id", "No workflow has the id 77"),
        ],
    )
    async def test_refuses_what_no_axis_can_show(
        self,
        *,
        api: httpx.AsyncClient,
        as_admin: Headers,
        write: Write,
        changes: dict[str, Any],
        field: str,
        told: str,
    ) -> None:
        written = await write()
        path = f"{ANNOTATIONS}{written['annotation_id']}/"
        for method, address, body in (("POST", ANNOTATIONS, OUTAGE | changes), ("PUT", path, changes)):
            answer = await api.request(method, address, json=body, headers=as_admin)
            assert answer.status_code == 400, answer.text
            assert told in answer.json()["details"][field][0]
        assert (await api.get(path, headers=as_admin)).json() == written

    def test_is_defended_by_the_database(self, desk: Desk) -> None:
        columns = "(kind, title, first_day, last_day)"
        for values in (
            "'party', 'A', '2026-02-14', null",
            "'outage', ' ', '2026-02-14', null",
            "'outage', 'A', '2026-02-14', '2026-02-13'",
        ):
            with pytest.raises(psycopg.errors.CheckViolation):
                desk.execute(f"insert into ops.annotation {columns} values ({values})")


class TestChanging:
    async def test_keeps_what_is_left_out_and_null_takes_away(
        self, api: httpx.AsyncClient, as_admin: Headers, write: Write
    ) -> None:
        written = await write(last_day="2026-02-15", department="IT", category="Email")
        path = f"{ANNOTATIONS}{written['annotation_id']}/"
        body = {"title": "All mail down", "kind": None, "last_day": None}
        changed = (await api.put(path, json=body, headers=as_admin)).json()
        assert changed == written | {
            "title": "All mail down",
            "last_day": None,
            "updated_by": ADMIN_ID,
            "updated_at": changed["updated_at"],
        }

    async def test_a_removed_one_is_gone_and_kept(
        self, api: httpx.AsyncClient, as_admin: Headers, write: Write, desk: Desk
    ) -> None:
        path = f"{ANNOTATIONS}{(await write())['annotation_id']}/"
        assert (await api.delete(path, headers=as_admin)).status_code == 204
        for method in ("GET", "PUT", "DELETE"):
            answer = await api.request(method, path, json={}, headers=as_admin)
            assert (answer.status_code, answer.json()["error"]) == (404, "Annotation not found")
        assert await titles(api, as_admin) == []
        assert desk.scalar("select count(*) from ops.annotation where deleted_at is not null") == 1

    async def test_goes_with_the_workflow_that_it_concerns(
        self, api: httpx.AsyncClient, as_admin: Headers, write: Write, workflow: LiveWorkflow
    ) -> None:
        await write(title="stays")
        await write(workflow_id=workflow.workflow_id)
        answer = await api.delete(f"/workflows/{workflow.workflow_id}/", headers=as_admin)
        assert answer.status_code == 204, answer.text
        assert await titles(api, as_admin) == ["stays"]

    async def test_is_audited_where_something_changes(
        self, api: httpx.AsyncClient, as_admin: Headers, write: Write
    ) -> None:
        path = f"{ANNOTATIONS}{(await write())['annotation_id']}/"
        for body in ({"title": OUTAGE["title"]}, {"last_day": "2026-02-20"}):
            await api.put(path, json=body, headers=as_admin)
        await api.delete(path, headers=as_admin)
        query = {"target_type": "Annotation", "ordering": "timestamp"}
        told = (await api.get("/audit/events/", params=query, headers=as_admin)).json()["results"]
        assert [event["action"] for event in told] == [
            "create_annotation",
            "update_annotation",
            "delete_annotation",
        ]
        assert told[0]["changes"]["first_day"] == {"old": None, "new": "2026-02-14"}
        assert told[1]["changes"] == {"last_day": {"old": None, "new": "2026-02-20"}}


class TestListing:
    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("", ["later", "days", "day"]),
            ("?start_date=2026-02-03", ["later", "days"]),
            ("?start_date=2026-02-05&end_date=2026-02-06", ["days"]),
            ("?end_date=2026-02-01", ["day"]),
            ("?start_date=2026-02-08&end_date=2026-02-09", []),
            ("?kind=release", ["later"]),
        ],
    )
    async def test_of_days_that_it_touches(
        self, api: httpx.AsyncClient, as_agent: Headers, write: Write, query: str, found: list[str]
    ) -> None:
        await write(title="later", first_day="2026-02-10", kind="release")
        await write(title="day", first_day="2026-02-01")
        await write(title="days", first_day="2026-02-02", last_day="2026-02-07")
        assert await titles(api, as_agent, query) == found

    async def test_of_a_part_shows_what_concerns_it_and_all(
        self, api: httpx.AsyncClient, as_agent: Headers, write: Write, workflow: LiveWorkflow
    ) -> None:
        await write(title="all")
        await write(title="it", department="IT")
        await write(title="mail", department="IT", category="Email")
        await write(title="flow", workflow_id=workflow.workflow_id)
        assert await titles(api, as_agent, "?department=IT") == ["flow", "mail", "it", "all"]
        assert await titles(api, as_agent, "?department=HR&category=Email") == ["flow", "all"]
        assert await titles(api, as_agent, "?workflow_id=9999") == ["mail", "it", "all"]

    async def test_in_pages_at_one_cost(
        self, api: httpx.AsyncClient, as_agent: Headers, write: Write, count_statements: StatementCount
    ) -> None:
        for day in range(1, 4):
            await write(title=f"{day}", first_day=f"2026-02-0{day}")
        costs = []
        for size in (1, 3):
            with count_statements() as statements:
                assert len(await titles(api, as_agent, f"?page_size={size}")) == size
            costs.append(len(statements))
        assert costs[0] == costs[1] <= 5
        answer = await api.get(f"{ANNOTATIONS}?page=2&page_size=2", headers=as_agent)
        assert [row["title"] for row in answer.json()["results"]] == ["1"]

    @pytest.mark.parametrize(
        ("query", "field"),
        [
            ("?start_date=2026-02-02&end_date=2026-02-01", "start_date"),
            ("?start_date=soon", "start_date"),
            ("?departement=IT", "departement"),
            ("?page=0", "page"),
        ],
    )
    async def test_refuses_what_it_does_not_know(
        self, api: httpx.AsyncClient, as_agent: Headers, query: str, field: str
    ) -> None:
        answer = await api.get(f"{ANNOTATIONS}{query}", headers=as_agent)
        assert answer.status_code == 400
        assert field in answer.json()["details"]
