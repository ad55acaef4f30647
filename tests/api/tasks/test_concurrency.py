"""Many clients at once on the same tasks: nothing is lost, nothing done twice, nobody overlooked."""

import asyncio
import random
from collections import Counter
from typing import Any

import httpx
import psycopg
import pytest

from tests.factories.crew import ADMIN, AGENTS, COORDINATORS, TECHNICIANS, Crew
from tests.factories.histories import contradictions

CLIENTS, TASKS, CALLS = 32, 50, 12


class Client:
    """Calls at random on tasks that others change meanwhile, as whoever may and as some who may not."""

    def __init__(self, crew: Crew, task_ids: list[int], seed: int) -> None:
        self.crew = crew
        self.task_ids = task_ids
        self.draws = random.Random(seed)  # noqa: S311 - a reproducible play
        self.answers: list[tuple[str, int]] = []

    async def play(self) -> None:
        for _ in range(CALLS):
            task_id = self.draws.choice(self.task_ids)
            name = self.draws.choice(["transition", "transition", "transfer", "escalate", "hold"])
            answer = await getattr(self, f"_{name}")(task_id)
            self.answers.append((name, answer.status_code))

    async def _transition(self, task_id: int) -> httpx.Response:
        # Whose turn it was a moment ago; another client may be quicker.
        user_id = await asyncio.to_thread(self._holder, task_id)
        edge = self.draws.choice([self.crew.assign, self.crew.reject])
        return await self.crew.move(task_id, edge, user_id)

    def _holder(self, task_id: int) -> int:
        held = [item for item in self.crew.items(task_id) if item["closed_at"] is None]
        return held[0]["user_id"] if held else ADMIN

    async def _item_id(self, task_id: int) -> int:
        items = await asyncio.to_thread(self.crew.items, task_id)
        return int(items[-1]["task_item_id"])

    async def _transfer(self, task_id: int) -> httpx.Response:
        body = {
            "task_item_id": await self._item_id(task_id),
            "new_user_id": self.draws.choice([*AGENTS, *TECHNICIANS]),
        }
        return await self.crew.send("POST", "/tasks/transfer/", ADMIN, body)

    async def _escalate(self, task_id: int) -> httpx.Response:
        body = {"task_item_id": await self._item_id(task_id), "reason": "stuck"}
        return await self.crew.send("POST", "/tasks/escalate/", ADMIN, body)

    async def _hold(self, task_id: int) -> httpx.Response:
        return await self.crew.send("POST", f"/tasks/{task_id}/toggle-hold/", ADMIN, {})


@pytest.fixture
async def task_ids(crew: Crew) -> list[int]:
    """Fifty tasks, all begun at once."""
    return list(await asyncio.gather(*(crew.new_task() for _ in range(TASKS))))


async def test_tasks_begun_at_once_are_dealt_out_evenly(crew: Crew, task_ids: list[int]) -> None:
    assert len(set(task_ids)) == TASKS
    items = crew.desk.execute("select user_id from ops.task_item join ops.role_user using (role_user_id)")
    assert Counter(row["user_id"] for row in items) == dict.fromkeys(AGENTS, TASKS // 2)
    owners = crew.desk.execute(
        "select user_id from ops.task join ops.role_user on role_user_id = ticket_owner_id"
    )
    assert Counter(row["user_id"] for row in owners) == dict.fromkeys(COORDINATORS, TASKS // 2)


async def test_nothing_is_lost_or_done_twice_and_turns_stay_fair(crew: Crew, task_ids: list[int]) -> None:
    clients = [Client(crew, task_ids, seed) for seed in range(CLIENTS)]
    await asyncio.gather(*(client.play() for client in clients))
    answers = Counter(answer for client in clients for answer in client.answers)
    assert {status for _, status in answers} <= {200, 400, 403, 409}, answers
    done = {name: answers[name, 200] for name, _ in answers}
    assert all(done.values()), answers

    with psycopg.connect(crew.desk.database_url) as connection:
        assert contradictions(connection, task_ids) == []
    versions = crew.desk.scalar("select sum(version - 1) from ops.task")
    assert versions == sum(done.values())
    told = Counter(kind for task_id in task_ids for kind in crew.told(task_id))
    assert told["transitioned"] == done["transition"]
    assert told["transferred"] == done["transfer"]
    assert told["escalated"] == done["escalate"]
    assert told["held"] + told["resumed"] == done["hold"]

    turns = crew.desk.execute(
        "select role_id, user_id, count(*) as turns from ops.task_item "
        "join ops.role_user using (role_user_id) where origin in ('System', 'Escalation') group by 1, 2"
    )
    for role_id in (crew.roles.agent, crew.roles.technician, crew.roles.manager):
        own = [row["turns"] for row in turns if row["role_id"] == role_id]
        assert len(own) == 2
        assert max(own) - min(own) <= 1


async def test_one_of_many_equal_calls_wins(crew: Crew) -> None:
    task_id = await crew.new_task()
    item_id = crew.open_item(task_id)["task_item_id"]
    transfer: dict[str, Any] = {"task_item_id": item_id, "new_user_id": TECHNICIANS[0], "force_role": True}
    escalation = {"task_item_id": item_id, "reason": "stuck"}
    answers = await asyncio.gather(
        *(crew.send("POST", "/tasks/transfer/", ADMIN, transfer) for _ in range(8)),
        *(crew.send("POST", "/tasks/escalate/", ADMIN, escalation) for _ in range(8)),
        *(crew.move(task_id, crew.assign) for _ in range(8)),
    )
    assert Counter(answer.status_code for answer in answers)[200] == 1
    assert {answer.status_code for answer in answers} <= {200, 403, 409}
    with psycopg.connect(crew.desk.database_url) as connection:
        assert contradictions(connection, [task_id]) == []


async def test_a_ticket_told_of_while_its_task_moves_ends_in_one_state(crew: Crew) -> None:
    """The event and the transitions take the same locks in the same order, so neither is refused."""
    for number in range(12):
        ticket = f"TX{900 + number:014}"
        task_id = await crew.new_task(ticket_number=ticket)
        holder = crew.open_item(task_id)["user_id"]
        moved, told = await asyncio.gather(
            crew.move(task_id, crew.assign, holder),
            crew.tell(ticket_number=ticket, status="Withdrawn", occurred_at="2026-02-15T08:00:00Z"),
        )
        assert moved.status_code in {200, 409}
        assert told["task_id"] == task_id
        task = crew.task(task_id)
        assert (task["status"], task["ticket_status"]) == ("cancelled", "Withdrawn")
        with psycopg.connect(crew.desk.database_url) as connection:
            assert contradictions(connection, [task_id]) == []
