from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest

from api.intake.models import OutboxEvent
from api.kit import outbox
from api.kit.clock import utc_now
from api.kit.db import Database
from api.kit.outbox import MOST_BAD_ANSWERS, DeliveryFailed, DeliveryRefused, Outbox
from api.settings import ApiSettings
from api.worker.context import DELIVERIES, INGEST_PATH
from api.worker.deliveries import BackOff
from tests.factories.desk import Desk, make_ticket

Answer = Callable[[httpx.Request], httpx.Response]


@pytest.fixture
async def database(settings: ApiSettings) -> AsyncIterator[Database]:
    database = Database.connect(settings, role="sluice_intake")
    yield database
    await database.close()


@pytest.fixture
async def event_id(tickets_api: httpx.AsyncClient, desk: Desk, as_employee: dict[str, Any]) -> str:
    await tickets_api.post("/tickets/", json=make_ticket(), headers=as_employee)
    return str(desk.scalar("select event_id from intake.outbox_event"))


def outbox_of(database: Database, client: httpx.AsyncClient) -> Outbox:
    return Outbox(OutboxEvent, DELIVERIES, INGEST_PATH, database, client)


async def deliver(database: Database, event_id: str, answer: Answer) -> None:
    transport = httpx.MockTransport(answer)
    async with httpx.AsyncClient(transport=transport, base_url="http://workflow.test") as client:
        await outbox.deliver(outbox_of(database, client), event_id)


def answering(status: int) -> Answer:
    return lambda _: httpx.Response(status)


def out_of_reach(_: httpx.Request) -> httpx.Response:
    message = "refused"
    raise httpx.ConnectError(message)


class TestDeliver:
    async def test_marks_what_was_taken_and_does_not_send_it_again(
        self, database: Database, desk: Desk, event_id: str
    ) -> None:
        await deliver(database, event_id, answering(202))
        assert desk.scalar("select delivered_at is not null from intake.outbox_event")
        await deliver(database, event_id, out_of_reach)

    @pytest.mark.parametrize("answer", [answering(500), answering(503), answering(401), out_of_reach])
    async def test_keeps_for_later_what_could_not_be_taken(
        self, database: Database, desk: Desk, event_id: str, answer: Answer
    ) -> None:
        with pytest.raises(DeliveryFailed):
            await deliver(database, event_id, answer)
        (event,) = desk.execute("select * from intake.outbox_event")
        assert (event["attempts"], event["delivered_at"], event["failed_at"]) == (1, None, None)
        assert event["last_error"]
        await deliver(database, event_id, answering(202))

    async def test_lays_aside_what_is_refused_for_good(
        self, database: Database, desk: Desk, event_id: str
    ) -> None:
        with pytest.raises(DeliveryRefused):
            await deliver(database, event_id, answering(400))
        assert desk.scalar("select failed_at is not null from intake.outbox_event")


async def forget_and_defer(database: Database) -> int:
    async with httpx.AsyncClient() as client:
        return await outbox.defer_forgotten(outbox_of(database, client))


class TestBadAnswers:
    async def test_that_do_not_end_are_laid_aside_and_refusals_of_the_moment_are_not(
        self, database: Database, desk: Desk, event_id: str
    ) -> None:
        for status in (503, 429, 500):
            for _ in range(MOST_BAD_ANSWERS - 1):
                with pytest.raises(DeliveryFailed):
                    await deliver(database, event_id, answering(status))
        with pytest.raises(DeliveryRefused):
            await deliver(database, event_id, answering(500))
        assert desk.scalar("select failed_at is not null from intake.outbox_event")


class TestSweep:
    async def test_queues_again_what_no_job_is_left_for(
        self, database: Database, desk: Desk, event_id: str
    ) -> None:
        desk.execute("update intake.outbox_event set occurred_at = now() - interval '1 hour'")
        assert await forget_and_defer(database) == 0
        desk.execute("set search_path to queue; delete from procrastinate_jobs")
        assert await forget_and_defer(database) == 1
        assert await forget_and_defer(database) == 0
        assert desk.scalar("select args->>'event_id' from queue.procrastinate_jobs") == event_id

    async def test_leaves_alone_what_is_done_or_laid_aside(
        self, database: Database, desk: Desk, event_id: str
    ) -> None:
        desk.execute("set search_path to queue; delete from procrastinate_jobs")
        for done, aside in (("now()", "null"), ("null", "now()")):
            desk.execute(
                "update intake.outbox_event set occurred_at = now() - interval '1 hour', "
                f"delivered_at = {done}, failed_at = {aside} where event_id = %s",
                event_id,
            )
            assert await forget_and_defer(database) == 0


class TestBackOff:
    def wait(self, attempts: int, error: Exception) -> float | None:
        job = type("Job", (), {"attempts": attempts})()
        decision = BackOff().get_retry_decision(exception=error, job=job)
        return decision and (decision.retry_at - utc_now()).total_seconds()

    def test_waits_longer_each_time_and_never_gives_up(self) -> None:
        waits = [self.wait(attempts, DeliveryFailed()) for attempts in (0, 3, 1000)]
        assert waits == [pytest.approx(0.75, abs=0.3), pytest.approx(6, abs=2.1), pytest.approx(45, abs=15.1)]

    def test_does_not_repeat_what_was_refused(self) -> None:
        assert self.wait(0, DeliveryRefused()) is None
