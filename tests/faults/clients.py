"""People who create tickets and work on them while services die, and who do not give up."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import httpx

from api.settings import ApiSettings
from tests.factories.crew import ADMIN, COORDINATORS, Crew
from tests.factories.desk import make_ticket
from tests.factories.tokens import bearer, make_token

FIRST_EMPLOYEE = 1000
EMPLOYEES = 40
# Longer than any service is away, and longer than a lock is held.
PATIENCE_SECONDS, CONFLICT_SECONDS = 600.0, 5.0
PAUSE_SECONDS = 0.3
_NOT_NOW = {408, 425, 429, 500, 502, 503, 504}


class Refused(Exception):  # noqa: N818 - an answer, not a fault
    def __init__(self, answer: httpx.Response) -> None:
        self.status = answer.status_code
        self.code = answer.json().get("code") if answer.content else None
        self.what = f"{answer.request.method} {answer.request.url.path}"
        super().__init__(f"{self.what} -> {self.status} {answer.text[:300]}")


@dataclass
class Ticket:
    """A ticket that was acknowledged, and what its life should end in."""

    life: str
    subject: str
    number: str = ""
    ends_as: str | None = None
    refusals: list[str] = field(default_factory=list)


@dataclass
class Client:
    """One of many at once: each lives through one ticket's life after the other."""

    crew: Crew
    settings: ApiSettings
    ticket_service: httpx.AsyncClient
    workflow_api: httpx.AsyncClient
    retries: Counter[str]
    random: random.Random

    async def live(self, index: int, name: str) -> Ticket:
        life = LIVES[name]
        ticket = Ticket(name, subject=f"Storm {index}: no sound")
        course = Course(self, ticket, employee=FIRST_EMPLOYEE + index % EMPLOYEES, prefix=f"storm-{index}")
        await course.create()
        try:
            ticket.ends_as = await life(course)
        except Refused as refusal:
            ticket.refusals.append(str(refusal))
        return ticket


@dataclass
class Course:
    """The life of one ticket. Each step has a key of its own, under which it is asked for until answered."""

    client: Client
    ticket: Ticket
    employee: int
    prefix: str
    steps: int = 0
    task_id: int = 0

    async def ask(
        self,
        service: httpx.AsyncClient,
        method: str,
        path: str,
        headers: dict[str, str],
        body: Any = None,
        *,
        until: Callable[[httpx.Response], bool] = lambda answer: answer.is_success,
    ) -> httpx.Response:
        """Ask until the answer will do; refusals that may pass are asked again under the same key.

        Raises:
            Refused: the answer is a refusal that will not pass, or none other came in time.
        """
        self.steps += 1
        headers = headers | ({"Idempotency-Key": f"{self.prefix}-{self.steps}"} if method == "POST" else {})
        began = time.monotonic()
        while True:
            waited = time.monotonic() - began
            try:
                answer = await service.request(method, path, json=body, headers=headers)
            except httpx.TransportError as error:
                self.client.retries[type(error).__name__] += 1
                if waited > PATIENCE_SECONDS:
                    raise
            else:
                if until(answer):
                    return answer
                if waited > _patience_with(answer):
                    raise Refused(answer)
                if not answer.is_success:
                    self.client.retries[str(answer.status_code)] += 1
            await asyncio.sleep(PAUSE_SECONDS * self.client.random.uniform(0.5, 1.5))

    @property
    def as_requester(self) -> dict[str, str]:
        token = make_token(self.client.settings, user_id=self.employee, user_type="employee", roles=[])
        return bearer(token)

    def staff(self, user_id: int) -> dict[str, str]:
        return self.client.crew.headers(user_id)

    async def create(self) -> None:
        body = make_ticket(subject=self.ticket.subject)
        answer = await self.ask(self.client.ticket_service, "POST", "/tickets/", self.as_requester, body)
        self.ticket.number = answer.json()["ticket_id"]

    async def look(self, until: Callable[[str], bool] = bool) -> str:
        """Read the ticket's status at its master, once it is one that is waited for."""
        answer = await self.ask(
            self.client.ticket_service,
            "GET",
            f"/tickets/{self.ticket.number}/",
            self.as_requester,
            until=lambda answer: answer.is_success and until(answer.json()["status"]),
        )
        return str(answer.json()["status"])

    async def put(self, status: str) -> None:
        """Have the requester change the ticket's status at its master."""
        path = f"/tickets/{self.ticket.number}/"
        try:
            await self.ask(self.client.ticket_service, "PUT", path, self.as_requester, {"status": status})
        except Refused:
            # The first answer may be lost, and what is so already is refused to a requester.
            if await self.look() != status:
                raise

    async def find_task(self) -> None:
        query = f"/tasks/?search={self.ticket.number}"
        answer = await self.ask(
            self.client.workflow_api,
            "GET",
            query,
            self.staff(ADMIN),
            until=lambda answer: answer.is_success and answer.json()["count"] > 0,
        )
        self.task_id = answer.json()["results"][0]["task_id"]

    async def held_item(self) -> tuple[int, int]:
        """Wait for the open item; returns its id and who holds it."""
        answer = await self.ask(
            self.client.workflow_api,
            "GET",
            f"/tasks/{self.task_id}/",
            self.staff(ADMIN),
            until=lambda answer: answer.is_success and _open_items(answer) != [],
        )
        item = _open_items(answer)[0]
        return item["task_item_id"], item["user_id"]

    async def change(self, path: str, user_id: int, body: dict[str, Any]) -> httpx.Response:
        return await self.ask(self.client.workflow_api, "POST", path, self.staff(user_id), body)

    async def move(self, transition_id: int | None) -> None:
        _, holder = await self.held_item()
        body = {"transition_id": transition_id, "notes": "done"}
        await self.change(f"/transitions/{self.task_id}/transition/", holder, body)

    async def assign(self) -> None:
        await self.move(self.client.crew.assign)

    async def finish(self) -> None:
        await self.move(None)


