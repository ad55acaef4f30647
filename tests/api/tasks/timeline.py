"""One day of a desk, by a clock set by hand, with the timers run when the test says so."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from api.kit.db import Database
from api.worker import timers
from tests.factories.crew import ADMIN, Crew
from tests.factories.wall_clock import WallClock

# After anything that the database's own clock can have shown meanwhile.
MIDNIGHT = datetime(2040, 2, 14, tzinfo=UTC)
Told = tuple[str, int]


def instant(shows: str) -> datetime:
    """Read `HH:MM` of the day; hours go on past 24."""
    hours, minutes = shows.split(":")
    return MIDNIGHT + timedelta(hours=int(hours), minutes=int(minutes))


def shown(at: datetime) -> str:
    minutes = round((at - MIDNIGHT) / timedelta(minutes=1))
    return f"{minutes // 60:02}:{minutes % 60:02}"


@dataclass
class Timeline:
    """Tickets of high priority have ten hours; their first step has the first two and a half of them."""

    crew: Crew
    clock: WallClock
    database: Database
    known: set[Any] = field(default_factory=set)

    def at(self, shows: str) -> None:
        self.clock.set(instant(shows).isoformat())

    async def new_task(self, shows: str = "00:00", **changes: Any) -> int:
        return int((await self.tell(shows, submit_date=instant(shows).isoformat(), **changes))["task_id"])

    async def tell(self, shows: str, **changes: Any) -> dict[str, Any]:
        self.at(shows)
        return await self.crew.tell(**{"occurred_at": instant(shows).isoformat()} | changes)

    def promise(self, priority: str, *, hours: float | None) -> None:
        """Promise other hours from one minute past midnight on."""
        self.crew.desk.execute(
            "insert into ops.sla_policy (workflow_id, priority, duration, effective_at) "
            "values (%s, %s, make_interval(secs => %s), %s)",
            self.crew.workflow_id,
            priority,
            hours and hours * 3600,
            instant("00:01"),
        )

    async def toggle_hold(self, shows: str, task_id: int) -> None:
        self.at(shows)
        answer = await self.crew.send("POST", f"/tasks/{task_id}/toggle-hold/", ADMIN, {})
        assert answer.status_code == 200, answer.text

    async def move(self, shows: str, task_id: int, transition_id: int | None) -> None:
        self.at(shows)
        answer = await self.crew.move(task_id, transition_id)
        assert answer.status_code == 200, answer.text

    async def sweep(self, shows: str) -> Counter[str]:
        self.at(shows)
        return await timers.notice_crossings(self.database, instant(shows))

    async def told(self, shows: str) -> list[Told]:
        """Run the timers; returns who was told of which level since the last call."""
        await self.sweep(shows)
        return self.news()

    def news(self) -> list[Told]:
        rows = self.crew.desk.execute(
            "select notification_id, facts ->> 'level' as level, user_id from ops.notification "
            "where type in ('sla_warning', 'sla_breach') order by occurred_at, user_id"
        )
        fresh = [row for row in rows if row["notification_id"] not in self.known]
        self.known |= {row["notification_id"] for row in fresh}
        return [(row["level"], row["user_id"]) for row in fresh]

    def crossings(self, task_id: int) -> list[tuple[int, str]]:
        rows = self.crew.desk.execute(
            "select level, crossed_at from ops.sla_crossing where task_id = %s order by sla_crossing_id",
            task_id,
        )
        return [(row["level"], shown(row["crossed_at"])) for row in rows]
