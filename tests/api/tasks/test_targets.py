"""Deadlines in the database through whole lives, against the oracle that steps through minutes."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.kit.db import Database
from api.settings import ApiSettings
from api.tasks import targets
from api.tasks.assignment import tell_task
from api.tasks.enums import TaskEventKind, TaskStatus
from api.tasks.models import Task, TaskItem
from api.workflows.graph import Graph, read_definition
from api.workflows.models import WorkflowVersion
from tests.api.sla.oracle import MinuteGrid, Office, Period, Promise, promise_at, utc, verdict
from tests.factories.desk import Desk, make_event
from tests.fixtures.services import LiveWorkflow

Headers = dict[str, Any]
LIVES = 60
PERIOD = Period(utc(2025, 8, 1), utc(2026, 8, 1))
HOURS = (((540, 720), (780, 1020)),) * 5 + ((), ())
BERLIN = Office("Europe/Berlin", HOURS, frozenset())
NEW_YORK = Office("America/New_York", (((0, 180), (1320, 1440)),) * 7, frozenset())
GRIDS = {office: MinuteGrid(office, PERIOD) for office in (BERLIN, NEW_YORK, None)}
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
PRIORITIES = ("Low", "Medium", "High", "Critical")


class Notebook:
    """Takes what would be audited; the trail itself needs a request."""

    def record(self, *_: object) -> None:
        pass


def clock_time(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


async def make_calendar(api: httpx.AsyncClient, office: Office, headers: Headers) -> int:
    weekly = {
        weekday: [{"opens": clock_time(opens), "closes": clock_time(closes)} for opens, closes in hours]
        for weekday, hours in zip(WEEKDAYS, office.hours, strict=True)
    }
    body = {"name": office.zone, "time_zone": office.zone, "weekly_hours": weekly}
    answer = await api.post("/sla/calendars/", json=body, headers=headers)
    assert answer.status_code == 201, answer.text
    return int(answer.json()["calendar_id"])


class PromisedWorkflow:
    """Random promises of a workflow over the period, kept in the database and for the oracle."""

    def __init__(self, random: Random, desk: Desk, workflow_id: int, calendars: dict[Office, int]) -> None:
        self._by_priority = {priority: self._draw(random, calendars) for priority in PRIORITIES}
        for priority, promises in self._by_priority.items():
            for promise in promises:
                desk.execute(
                    "insert into ops.sla_policy "
                    "(workflow_id, priority, duration, calendar_revision_id, effective_at) "
                    "values (%s, %s, %s, "
                    "(select calendar_revision_id from ops.calendar_revision where calendar_id = %s), %s)",
                    workflow_id,
                    priority,
                    timedelta(seconds=promise.seconds or 0),
                    calendars.get(promise.office) if promise.office else None,
                    promise.since,
                )

    def _draw(self, random: Random, calendars: dict[Office, int]) -> list[Promise]:
        sinces = sorted(utc(2025, 9, 1) + timedelta(hours=random.randrange(90 * 24)) for _ in range(5))
        return [
            Promise(since, 40 * random.randrange(10, 9_000), random.choice([*calendars, None]))
            for since in (PERIOD.first, *sinces)
        ]

    def at(self, priority: str, instant: datetime) -> Promise:
        return promise_at(self._by_priority[priority], instant)


class StoredLife:
    """Lives through random events by the functions of the domain, and tells the oracle of them."""

    def __init__(
        self, random: Random, session: AsyncSession, promised: PromisedWorkflow, graph: Graph, task: Task
    ) -> None:
        self._random = random
        self._session = session
        self._promised = promised
        self._graph = graph
        self.task = task
        self.now = self.start = utc(2025, 9, 15) + timedelta(seconds=random.randrange(40 * 86_400))
        self.pauses: list[tuple[datetime, datetime]] = []
        self.item: TaskItem | None = None

    async def live(self, item: TaskItem) -> None:
        priority = self._random.choice(PRIORITIES)
        self.promise = self._promised.at(priority, self.now)
        self.task.created_at = self.task.sla_started_at = self.start
        await targets.start(self._session, self.task, priority, self.now)
        assigned_after = self._random.randrange(4)
        for turn in range(self._random.randrange(4, 12)):
            self.now += timedelta(seconds=self._random.choice((1, 60, self._random.randrange(3 * 86_400))))
            await self._happen()
            if turn >= assigned_after and self.item is None and self.task.resolution_time is None:
                self.now += timedelta(hours=self._random.randrange(12))
                self.item = item
                item.assigned_on = self.now
                item.target_resolution = await targets.item_target(
                    self._session, self.task, self._graph, item.step_id, self.now
                )
            await self._session.flush()

    async def _happen(self) -> None:
        task = self.task
        if self._random.random() < 0.3:
            priority = self._random.choice(PRIORITIES)
            self.promise = self._promised.at(priority, self.now)
            await targets.change_priority(self._session, Notebook(), task, priority, at=self.now)
        elif task.hold_started_at is not None:
            self.pauses.append((task.hold_started_at, self.now))
            await targets.resume(self._session, task, self.now)
            self._become(TaskEventKind.RESUMED, TaskStatus.IN_PROGRESS)
        elif task.resolution_time is not None:
            self.pauses.append((task.resolution_time, self.now))
            self._become(TaskEventKind.REOPENED, TaskStatus.IN_PROGRESS)
            await targets.reopen(self._session, task, self.now)
        elif self._random.random() < 0.7:
            self._become(TaskEventKind.HELD, TaskStatus.ON_HOLD)
            targets.hold(task, self.now)
        else:
            self._become(TaskEventKind.COMPLETED, TaskStatus.COMPLETED)
            task.resolution_time = self.now

    def _become(self, kind: TaskEventKind, status: TaskStatus) -> None:
        tell_task(self._session, self.task, kind, at=self.now, to_status=status)
        self.task.status = status

    def expected_item_target(self) -> datetime | None:
        assert self.item is not None
        assert self.promise.seconds is not None
        grid, given_on = GRIDS[self.promise.office], self.item.assigned_on
        pauses = [
            *self.pauses,
            *([(self.task.hold_started_at, self.now)] if self.task.hold_started_at else []),
        ]
        before = sum(
            grid.seconds_between(since, min(until, given_on)) for since, until in pauses if since < given_on
        )
        due = grid.instant_after(self.start, self.promise.seconds + before)
        own = grid.instant_after(given_on, self.promise.seconds * 3 // 4)
        since_then = sum(
            grid.seconds_between(max(since, given_on), until)
            for since, until in self.pauses
            if until > given_on
        )
        return grid.instant_after(min(own, due) if given_on < due else own, since_then)


@pytest.fixture
async def session(settings: ApiSettings) -> AsyncIterator[AsyncSession]:
    database = Database.connect(settings, role="sluice_api")
    async with database.sessions() as session, session.begin():
        yield session
    await database.close()


async def test_columns_are_what_the_oracle_counts(
    *,
    api: httpx.AsyncClient,
    desk: Desk,
    session: AsyncSession,
    workflow: LiveWorkflow,
    as_admin: Headers,
    as_service: Headers,
) -> None:
    random = Random(41)  # noqa: S311 - the same lives at every run
    calendars = {office: await make_calendar(api, office, as_admin) for office in (BERLIN, NEW_YORK)}
    promised = PromisedWorkflow(random, desk, workflow.workflow_id, calendars)
    for number in range(LIVES):
        told = make_event(f"e-{number}", ticket_number=f"T-{number}")
        await api.post("/internal/tickets/ingest/", json=told, headers=as_service)
    version = (await session.scalars(select(WorkflowVersion))).one()
    graph = read_definition(version.definition)
    rows = await session.execute(select(Task, TaskItem).join(TaskItem, TaskItem.task_id == Task.task_id))
    lives = 0
    for task, item in rows.all():
        life = StoredLife(random, session, promised, graph, task)
        # Its share is three quarters: often more than is left.
        item.step_id = workflow.repair
        await life.live(item)
        assert life.promise.seconds is not None
        held, at_risk, critical, target = verdict(
            GRIDS[life.promise.office], life.start, life.promise.seconds, life.pauses
        )
        found = (task.hold_seconds, task.at_risk_at, task.critical_at, task.target_resolution)
        assert found == (held, at_risk, critical, target)
        if life.item is not None:
            assert item.target_resolution == life.expected_item_target()
        lives += 1
    assert lives == LIVES