def _patience_with(answer: httpx.Response) -> float:
    if answer.status_code == HTTPStatus.CONFLICT:
        return CONFLICT_SECONDS
    return PATIENCE_SECONDS if answer.is_success or answer.status_code in _NOT_NOW else 0.0


def _open_items(answer: httpx.Response) -> list[dict[str, Any]]:
    return [item for item in answer.json()["assigned_users"] if item["status"] in {"new", "in progress"}]


async def work(course: Course) -> str:
    await course.find_task()
    await course.assign()
    await course.finish()
    return "Resolved"


async def send_back(course: Course) -> str:
    await course.find_task()
    await course.assign()
    await course.move(course.client.crew.reject)
    await course.assign()
    await course.finish()
    return "Resolved"


async def hold(course: Course) -> str:
    await course.find_task()
    await course.assign()
    for _ in range(2):
        await course.change(f"/tasks/{course.task_id}/toggle-hold/", ADMIN, {"notes": "waiting"})
    await course.finish()
    return "Resolved"


async def stay_on_hold(course: Course) -> str:
    await course.find_task()
    await course.assign()
    await course.change(f"/tasks/{course.task_id}/toggle-hold/", ADMIN, {"notes": "waiting"})
    return "On Hold"


async def transfer(course: Course) -> str:
    await course.find_task()
    item_id, holder = await course.held_item()
    receiver = next(agent for agent in (4, 5) if agent != holder)
    await course.change("/tasks/transfer/", ADMIN, {"task_item_id": item_id, "new_user_id": receiver})
    await course.assign()
    await course.finish()
    return "Resolved"


async def escalate(course: Course) -> str:
    await course.find_task()
    item_id, holder = await course.held_item()
    await course.change("/tasks/escalate/", holder, {"task_item_id": item_id, "reason": "stuck"})
    await course.assign()
    await course.finish()
    return "Resolved"


async def change_owner(course: Course) -> str:
    await course.find_task()
    owner = course.client.random.choice(COORDINATORS)
    body = {"ticket_number": course.ticket.number, "reason": "away", "new_owner_user_id": owner}
    try:
        await course.change("/tasks/ticket-owner/transfer/", ADMIN, body)
    except Refused as refusal:
        # The one drawn may be the owner already.
        if refusal.status != 400:
            raise
    await course.assign()
    return "In Progress"


async def withdraw_at_once(course: Course) -> str:
    await course.put("Withdrawn")
    return "Withdrawn"


async def withdraw_while_worked_on(course: Course) -> str:
    await course.find_task()
    await course.assign()
    await course.put("Withdrawn")
    return "Withdrawn"


async def withdraw_in_a_race(course: Course) -> None:
    """Withdraw while the work is being finished: either may come first."""
    await course.find_task()
    await course.assign()
    _, holder = await course.held_item()
    body = {"transition_id": None, "notes": "done"}
    racing: list[Awaitable[Any]] = [
        course.put("Withdrawn"),
        course.change(f"/transitions/{course.task_id}/transition/", holder, body),
    ]
    for outcome in await asyncio.gather(*racing, return_exceptions=True):
        if isinstance(outcome, BaseException) and not isinstance(outcome, Refused):
            raise outcome


async def close(course: Course) -> str:
    await work(course)
    await course.look(until="Resolved".__eq__)
    await course.put("Closed")
    return "Closed"


async def reopen(course: Course) -> str:
    await work(course)
    await course.look(until="Resolved".__eq__)
    await course.put("In Progress")
    await course.finish()
    return "Resolved"


async def reopen_and_close(course: Course) -> str:
    await reopen(course)
    await course.look(until="Resolved".__eq__)
    await course.put("Closed")
    return "Closed"


LIVES: dict[str, Callable[[Course], Awaitable[str | None]]] = {
    life.__name__: life
    for life in (
        work,
        send_back,
        hold,
        stay_on_hold,
        transfer,
        escalate,
        change_owner,
        withdraw_at_once,
        withdraw_while_worked_on,
        withdraw_in_a_race,
        close,
        reopen,
        reopen_and_close,
    )
}
