"""Two services in this process, a person on each side, and messages between them that come as they may."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import psycopg
from psycopg.rows import dict_row

from api.main import create_ticket_service, create_workflow_api
from api.settings import ApiSettings
from api.worker.context import INGEST_PATH, NEWS_PATH
from tests.factories.crew import ADMIN, Crew
from tests.factories.desk import Desk, make_ticket
from tests.factories.tokens import bearer, make_token

EMPLOYEE = 1000
OUTBOXES = {"intake": ("ticket_id", INGEST_PATH), "ops": ("ticket_number", NEWS_PATH)}
# A step that a status of the time does not allow is refused; that is an outcome like any other.
REFUSALS = {400, 403, 404, 409}
DECIDED_BY_REQUESTER = {
    "withdraw": {"status": "Withdrawn"},
    "close": {"status": "Closed"},
    "reopen": {"status": "In Progress"},
}
DECIDED_BY_DESK = {
    "raise priority": {"priority": "Critical"},
    "begin": {"status": "In Progress"},
    "wait": {"status": "On Hold"},
    "turn down": {"status": "Rejected", "rejection_reason": "No such thing"},
}
WORKED = ("assign", "send back", "finish", "toggle hold", "cancel", "change owner")
AT_ITS_MASTER = (*DECIDED_BY_REQUESTER, *DECIDED_BY_DESK, "delete")


@dataclass(frozen=True)
class Message:
    """An event as the worker would hand it over."""

    outbox: str
    payload: dict[str, Any]


@dataclass
class Pair:
    """Both services on one database, and what is known of the messages between them."""

    desk: "OpenDesk"
    settings: ApiSettings
    crew: Crew
    ticket_service: httpx.AsyncClient
    delivered: list[Message] = field(default_factory=list)

    async def create(self) -> str:
        """Take a ticket in; returns its number."""
        self.delivered = []
        answer = await self._ask(self.ticket_service, "POST", "/tickets/", self._as_requester, make_ticket())
        return str(answer.json()["ticket_id"])

    async def take_step(self, number: str, step: str) -> int:
        """Do something to a ticket on either side; returns how it was answered."""
        if step in WORKED:
            return await self._work(number, step)
        path = f"/tickets/{number}/"
        if step == "delete":
            answer = await self._ask(self.ticket_service, "DELETE", path, self.crew.headers(ADMIN))
        elif step in DECIDED_BY_REQUESTER:
            body = DECIDED_BY_REQUESTER[step]
            answer = await self._ask(self.ticket_service, "PUT", path, self._as_requester, body)
        else:
            body = DECIDED_BY_DESK[step]
            answer = await self._ask(self.ticket_service, "PUT", path, self.crew.headers(ADMIN), body)
        return answer.status_code

    async def _work(self, number: str, step: str) -> int:
        task = self.newest_task(number)
        if task is None:
            return 404
        task_id = task["task_id"]
        held = [item for item in self.crew.items(task_id) if item["closed_at"] is None]
        holder = held[0]["user_id"] if held else ADMIN
        moves = {"assign": self.crew.assign, "send back": self.crew.reject, "finish": None}
        if step in moves:
            body: dict[str, Any] = {"transition_id": moves[step], "notes": "done"}
            method, path = "POST", f"/transitions/{task_id}/transition/"
        elif step == "toggle hold":
            method, path, body, holder = "POST", f"/tasks/{task_id}/toggle-hold/", {"notes": "wait"}, ADMIN
        elif step == "cancel":
            method, path, holder = "PUT", f"/tasks/{task_id}/", ADMIN
            body = {"status": "cancelled", "reason": "asked for"}
        else:
            other = next(user for user in (9, 10) if user != task["owner"])
            method, path, holder = "POST", "/tasks/ticket-owner/transfer/", ADMIN
            body = {"ticket_number": number, "reason": "away", "new_owner_user_id": other}
        answer = await self._ask(self.crew.api, method, path, self.crew.headers(holder), body)
        return answer.status_code

    def waiting(self, number: str) -> list[Message]:
        return [
            Message(outbox, row["payload"])
            for outbox, (column, _) in OUTBOXES.items()
            for row in self.desk.execute(
                f"select payload from {outbox}.outbox_event "
                f"where delivered_at is null and {column} = %s order by occurred_at, event_id",
                number,
            )
        ]

    async def deliver(self, message: Message) -> None:
        """Hand a message over; one that was handed over before just comes again."""
        _, path = OUTBOXES[message.outbox]
        receiver = self.crew.api if message.outbox == "intake" else self.ticket_service
        service = bearer(self.settings.service_token.get_secret_value())
        answer = await self._ask(receiver, "POST", path, service, message.payload)
        assert answer.status_code == 202, answer.text
        self.desk.execute(
            f"update {message.outbox}.outbox_event set delivered_at = now() where event_id = %s",
            message.payload["event_id"],
        )
        if message not in self.delivered:
            self.delivered.append(message)

    async def deliver_in_order(self, number: str) -> None:
        """Deliver all there is, the oldest first, and all that follows from it."""
        while waiting := self.waiting(number):
            await self.deliver(waiting[0])

    def newest_task(self, number: str) -> dict[str, Any] | None:
        rows = self.desk.execute(
            "select task.*, member.user_id as owner, member.user_full_name as owner_name from ops.task "
            "join ops.ticket_snapshot using (ticket_id) "
            "left join ops.role_user as member on member.role_user_id = task.ticket_owner_id "
            "where ticket_number = %s order by task_id desc limit 1",
            number,
        )
        return rows[0] if rows else None

    def both_sides(self, number: str) -> dict[str, Any]:
        (row,) = self.desk.execute(
            "select ticket.status, copy.status as work_status, ticket.priority, "
            "copy.priority as work_priority, ticket.assigned_to from intake.ticket "
            "left join ops.ticket_snapshot as copy on copy.ticket_number = ticket.ticket_id "
            "where ticket.ticket_id = %s",
            number,
        )
        return row

    @property
    def _as_requester(self) -> dict[str, str]:
        return bearer(make_token(self.settings, user_id=EMPLOYEE, user_type="employee", roles=[]))

    async def _ask(
        self, service: httpx.AsyncClient, method: str, path: str, headers: dict[str, str], body: Any = None
    ) -> httpx.Response:
        answer = await service.request(method, path, json=body, headers=headers)
        assert answer.is_success or answer.status_code in REFUSALS, answer.text
        return answer


class OpenDesk(Desk):
    """A desk that keeps its connection: it is asked thousands of times."""

    def __init__(self, connection: psycopg.Connection[dict[str, Any]], database_url: str) -> None:
        super().__init__(database_url)
        self.connection = connection

    def execute(self, statement: str, *values: Any) -> list[dict[str, Any]]:
        cursor = self.connection.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


@asynccontextmanager
async def open_pair(database_url: str) -> AsyncIterator[Pair]:
    settings = ApiSettings(database_url=database_url, pool_size=4, log_level="ERROR")
    workflow_app, ticket_app = create_workflow_api(settings), create_ticket_service(settings)
    with psycopg.connect(database_url, autocommit=True, row_factory=dict_row) as connection:
        async with (
            workflow_app.router.lifespan_context(workflow_app),
            ticket_app.router.lifespan_context(ticket_app),
            httpx.AsyncClient(
                transport=httpx.ASGITransport(workflow_app), base_url="http://api.test"
            ) as workflow_api,
            httpx.AsyncClient(
                transport=httpx.ASGITransport(ticket_app), base_url="http://tickets.test"
            ) as ticket_service,
        ):
            desk = OpenDesk(connection, database_url)
            yield Pair(desk, settings, await Crew.gather(workflow_api, desk, settings), ticket_service)
