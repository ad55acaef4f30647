from typing import Any

import httpx
import pytest

from tests.factories.desk import Desk, make_workflow
from tests.fixtures.services import LiveWorkflow

Headers = dict[str, Any]


@pytest.fixture
def body(desk: Desk) -> dict[str, Any]:
    return make_workflow(desk.add_role("Agent", [4]), desk.add_role("Technician"))


class TestCreate:
    async def test_answers_with_the_graph_and_the_new_ids(
        self, api: httpx.AsyncClient, as_admin: Headers, body: dict[str, Any]
    ) -> None:
        answer = await api.post("/workflows/", json=body, headers=as_admin)
        assert answer.status_code == 201
        created = answer.json()
        assert (created["status"], created["low_sla"], created["user_id"]) == ("draft", "72:00:00", 1)
        ids = created["temp_id_mapping"]
        triage, repair = created["graph"]["nodes"]
        assert (triage["temp_id"], triage["step_id"], triage["role_name"]) == ("a", ids["a"], "Agent")
        assert (triage["is_start"], repair["is_end"]) == (True, True)
        assert created["graph"]["edges"][0]["from_step_id"] == ids["a"]

    async def test_reads_the_flat_form_with_the_older_keys(
        self, api: httpx.AsyncClient, as_admin: Headers, body: dict[str, Any]
    ) -> None:
        graph = {
            "nodes": [
                {
                    "id": "temp-1",
                    "name": "Triage",
                    "role": "agent",
                    "is_start": True,
                    "escalate_to": "Technician",
                },
                {"id": 2, "name": "Repair", "role": "Technician", "is_end": True},
            ],
            "edges": [{"from": "temp-1", "to": 2, "name": "Assign"}],
        }
        flat = {**body["workflow"], "low_sla": "P3D", "medium_sla": 172800, "graph": graph}
        created = (await api.post("/workflows/", json=flat, headers=as_admin)).json()
        assert (created["low_sla"], created["medium_sla"]) == ("72:00:00", "48:00:00")
        assert created["graph"]["nodes"][0]["escalate_to_name"] == "Technician"
        assert set(created["temp_id_mapping"]) == {"temp-1", "2"}

    async def test_assigns_nothing_it_was_not_asked_about(
        self, api: httpx.AsyncClient, as_admin: Headers, body: dict[str, Any]
    ) -> None:
        body["workflow"] |= {"workflow_id": 77, "status": "initialized", "version": 9, "user_id": 5}
        created = (await api.post("/workflows/", json=body, headers=as_admin)).json()
        assert created["workflow_id"] != 77
        assert (created["status"], created["version"], created["user_id"]) == ("draft", 1, 1)

    async def test_refuses_a_name_in_use(
        self, api: httpx.AsyncClient, as_admin: Headers, body: dict[str, Any]
    ) -> None:
        await api.post("/workflows/", json=body, headers=as_admin)
        body["workflow"]["name"] = "vpn ACCESS"
        answer = await api.post("/workflows/", json=body, headers=as_admin)
        assert (answer.status_code, answer.json()["code"]) == (409, "duplicate")

    async def test_with_one_key_creates_once(
        self, api: httpx.AsyncClient, as_admin: Headers, body: dict[str, Any]
    ) -> None:
        headers = {**as_admin, "Idempotency-Key": "key-1"}
        first = await api.post("/workflows/", json=body, headers=headers)
        second = await api.post("/workflows/", json=body, headers=headers)
        assert (first.status_code, first.text) == (second.status_code, second.text)


