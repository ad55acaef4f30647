"""A desk reached only over the wire: a served Workflow API, its people, and the things they make."""

from dataclasses import dataclass
from itertools import count
from typing import Any

import httpx

from api.settings import ApiSettings
from tests.factories.desk import Desk, make_event
from tests.factories.tokens import ADMIN_ROLE, AGENT_ROLE, COORDINATOR_ROLE, bearer, make_token

ADMIN, MANAGER, AGENT, TECHNICIAN, SECOND_TECHNICIAN, COORDINATOR, STRANGER = 1, 3, 4, 7, 8, 9, 99
_ROLES = {"admin": (ADMIN, ADMIN_ROLE), "coordinator": (COORDINATOR, COORDINATOR_ROLE)}
_AGENTS = {
    "manager": MANAGER,
    "agent": AGENT,
    "technician": TECHNICIAN,
    "second technician": SECOND_TECHNICIAN,
    "stranger": STRANGER,
}


def headers_of(settings: ApiSettings) -> dict[str, dict[str, str]]:
    """Headers of each person by the name they have in these tests; `nobody` has none."""
    people = _ROLES | {name: (user_id, AGENT_ROLE) for name, user_id in _AGENTS.items()}
    headers = {
        name: bearer(make_token(settings, user_id=user_id, roles=[role]))
        for name, (user_id, role) in people.items()
    }
    employee = make_token(settings, user_id=AGENT, user_type="employee", roles=[])
    return headers | {
        "nobody": {},
        "employee": bearer(employee),
        "service": bearer(settings.service_token.get_secret_value()),
    }


def name_of(user_id: int) -> str:
    return next(name for name, known in _AGENTS.items() if known == user_id)


@dataclass(frozen=True)
class Workflow:
    workflow_id: int
    name: str
    department: str
    triage: int
    repair: int
    assign: int
    reject: int


class World:
    """Two steps, Triage (agent) and Repair (technicians), escalated to the manager, owned by Cora."""

    def __init__(self, client: httpx.Client, settings: ApiSettings, desk: Desk) -> None:
        self.client = client
        self.settings = settings
        self.desk = desk
        self.headers = headers_of(settings)
        self.numbers = count(1)
        self.triage_role = desk.add_role("Agent", [AGENT])
        self.repair_role = desk.add_role("Technician", [TECHNICIAN, SECOND_TECHNICIAN])
        self.manager_role = desk.add_role("Manager", [MANAGER])
        self.lonely_role = desk.add_role("Lonely")
        desk.add_role("Ticket Coordinator", [COORDINATOR, COORDINATOR + 1], system="hdts")
        self.workflow = self.new_workflow()

    def call(self, method: str, path: str, who: str = "agent", **options: Any) -> httpx.Response:
        headers = self.headers[who] | options.pop("headers", {})
        return self.client.request(method, path, headers=headers, **options)

    def get(self, path: str, who: str = "agent", **options: Any) -> httpx.Response:
        return self.call("GET", path, who, **options)

    def post(self, path: str, body: Any = None, who: str = "admin", **options: Any) -> httpx.Response:
        return self.call("POST", path, who, json=body, **options)

    def put(self, path: str, body: Any, who: str = "admin", **options: Any) -> httpx.Response:
        return self.call("PUT", path, who, json=body, **options)

    def delete(self, path: str, who: str = "admin", **options: Any) -> httpx.Response:
        return self.call("DELETE", path, who, **options)

    def made(self, answer: httpx.Response) -> Any:
        assert answer.is_success, answer.text
        return answer.json()

    def graph(self) -> dict[str, Any]:
        triage = {"temp_id": "a", "name": "Triage", "role_id": self.triage_role, "is_start": True}
        repair = {"temp_id": "b", "name": "Repair", "role_id": self.repair_role, "is_end": True}
        shares = {"escalate_to": self.manager_role, "description": "", "instruction": "Look first"}
        return {
            "nodes": [triage | shares | {"weight": 0.25}, repair | shares | {"weight": 0.75}],
            "edges": [
                {"from_temp_id": "a", "to_temp_id": "b", "name": "Assign"},
                {"from_temp_id": "b", "to_temp_id": "a", "name": "Reject"},
            ],
        }

    def draft(self, **changes: Any) -> dict[str, Any]:
        """Body of a workflow that no other has the name or the department of."""
        number = next(self.numbers)
        fields = {
            "name": f"VPN access {number}",
            "category": "Technology",
            "sub_category": "Access",
            "department": f"IT {number}",
            "low_sla": "72:00:00",
            "medium_sla": "48:00:00",
            "high_sla": "24:00:00",
            "urgent_sla": "04:00:00",
        }
        return {"workflow": fields | changes, "graph": self.graph()}

    def new_draft(self, **changes: Any) -> dict[str, Any]:
        made: dict[str, Any] = self.made(self.post("/workflows/", self.draft(**changes)))
        return made

    def new_workflow(self, **changes: Any) -> Workflow:
        created = self.new_draft(**changes)
        self.made(self.post(f"/workflows/{created['workflow_id']}/initialize/"))
        steps = created["temp_id_mapping"]
        assign, reject = (edge["transition_id"] for edge in created["graph"]["edges"])
        return Workflow(
            created["workflow_id"],
            created["name"],
            created["department"],
            steps["a"],
            steps["b"],
            assign,
            reject,
        )

    def ingest(self, **changes: Any) -> dict[str, Any]:
        """Take a ticket in that no other has the number of; by default one that the workflow is for."""
        number = next(self.numbers)
        event = make_event(
            changes.pop("event_id", f"walk-{number}"),
            **{
                "ticket_number": f"TX20260214{number:06}",
                "department": self.workflow.department,
                "category": "Technology",
                "requester": {"id": AGENT, "name": "Jo S", "email": "jo@x.org"},
            }
            | changes,
        )
        taken: dict[str, Any] = self.made(self.post("/internal/tickets/ingest/", event, "service"))
        return taken

    def new_task(self, **changes: Any) -> int:
        task_id: int = self.ingest(**changes)["task_id"]
        return task_id

    def new_repair(self) -> int:
        """A task that has been triaged and waits for a technician."""
        task_id = self.new_task()
        self.made(self.transition(task_id, self.workflow.assign))
        return task_id

    def new_completed_task(self) -> int:
        task_id = self.new_task()
        moved = self.made(self.transition(task_id, self.workflow.assign))
        self.made(self.transition(task_id, None, name_of(moved["assigned_items"][0]["user_id"])))
        return task_id

    def transition(self, task_id: int, transition_id: int | None, who: str = "agent") -> httpx.Response:
        body = {"transition_id": transition_id, "notes": "Looked at it"}
        return self.post(f"/transitions/{task_id}/transition/", body, who)

    def open_item(self, task_id: int) -> dict[str, Any]:
        items = self.made(self.get(f"/tasks/{task_id}/"))["assigned_users"]
        return next(item for item in items if item["status"] in {"new", "in progress"})

    def assignee(self, task_id: int) -> str:
        """Name, as in these tests, of the person whose turn it is."""
        return name_of(self.open_item(task_id)["user_id"])
