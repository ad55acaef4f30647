from typing import Any

import httpx
import pytest

from tests.api.workflows.conftest import AuditedActions
from tests.factories.desk import Desk, make_event, make_workflow
from tests.fixtures.services import LiveWorkflow

Headers = dict[str, Any]


@pytest.fixture
def address(workflow: LiveWorkflow) -> str:
    return f"/workflows/{workflow.workflow_id}/"


@pytest.fixture
async def other(admin: httpx.AsyncClient, workflow: LiveWorkflow) -> str:
    """A draft for another kind of ticket."""
    body = make_workflow(workflow.triage_role, workflow.repair_role, name="Other", category="Hardware")
    return f"/workflows/{(await admin.post('/workflows/', json=body)).json()['workflow_id']}/"


class TestOne:
    async def test_is_shown_with_its_graph_only_when_asked(
        self, admin: httpx.AsyncClient, address: str
    ) -> None:
        plain = await admin.get(address)
        assert (plain.headers["ETag"], plain.json()["version"], "graph" in plain.json()) == ('"2"', 2, False)
        graph = (await admin.get(f"{address}?include=graph")).json()["graph"]
        assert graph == (await admin.get(f"{address}graph/")).json()
        assert (await admin.get(f"{address}?include=everything")).status_code == 400

    async def test_is_found_by_name_whatever_its_capitals(
        self, admin: httpx.AsyncClient, workflow: LiveWorkflow
    ) -> None:
        found = await admin.get("/workflows/by-name/vpn%20ACCESS/")
        assert found.json()["workflow_id"] == workflow.workflow_id
        assert (await admin.get("/workflows/by-name/detail/")).status_code == 404


class TestUpdateDetails:
    async def test_changes_what_is_named_and_says_so_in_the_trail(
        self, admin: httpx.AsyncClient, address: str, audited: AuditedActions
    ) -> None:
        before = (await admin.get(address)).json()
        audited.since()
        body = {"description": "For VPN", "urgent_sla": "PT2H", "name": before["name"]}
        answer = await admin.put(f"{address}update-details/", json=body)
        assert (answer.status_code, answer.headers["ETag"]) == (200, '"3"')
        changed = {"description", "urgent_sla", "version", "updated_at"}
        after = answer.json()
        assert {field for field in before if before[field] != after[field]} == changed
        assert after["has_unpublished_changes"] is False
        promise = {"urgent_sla": {"old": "04:00:00", "new": "02:00:00"}}
        details = {"description": {"old": "", "new": "For VPN"}, **promise}
        assert audited.since() == [("update_workflow", details), ("update_sla", promise)]

    async def test_that_says_nothing_new_changes_nothing(
        self, admin: httpx.AsyncClient, address: str, audited: AuditedActions
    ) -> None:
        audited.since()
        body = {"name": "VPN access", "low_sla": "P3D", "status": "initialized"}
        answer = await admin.put(f"{address}update-details/", json=body)
        assert (answer.status_code, answer.json()["version"], audited.since()) == (200, 2, [])

    async def test_promises_the_new_sla_to_later_tickets_only(
        self, admin: httpx.AsyncClient, desk: Desk, address: str, as_service: Headers
    ) -> None:
        ticket = {"submit_date": None, "priority": "Low"}
        for number, sla in (("T-1", "72:00:00"), ("T-2", "60:00:00")):
            await admin.put(f"{address}update-details/", json={"low_sla": sla})
            event = make_event(number, ticket_number=number, **ticket)
            answer = await admin.post("/internal/tickets/ingest/", json=event, headers=as_service)
            assert answer.status_code == 202, answer.text
        lengths = desk.execute(
            "select (extract(epoch from target_resolution - sla_started_at) / 3600)::int as hours "
            "from ops.task order by task_id"
        )
        assert [row["hours"] for row in lengths] == [72, 60]

    async def test_pauses_and_resumes(
        self, admin: httpx.AsyncClient, address: str, as_service: Headers, audited: AuditedActions
    ) -> None:
        audited.since()
        paused = (await admin.put(f"{address}update-details/", json={"status": "Paused"})).json()
        assert (paused["status"], paused["is_published"], paused["active_version"]) == ("paused", False, 1)
        event = make_event()
        refused = await admin.post("/internal/tickets/ingest/", json=event, headers=as_service)
        assert refused.json()["task_id"] is None
        assert (await admin.post(f"{address}initialize/")).json()["code"] == "invalid_state"

        resumed = (await admin.put(f"{address}update-details/", json={"status": "initialized"})).json()
        assert (resumed["status"], resumed["version"]) == ("initialized", 4)
        assert [action for action, _ in audited.since()] == [
            "update_workflow",
            "pause_workflow",
            "update_workflow",
            "resume_workflow",
        ]

    async def test_refuses_to_pause_a_draft(self, admin: httpx.AsyncClient, other: str) -> None:
        for status in ("paused", "initialized"):
            answer = await admin.put(f"{other}update-details/", json={"status": status})
            assert (answer.status_code, answer.json()["code"]) == (409, "invalid_state")

    async def test_refuses_a_name_in_use(self, admin: httpx.AsyncClient, other: str) -> None:
        answer = await admin.put(f"{other}update-details/", json={"name": "vpn ACCESS"})
        assert (answer.status_code, answer.json()["code"]) == (409, "duplicate")
        assert "name" in answer.json()["error"]

    async def test_refuses_to_resume_for_tickets_that_another_takes_by_now(
        self, admin: httpx.AsyncClient, address: str, other: str
    ) -> None:
        await admin.put(f"{address}update-details/", json={"status": "paused"})
        await admin.put(f"{other}update-details/", json={"category": "TECHNOLOGY"})
        assert (await admin.post(f"{other}initialize/")).status_code == 200
        for body in ({"status": "initialized"}, {"status": "initialized", "description": "Mine again"}):
            answer = await admin.put(f"{address}update-details/", json=body)
            assert (answer.status_code, answer.json()["code"]) == (409, "duplicate")
            assert "sub_category" in answer.json()["error"]
        assert (await admin.get(address)).json()["description"] == ""

    async def test_clears_an_sla_of_a_draft_only(
        self, admin: httpx.AsyncClient, address: str, other: str
    ) -> None:
        body = {"high_sla": None}
        assert (await admin.put(f"{other}update-details/", json=body)).json()["high_sla"] is None
        answer = await admin.put(f"{address}update-details/", json=body)
        assert (answer.status_code, list(answer.json()["details"])) == (400, ["high_sla"])

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({"high_sla": "48:00:00"}, "high_sla"),
            ({"low_sla": "00:00:00"}, "low_sla"),
            ({"status": "deployed"}, "status"),
            ({"status": None}, "status"),
            ({"name": None}, "name"),
            ({"name": "x" * 65}, "name"),
            ({"department": " "}, "department"),
            ({"calendar_id": 77}, "calendar_id"),
            ({"end_logic": "explode"}, "end_logic"),
            ({"description": "a\u0000b"}, "description"),
        ],
    )
    async def test_refuses_what_cannot_be(
        self, admin: httpx.AsyncClient, address: str, body: dict[str, Any], field: str
    ) -> None:
        answer = await admin.put(f"{address}update-details/", json=body)
        assert (answer.status_code, answer.json()["code"]) == (400, "validation_failed")
        assert field in str(answer.json()["details"])
        assert (await admin.get(address)).json()["version"] == 2