class TestRefusedCreate:
    @pytest.fixture
    def database_url(self, module_database_url: str) -> str:
        """Share one database: what is refused changes nothing."""
        return module_database_url

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("name", ""),
            ("name", " "),
            ("name", "x" * 65),
            ("name", None),
            ("name", "a\u0000b"),
            ("department", ""),
            ("high_sla", "90:00:00"),
            ("high_sla", "48:00:00"),
            ("low_sla", "-1:00:00"),
            ("low_sla", "00:00:00"),
            ("low_sla", "99999999:00:00"),
            ("low_sla", "4h"),
            ("low_sla", "24:60:60"),
            ("low_sla", 1e300),
            ("end_logic", "explode"),
        ],
    )
    async def test_refuses_a_field_that_cannot_be(
        self,
        *,
        api: httpx.AsyncClient,
        desk: Desk,
        as_admin: Headers,
        body: dict[str, Any],
        field: str,
        value: Any,
    ) -> None:
        body["workflow"][field] = value
        answer = await api.post("/workflows/", json=body, headers=as_admin)
        assert (answer.status_code, answer.json()["code"]) == (400, "validation_failed")
        assert answer.json()["details"]
        assert desk.scalar("select count(*) from ops.workflow") == 0

    @pytest.mark.parametrize(
        ("kind", "changes", "field"),
        [
            ("nodes", {"is_start": True}, "graph.nodes"),
            ("nodes", {"temp_id": "a"}, "graph.nodes"),
            ("nodes", {"role_id": 999}, "graph.nodes.1.role_id"),
            ("nodes", {"escalate_to": 999}, "graph.nodes.1.escalate_to"),
            ("nodes", {"auto_escalate": True}, "graph.nodes.1.auto_escalate"),
            ("nodes", {"weight": -1}, "graph.nodes.1.weight"),
            ("nodes", {"weight": 100}, "graph.nodes.1.weight"),
            ("nodes", {"weight": "0.5"}, "graph.nodes.1.weight"),
            ("nodes", {"order": "1 "}, "graph.nodes.1.order"),
            ("nodes", {"design": {"x": "NaN", "y": 1}}, "graph.nodes.1.design.x"),
            ("edges", {"to_temp_id": "b"}, "graph.edges.1"),
            ("edges", {"to_temp_id": "zz"}, "graph.edges.1"),
            ("edges", {"from_temp_id": "a", "to_temp_id": "b", "name": "assign"}, "graph.edges.1"),
        ],
    )
    async def test_refuses_a_graph_that_cannot_be_and_leaves_nothing(
        self, *, api: httpx.AsyncClient, desk: Desk, as_admin: Headers, body: dict[str, Any],
        kind: str, changes: dict[str, Any], field: str,
    ) -> None:  # fmt: skip
        body["graph"][kind][1] |= changes
        answer = await api.post("/workflows/", json=body, headers=as_admin)
        assert answer.status_code == 400
        assert field in answer.json()["details"]
        assert desk.scalar("select count(*) from ops.workflow") == 0

    @pytest.mark.parametrize("weight", ["NaN", "Infinity", "1e999"])
    async def test_refuses_numbers_that_are_none(
        self, api: httpx.AsyncClient, as_admin: Headers, body: dict[str, Any], weight: str
    ) -> None:
        body["graph"]["nodes"][0]["weight"] = 12345
        content = httpx.Request("POST", "http://x", json=body).content.replace(b"12345", weight.encode())
        headers = {**as_admin, "Content-Type": "application/json"}
        assert (await api.post("/workflows/", content=content, headers=headers)).status_code == 400

    async def test_refuses_ten_thousand_nodes(
        self, api: httpx.AsyncClient, as_admin: Headers, body: dict[str, Any]
    ) -> None:
        body["graph"]["nodes"] = [{"temp_id": n, "name": "n", "role_id": 1} for n in range(10_000)]
        assert (await api.post("/workflows/", json=body, headers=as_admin)).status_code == 400


