from typing import Any

import httpx
import pytest

from tests.api.workflows.conftest import AuditedActions
from tests.factories.desk import Desk
from tests.fixtures.services import LiveWorkflow


@pytest.fixture
def address(workflow: LiveWorkflow) -> str:
    return f"/workflows/{workflow.workflow_id}/"


@pytest.fixture
async def second(admin: httpx.AsyncClient, workflow: LiveWorkflow, address: str) -> dict[str, Any]:
    """The graph of version 2: repair is gone, a check stands in its place, and it is the start."""
    body = {
        "nodes": [
            {"step_id": workflow.repair, "to_delete": True},
            {"step_id": workflow.triage, "name": "Sorting", "is_start": False, "weight": 3},
            {"temp_id": "c", "name": "Check", "role": "Technician", "is_start": True, "is_end": True},
        ],
        "edges": [
            {"from_temp_id": "c", "to_step_id": workflow.triage, "name": "Back"},
            {"from_step_id": workflow.triage, "to_temp_id": "c", "name": "Assign"},
        ],
    }
    answer = await admin.put(f"{address}update-graph/", json=body)
    assert answer.status_code == 200, answer.text
    initialized = await admin.post(f"{address}initialize/", json={"notes": "Checked first"})
    assert initialized.json()["version"] == 2, initialized.text
    graph: dict[str, Any] = (await admin.get(f"{address}graph/")).json()
    return graph


@pytest.mark.usefixtures("second")
class TestRead:
    async def test_lists_the_newest_first(self, admin: httpx.AsyncClient, address: str) -> None:
        page = (await admin.get(f"{address}versions/")).json()
        keys = ("version", "is_active", "notes", "step_count", "transition_count", "created_by")
        assert [[row[key] for key in keys] for row in page["results"]] == [
            [2, True, "Checked first", 2, 2, 1],
            [1, False, "", 2, 2, 1],
        ]
        assert (await admin.get("/workflows/999/versions/")).status_code == 404

    async def test_shows_what_was_frozen(
        self, admin: httpx.AsyncClient, workflow: LiveWorkflow, address: str
    ) -> None:
        first = (await admin.get(f"{address}versions/1/")).json()
        assert [node["label"] for node in first["definition"]["nodes"]] == ["Triage", "Repair"]
        assert first["definition"]["metadata"]["workflow_id"] == workflow.workflow_id
        graph = (await admin.get(f"{address}graph/?version=1")).json()
        assert [node["name"] for node in graph["nodes"]] == ["Triage", "Repair"]
        for path in (f"{address}versions/3/", f"{address}graph/?version=3"):
            assert (await admin.get(path)).status_code == 404
        assert (await admin.get(f"{address}graph/?version=0")).status_code == 400


class TestRollback:
    async def test_revives_what_was_deleted_under_its_ids(
        self, *, admin: httpx.AsyncClient, address: str, second: dict[str, Any], audited: AuditedActions
    ) -> None:
        audited.since()
        frozen = (await admin.get(f"{address}graph/?version=1")).json()
        answer = await admin.post(f"{address}versions/1/rollback/")
        assert (answer.status_code, answer.headers["ETag"]) == (200, '"5"')
        assert answer.json()["graph"] == frozen
        shown = answer.json()["workflow"]
        assert (shown["has_unpublished_changes"], shown["active_version"]) == (True, 2)
        assert [action for action, _ in audited.since()] == ["rollback_workflow"]

        forth = (await admin.post(f"{address}versions/2/rollback/")).json()
        assert (forth["graph"], forth["workflow"]["has_unpublished_changes"]) == (second, False)

    @pytest.mark.usefixtures("second")
    async def test_serves_tickets_once_initialized(self, admin: httpx.AsyncClient, address: str) -> None:
        await admin.post(f"{address}versions/1/rollback/")
        initialized = (await admin.post(f"{address}initialize/")).json()
        assert (initialized["version"], initialized["created_version"]) == (3, True)
        first, third = [(await admin.get(f"{address}versions/{n}/")).json() for n in (1, 3)]
        assert first["definition_hash"] == third["definition_hash"]

    @pytest.mark.usefixtures("second")
    async def test_to_the_graph_as_it_is_changes_nothing(
        self, admin: httpx.AsyncClient, address: str, audited: AuditedActions
    ) -> None:
        audited.since()
        answer = await admin.post(f"{address}versions/2/rollback/")
        assert (answer.json()["workflow"]["version"], audited.since()) == (4, [])

    @pytest.mark.usefixtures("second")
    async def test_is_refused_when_it_cannot_be(
        self, admin: httpx.AsyncClient, desk: Desk, workflow: LiveWorkflow, address: str
    ) -> None:
        assert (await admin.post(f"{address}versions/3/rollback/")).status_code == 404
        assert (await admin.post("/workflows/999/versions/1/rollback/")).status_code == 404
        old = {"If-Match": '"1"'}
        assert (await admin.post(f"{address}versions/1/rollback/", headers=old)).status_code == 409
        desk.execute("update ops.role set deleted_at = now() where role_id = %s", workflow.repair_role)
        gone = await admin.post(f"{address}versions/1/rollback/")
        assert (gone.status_code, gone.json()["code"]) == (409, "invalid_state")
        assert "Repair" in gone.json()["details"]["graph"][0]


class TestNewVersion:
    async def test_is_made_for_another_graph_only(
        self, admin: httpx.AsyncClient, desk: Desk, workflow: LiveWorkflow, address: str
    ) -> None:
        await admin.put(f"{address}update-details/", json={"name": "Remote access", "low_sla": "80:00:00"})
        desk.execute("update ops.role set name = 'Helper' where role_id = %s", workflow.triage_role)
        assert (await admin.post(f"{address}initialize/")).json()["created_version"] is False
        await admin.put(f"/steps/{workflow.triage}/", json={"instruction": "Ask first"})
        assert (await admin.post(f"{address}initialize/")).json()["version"] == 2
