"""Random lives of tasks, and who is told what in them, against an oracle that counts half hours.

The oracle knows no deadlines: it adds up the half hours in which the clock ran and compares them with
what the priority of the moment allows.
"""

from dataclasses import dataclass
from random import Random

import pytest

from tests.api.tasks.timeline import Timeline, Told
from tests.factories.crew import ADMIN, AGENTS, MANAGERS

LIVES, STEPS = 4, 50
# In half hours.
ALLOWED = {"Critical": 8, "High": 20, "Medium": 80}
LEVELS = ("none", "warning", "critical", "breach")


@dataclass
class Oracle:
    holder: int
    owner: int
    allowed: int = ALLOWED["High"]
    elapsed: int = 0
    told: int = 0
    runs: bool = True
    is_done: bool = False

    def step(self) -> None:
        self.elapsed += self.runs

    def level(self) -> int:
        if self.elapsed > self.allowed:
            return 3
        return (10 * self.elapsed >= 8 * self.allowed) + (10 * self.elapsed >= 9 * self.allowed)

    def change_priority(self, priority: str) -> None:
        self.allowed = ALLOWED[priority]
        self.told = min(self.told, self.level())

    def notice(self) -> list[Told]:
        if self.is_done:
            return []
        news = [
            (LEVELS[level], who)
            for level in range(self.told + 1, self.level() + 1)
            for who in self._to(level)
        ]
        self.told = max(self.told, self.level())
        return news

    def _to(self, level: int) -> list[int]:
        people = {self.holder}
        if level > 1:
            people.add(self.owner)
        return sorted(people | set(MANAGERS) if level == 3 else people)


class Life:
    """One ticket, lived in steps of half an hour."""

    def __init__(self, timeline: Timeline, random: Random, number: str) -> None:
        self.timeline = timeline
        self.crew = timeline.crew
        self.random = random
        self.number = number
        self.task_id = 0
        self.shows, self.priority = "00:00", "High"
        self.went_through: list[str] = []

    async def begin(self) -> None:
        self.task_id = await self.timeline.new_task(ticket_number=self.number)
        holder = self.crew.open_item(self.task_id)["user_id"]
        self.oracle = Oracle(holder, self.crew.task(self.task_id)["owner"])

    async def live(self) -> None:
        await self.begin()
        for step in range(1, STEPS):
            self.shows = f"{step // 2:02}:{step % 2 * 30:02}"
            self.oracle.step()
            if self.random.random() < 0.3:
                await self.happen()
            if self.random.random() < 0.5:
                told, expected = await self.timeline.told(self.shows), self.oracle.notice()
                assert sorted(told) == sorted(expected), (self.shows, self.went_through)
        await self.timeline.tell(self.shows, ticket_number=self.number, status="Withdrawn")

    async def happen(self) -> None:
        if self.oracle.is_done:
            name = "reopen"
        else:
            name = self.random.choice(["hold", "hold", "priority", "transfer", "resolve"])
        self.went_through.append(f"{self.shows} {name}")
        await getattr(self, f"_{name}")()

    async def _hold(self) -> None:
        await self.timeline.toggle_hold(self.shows, self.task_id)
        self.oracle.runs = not self.oracle.runs

    async def _priority(self) -> None:
        self.priority = self.random.choice([*ALLOWED])
        await self.timeline.tell(self.shows, ticket_number=self.number, priority=self.priority)
        self.oracle.change_priority(self.priority)

    async def _transfer(self) -> None:
        self.timeline.at(self.shows)
        (other,) = set(AGENTS) - {self.oracle.holder}
        body = {"task_item_id": self.crew.open_item(self.task_id)["task_item_id"], "new_user_id": other}
        answer = await self.crew.send("POST", "/tasks/transfer/", ADMIN, body)
        assert answer.status_code == 200, answer.text
        self.oracle.holder = other

    async def _resolve(self) -> None:
        await self._tell_status("Resolved")
        # What ends late is told at once, what ends in time never.
        expected = self.oracle.notice() if self.oracle.level() == 3 else []
        assert sorted(self.timeline.news()) == sorted(expected), (self.shows, self.went_through)
        self.oracle.runs, self.oracle.is_done = False, True

    async def _reopen(self) -> None:
        await self._tell_status("In Progress")
        self.oracle.runs, self.oracle.is_done = True, False

    async def _tell_status(self, status: str) -> None:
        await self.timeline.tell(self.shows, ticket_number=self.number, status=status, priority=self.priority)


@pytest.mark.parametrize("part", range(3))
async def test_random_lives_are_told_as_the_oracle_says(timeline: Timeline, part: int) -> None:
    for number in range(LIVES):
        random = Random(100 * part + number)  # noqa: S311 - the same lives at every run
        await Life(timeline, random, f"TX{number}").live()
    levels = timeline.crew.desk.execute("select distinct level from ops.sla_crossing")
    assert len(levels) == 3, "the lives were too quiet"
    assert timeline.crew.contradictions() == []
