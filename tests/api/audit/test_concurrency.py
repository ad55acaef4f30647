"""Many writers at once: each row finds its place in the chain, and nobody waits for ever."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import psycopg
import pytest

from api.settings import ApiSettings
from tests.factories.crew import ADMIN, Crew
from tests.factories.desk import Desk
from tests.factories.trail import heads_of, verify
from tests.fixtures.statements import StatementCount

WRITERS, CHANGES = 16, 12
_WRITE = "insert into ops.audit_event (username, action, target_type) values (%s, 'other', 'Task')"
_LANE = "select (pg_current_xact_id()::text::numeric % 32)::int"
_COUNT = "select count(*) from ops.audit_event"
_WAITING = "select count(*) from pg_locks where not granted and pid = %s"


class Writer:
    """The API's role in a transaction that belongs to one chosen lane."""

    def __init__(self, database_url: str, name: str, lane: int) -> None:
        self.name = name
        options = "-c role=sluice_api -c lock_timeout=30s -c deadlock_timeout=100ms"
        self.connection = psycopg.connect(database_url, options=options)
        while self.connection.execute(_LANE).fetchall() != [(lane,)]:
            self.connection.rollback()

    def write(self, count: int = 1) -> None:
        for _ in range(count):
            self.connection.execute(_WRITE, [self.name])

    def commit(self) -> None:
        self.connection.commit()


@pytest.fixture
def settings(database_url: str) -> ApiSettings:
    return ApiSettings(database_url=database_url, pool_size=WRITERS)


@pytest.fixture
def writers(database_url: str) -> Iterator[list[Writer]]:
    """Two of one lane and one of another."""
    with ExitStack() as stack:
        made = [Writer(database_url, name, lane) for name, lane in (("ana", 5), ("bo", 5), ("cy", 6))]
        for writer in made:
            stack.enter_context(writer.connection)
        yield made


@pytest.fixture
def places(desk: Desk) -> "Places":
    return Places(desk)


class Places:
    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def of(self, lane: int) -> list[tuple[int, str]]:
        rows = self.desk.execute(
            "select sequence, username from ops.audit_event where lane = %s order by sequence", lane
        )
        return [(row["sequence"], row["username"]) for row in rows]

    def wait_for(self, writer: Writer) -> None:
        """Return once the writer waits for a lock."""
        while not self.desk.scalar(_WAITING, writer.connection.info.backend_pid):
            pass


class TestWritersOfOneLane:
    def test_take_their_places_in_the_order_in_which_they_commit(
        self, database_url: str, places: Places, writers: list[Writer]
    ) -> None:
        ana, bo, _ = writers
        ana.write()
        with ThreadPoolExecutor() as pool:
            waiting = pool.submit(bo.write, 2)
            places.wait_for(bo)
            ana.write()
            ana.commit()
            waiting.result(timeout=30)
        bo.commit()
        assert places.of(5) == [(1, "ana"), (2, "ana"), (3, "bo"), (4, "bo")]
        assert verify(database_url) == []

    def test_leave_no_gap_when_one_gives_up(
        self, database_url: str, places: Places, writers: list[Writer]
    ) -> None:
        ana, bo, _ = writers
        ana.write(3)
        with ThreadPoolExecutor() as pool:
            waiting = pool.submit(bo.write)
            places.wait_for(bo)
            ana.connection.rollback()
            waiting.result(timeout=30)
        bo.commit()
        assert places.of(5) == [(1, "bo")]
        assert verify(database_url) == []


class TestWritersOfTwoLanes:
    def test_do_not_wait_for_each_other(
        self, database_url: str, places: Places, writers: list[Writer]
    ) -> None:
        ana, _, cy = writers
        ana.write()
        cy.write()
        cy.commit()
        ana.commit()
        assert (places.of(5), places.of(6)) == ([(1, "ana")], [(1, "cy")])
        assert verify(database_url) == []


class TestSixteenWriters:
    async def test_lose_no_row_and_the_chain_holds_all_along(self, crew: Crew, database_url: str) -> None:
        shared, *own = [await crew.new_task() for _ in range(WRITERS + 1)]
        before, anchors, faults = crew.desk.scalar(_COUNT), [], []

        async def write(task_id: int) -> Counter[int]:
            paths = [f"/tasks/{task}/toggle-hold/" for task in (task_id, shared)] * (CHANGES // 2)
            answers = [await crew.send("POST", path, ADMIN, {}) for path in paths]
            return Counter(answer.status_code for answer in answers)

        async def watch() -> None:
            while True:
                anchors.append(await asyncio.to_thread(heads_of, database_url))
                faults.extend(await asyncio.to_thread(verify, database_url))

        watching = asyncio.create_task(watch())
        answers = await asyncio.gather(*map(write, own))
        watching.cancel()
        assert sum(answers, Counter()) == {200: WRITERS * CHANGES}
        assert faults == []
        assert crew.desk.scalar(_COUNT) == before + WRITERS * CHANGES
        assert len(anchors) > 1
        for anchored in anchors:
            assert verify(database_url, anchored) == []


class TestRowOfAChange:
    async def test_is_written_last_so_that_its_lane_is_locked_for_the_commit_alone(
        self, crew: Crew, count_statements: StatementCount
    ) -> None:
        task_id = await crew.new_task()
        with count_statements() as statements:
            answer = await crew.move(task_id, crew.assign)
        assert answer.status_code == 200, answer.text
        writing = [text.split()[2] for text in statements if text.lower().startswith("insert into")]
        assert writing[-1] == "ops.audit_event"
        assert len(writing) > 3
        assert "ops.audit_event" in statements[-1]