class TestVersionSeen:
    async def test_is_compared_from_the_header_and_from_the_body(
        self, admin: httpx.AsyncClient, address: str
    ) -> None:
        body: dict[str, Any] = {"description": "Mine"}
        old = {"If-Match": '"1"'}
        for answer in (
            await admin.put(f"{address}update-details/", json=body, headers=old),
            await admin.put(f"{address}update-details/", json=body | {"version": 1}),
            await admin.put(f"{address}update-graph/", json={}, headers=old),
            await admin.put(f"{address}update-graph/", json={"version": 1}),
            await admin.delete(address, headers=old),
        ):
            assert (answer.status_code, answer.json()["code"]) == (409, "version_conflict")
        seen = {"If-Match": (await admin.get(address)).headers["ETag"]}
        assert (await admin.put(f"{address}update-details/", json=body, headers=seen)).status_code == 200


class TestDelete:
    async def test_takes_all_that_nothing_ran_on(
        self, admin: httpx.AsyncClient, desk: Desk, address: str, audited: AuditedActions
    ) -> None:
        audited.since()
        answer = await admin.delete(address)
        assert (answer.status_code, answer.content) == (204, b"")
        for table in ("workflow", "workflow_version", "step", "step_transition"):
            assert desk.scalar(f"select count(*) from ops.{table}") == 0
        assert audited.since() == [("delete_workflow", {"name": {"old": "VPN access", "new": None}})]
        assert (await admin.delete(address)).status_code == 404

    async def test_is_refused_once_a_task_ran_on_it_and_not_audited(
        self, admin: httpx.AsyncClient, address: str, as_service: Headers, audited: AuditedActions
    ) -> None:
        await admin.post("/internal/tickets/ingest/", json=make_event(), headers=as_service)
        audited.since()
        answer = await admin.delete(address)
        assert (answer.status_code, answer.json()["code"]) == (409, "workflow_in_use")
        assert audited.since() == []
        assert (await admin.get(address)).status_code == 200


class TestPermissions:
    async def test_agents_read_and_change_nothing(
        self, api: httpx.AsyncClient, workflow: LiveWorkflow, address: str, as_agent: Headers
    ) -> None:
        api.headers.update(as_agent)
        weights = f"/steps/weights/workflow/{workflow.workflow_id}/"
        step, transition = f"/steps/{workflow.triage}/", f"/transitions/{workflow.assign}/"
        for path in (address, f"{address}graph/", f"{address}versions/", step, transition, weights):
            assert (await api.get(path)).status_code == 200
        for path in (f"{address}update-details/", f"{address}update-graph/", step, weights):
            assert (await api.put(path, json={})).status_code == 403
        for path in ("/steps/", "/transitions/", f"{address}versions/1/rollback/"):
            assert (await api.post(path, json={})).status_code == 403
        for path in (address, step, transition):
            assert (await api.delete(path)).status_code == 403