class TestInitialize:
    async def test_freezes_a_version_once(
        self, api: httpx.AsyncClient, desk: Desk, workflow: LiveWorkflow, as_admin: Headers
    ) -> None:
        address = f"/workflows/{workflow.workflow_id}/initialize/"
        again = (await api.post(address, headers=as_admin, json={"notes": "again"})).json()
        assert (again["version"], again["created_version"]) == (1, False)
        assert "step 'Triage' has no role to escalate to" in again["warnings"]

        desk.execute("update ops.step set weight = 9 where step_id = %s", workflow.triage)
        changed = (await api.post(address, headers=as_admin)).json()
        assert (changed["version"], changed["created_version"]) == (2, True)
        assert desk.scalar("select count(*) from ops.workflow_version where is_active") == 1
        actions = desk.execute("select action from ops.audit_event order by audit_event_id")
        assert [row["action"] for row in actions] == [
            "create_workflow",
            "publish_workflow",
            "create_version",
            "publish_workflow",
            "create_version",
        ]

    async def test_says_everything_that_is_missing(
        self, api: httpx.AsyncClient, as_admin: Headers, body: dict[str, Any]
    ) -> None:
        del body["workflow"]["high_sla"]
        body["graph"]["nodes"][0]["is_start"] = False
        body["graph"]["nodes"][1]["is_end"] = False
        created = (await api.post("/workflows/", json=body, headers=as_admin)).json()
        answer = await api.post(f"/workflows/{created['workflow_id']}/initialize/", headers=as_admin)
        assert answer.status_code == 400
        assert answer.json()["details"] == {
            "graph": ["exactly one step must be the start, not 0", "no step is marked as an end"],
            "sla": ["high_sla is not set"],
        }

    @pytest.mark.parametrize("role", ["repair_role", "manager_role"])
    async def test_refuses_a_step_of_a_deleted_role(
        self, *, api: httpx.AsyncClient, desk: Desk, workflow: LiveWorkflow, as_admin: Headers, role: str
    ) -> None:
        roles = {"repair_role": workflow.repair_role, "manager_role": desk.add_role("Manager", [3])}
        address = f"/workflows/{workflow.workflow_id}/"
        escalating = {"nodes": [{"step_id": workflow.repair, "escalate_to": roles["manager_role"]}]}
        assert (await api.put(f"{address}update-graph/", json=escalating, headers=as_admin)).is_success
        desk.execute("update ops.role set deleted_at = now() where role_id = %s", roles[role])
        answer = await api.post(f"{address}initialize/", headers=as_admin)
        assert (answer.status_code, answer.json()["code"]) == (400, "validation_failed")
        problem = f"step 'Repair' needs role {roles[role]}, which was deleted"
        assert answer.json()["details"] == {"graph": [problem]}

    async def test_refuses_a_second_workflow_for_the_same_tickets(
        self, api: httpx.AsyncClient, workflow: LiveWorkflow, as_admin: Headers
    ) -> None:
        other = make_workflow(workflow.triage_role, workflow.repair_role, name="Other", department="it")
        created = (await api.post("/workflows/", json=other, headers=as_admin)).json()
        answer = await api.post(f"/workflows/{created['workflow_id']}/initialize/", headers=as_admin)
        assert (answer.status_code, answer.json()["code"]) == (409, "duplicate")

    async def test_refuses_a_version_that_is_not_the_last(
        self, api: httpx.AsyncClient, workflow: LiveWorkflow, as_admin: Headers
    ) -> None:
        headers = {**as_admin, "If-Match": '"1"'}
        answer = await api.post(f"/workflows/{workflow.workflow_id}/initialize/", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (409, "version_conflict")


class TestRead:
    async def test_detail_shows_the_workflow_and_its_graph(
        self, api: httpx.AsyncClient, workflow: LiveWorkflow, as_agent: Headers
    ) -> None:
        detail = (await api.get(f"/workflows/{workflow.workflow_id}/detail", headers=as_agent)).json()
        assert (detail["workflow"]["active_version"], detail["workflow"]["is_published"]) == (1, True)
        assert [node["design"] for node in detail["graph"]["nodes"]] == [
            {"x": -2, "y": -141.0},
            {"x": -2, "y": 61.0},
        ]
        handles = [edge["design"]["source_handle"] for edge in detail["graph"]["edges"]]
        assert handles == ["bottom", "right"]

    async def test_unknown_is_not_found(self, api: httpx.AsyncClient, as_agent: Headers) -> None:
        assert (await api.get("/workflows/999/detail/", headers=as_agent)).status_code == 404

    async def test_list_is_filtered_ordered_and_paged(
        self, api: httpx.AsyncClient, desk: Desk, as_agent: Headers
    ) -> None:
        desk.execute(
            "insert into ops.workflow (name, category, sub_category, department) "
            "select 'Flow ' || n, 'Category', 'Sub', 'Department ' || n %% 2 from generate_series(1, 25) n"
        )
        get = lambda query: api.get(f"/workflows/?{query}", headers=as_agent)  # noqa: E731 - one word for many calls
        page = (await get("page=2&page_size=10&ordering=-created_at&status=draft")).json()
        assert (page["count"], len(page["results"])) == (25, 10)
        assert "page=3" in page["next"]
        assert page["next"].startswith("http://api.test/workflows/?")
        assert "page=1" in page["previous"]
        assert (await get("department=department%201")).json()["count"] == 13
        desk.execute("update ops.workflow set category = 'ΣΟΦΟΣ' where name = 'Flow 7'")
        assert (await get("category=ΣΟΦΟΣ")).json()["count"] == 1
        assert (await get("search=flow%202")).json()["count"] == 7
        assert (await get("status=Draft")).json()["count"] == 25
        assert (await get("search=%25")).json()["count"] == 0
        assert (await get("search=_____________")).json()["count"] == 0
        assert len((await get("page_size=101")).json()["results"]) == 25
        assert (await get("page=4&page_size=10")).json()["code"] == "page_out_of_range"
        assert (await get("page=99999999999999")).status_code == 404


class TestRefusedList:
    @pytest.fixture
    def database_url(self, module_database_url: str) -> str:
        """Share one database: what is refused changes nothing."""
        return module_database_url

    @pytest.mark.parametrize(
        "query",
        [
            "page=0",
            "page=-1",
            "page=a",
            f"page={2**63}",
            "page=%D9%A3",
            "page_size=0",
            "ordering=password",
            "ordering=name;drop",
            "status=exploded",
            "status=",
            "search=%00",
            f"search={'x' * 10_000}",
        ],
    )
    async def test_list_refuses_what_it_cannot_read(
        self, api: httpx.AsyncClient, as_agent: Headers, query: str
    ) -> None:
        answer = await api.get(f"/workflows/?{query}", headers=as_agent)
        assert answer.status_code == 400
        assert answer.json()["details"]
