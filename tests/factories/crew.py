"""A desk with two people for everything, and what they do to tasks over the wire."""

from dataclasses import dataclass, field
from itertools import count
from typing import Any, Self

import httpx
import psycopg

from api.settings import ApiSettings
from tests.factories import histories
from tests.factories.desk import Desk, make_event, make_workflow
from tests.factories.tokens import ADMIN_ROLE, AGENT_ROLE, COORDINATOR_ROLE, bearer, make_token

ADMIN, STRANGER = 1, 99
MANAGERS, AGENTS, TECHNICIANS, COORDINATORS = (3, 6), (4, 5), (7, 8), (9, 10)
PEOPLE = (ADMIN, *MANAGERS, *AGENTS, *TECHNICIANS, *COORDINATORS, STRANGER)


@dataclass(frozen=True)
class Roles:
    agent: int
    technician: int
    manager: int
    coordinator: int


@dataclass
class Crew:
    """Triage by agents, Repair by technicians and back; both escalate to managers."""

    api: httpx.AsyncClient
    desk: Desk
    settings: ApiSettings
    roles: Roles
    workflow_id: int = 0
    triage: int = 0
    repair: int = 0
    assign: int = 0
    reject: int = 0
    numbers: "count[int]" = field(default_factory=lambda: count(1))

    @classmethod
    async def gather(cls, api: httpx.AsyncClient, desk: Desk, settings: ApiSettings) -> Self:
        roles = Roles(
            agent=desk.add_role("Agent", AGENTS),
            technician=desk.add_role("Technician", TECHNICIANS),
            manager=desk.add_role("Manager", MANAGERS),
            coordinator=desk.add_role("Ticket Coordinator", COORDINATORS, system="hdts"),
        )
        crew = cls(api, desk, settings, roles)
        body = make_workflow(roles.agent, roles.technician)
        for node in body["graph"]["nodes"]:
            node["escalate_to"] = roles.manager
        created = (await crew.send("POST", "/workflows/", ADMIN, body)).json()
        crew.workflow_id = created["workflow_id"]
        crew.triage, crew.repair = (created["temp_id_mapping"][key] for key in "ab")
        crew.assign, crew.reject = (edge["transition_id"] for edge in created["graph"]["edges"])
        answer = await crew.send("POST", f"/workflows/{crew.workflow_id}/initialize/", ADMIN)
        assert answer.status_code == 200, answer.text
        return crew

    def headers(self, user_id: int) -> dict[str, str]:
        role = {ADMIN: ADMIN_ROLE, **dict.fromkeys(COORDINATORS, COORDINATOR_ROLE)}.get(user_id, AGENT_ROLE)
        return bearer(make_token(self.settings, user_id=user_id, roles=[role]))

    async def send(
        self, method: str, path: str, user_id: int, body: Any = None, **headers: str
    ) -> httpx.Response:
        return await self.api.request(method, path, json=body, headers=self.headers(user_id) | headers)

    async def tell(self, **changes: Any) -> dict[str, Any]:
        """Tell of a ticket; each time by another event, and of another ticket unless its number is given."""
        number = next(self.numbers)
        event = make_event(f"event-{number}", **{"ticket_number": f"TX{number:014}"} | changes)
        token = self.settings.service_token.get_secret_value()
        answer = await self.api.post("/internal/tickets/ingest/", json=event, headers=bearer(token))
        assert answer.status_code == 202, answer.text
        result: dict[str, Any] = answer.json()
        return result

    async def new_task(self, **changes: Any) -> int:
        return int((await self.tell(**changes))["task_id"])

    async def move(
        self, task_id: int, transition_id: int | None, user_id: int | None = None
    ) -> httpx.Response:
        """Execute a transition as somebody, by default as who holds the task."""
        user_id = user_id or self.open_item(task_id)["user_id"]
        body = {"transition_id": transition_id, "notes": "done"}
        return await self.send("POST", f"/transitions/{task_id}/transition/", user_id, body)

    async def new_repair(self) -> int:
        task_id = await self.new_task()
        assert (await self.move(task_id, self.assign)).status_code == 200
        return task_id

    async def new_completed(self) -> int:
        task_id = await self.new_repair()
        assert (await self.move(task_id, None)).status_code == 200
        return task_id

    def task(self, task_id: int) -> dict[str, Any]:
        (row,) = self.desk.execute(
            "select task.*, ticket.ticket_number, ticket.status as ticket_status, ticket.is_task_allocated, "
            "owner.user_id as owner from ops.task join ops.ticket_snapshot ticket using (ticket_id) "
            "left join ops.role_user owner on owner.role_user_id = task.ticket_owner_id where task_id = %s",
            task_id,
        )
        return row

    def items(self, task_id: int) -> list[dict[str, Any]]:
        return self.desk.execute(
            "select item.*, member.user_id, member.role_id from ops.task_item item "
            "join ops.role_user member using (role_user_id) where task_id = %s order by task_item_id",
            task_id,
        )

    def open_item(self, task_id: int) -> dict[str, Any]:
        (row,) = (item for item in self.items(task_id) if item["closed_at"] is None)
        return row

    def told(self, task_id: int) -> list[str]:
        """List the kinds of a task's events in their order."""
        rows = self.desk.execute(
            "select kind from ops.task_event where task_id = %s order by task_event_id", task_id
        )
        return [row["kind"] for row in rows]

    def audited(self, task_id: int) -> list[tuple[str, int | None]]:
        """List what the audit trail holds of a task: the action and who did it."""
        rows = self.desk.execute(
            "select action, user_id from ops.audit_event where (target_type, target_id) = ('Task', %s) "
            "order by audit_event_id",
            task_id,
        )
        return [(row["action"], row["user_id"]) for row in rows]

    def contradictions(self) -> list[str]:
        """List where any task and its history disagree."""
        task_ids = [row["task_id"] for row in self.desk.execute("select task_id from ops.task")]
        with psycopg.connect(self.desk.database_url) as connection:
            return histories.contradictions(connection, task_ids)
