"""Jobs that count as begun and that nobody works on are begun anew; those that are worked on are left."""

from collections.abc import AsyncIterator

import pytest
from procrastinate import App

from api.settings import ApiSettings
from api.worker.context import open_context
from api.worker.lost_jobs import LostJobs
from api.worker.queue import create_queue
from tests.factories.desk import Desk


@pytest.fixture
async def queue(settings: ApiSettings) -> AsyncIterator[App]:
    async with open_context(settings) as context:
        queue = create_queue(context)
        async with queue.open_async():
            yield queue


def status_of(desk: Desk, lock: str) -> str | None:
    status: str | None = desk.scalar(
        "select status::text from queue.procrastinate_jobs where queueing_lock = %s", lock
    )
    return status


async def begin(queue: App, lock: str) -> None:
    """Have a job begun by a worker that then does nothing."""
    await queue.configure_task("deliver_event", queueing_lock=lock, allow_unknown=True).defer_async()
    worker_id = await queue.job_manager.register_worker()
    assert await queue.job_manager.fetch_job(queues=None, worker_id=worker_id) is not None


async def test_a_dead_workers_job_is_queued_again(queue: App, desk: Desk) -> None:
    await begin(queue, "lost")
    await LostJobs().bring_back(queue)
    assert status_of(desk, "lost") == "doing"
    desk.execute("update queue.procrastinate_workers set last_heartbeat = now() - interval '16 seconds'")
    await LostJobs().bring_back(queue)
    assert status_of(desk, "lost") == "todo"


async def test_a_job_that_waits_already_is_not_queued_twice(queue: App, desk: Desk) -> None:
    await begin(queue, "lost")
    desk.execute("update queue.procrastinate_workers set last_heartbeat = now() - interval '16 seconds'")
    await queue.configure_task("deliver_event", queueing_lock="lost", allow_unknown=True).defer_async()
    await LostJobs().bring_back(queue)
    rows = desk.execute("select status::text from queue.procrastinate_jobs")
    assert [row["status"] for row in rows] == ["todo"]


async def test_what_a_living_worker_lost_is_queued_again_at_the_second_look(queue: App, desk: Desk) -> None:
    lost_jobs = LostJobs()
    seen: list[tuple[str | None, str | None]] = []

    @queue.task(name="look", queue="looks", queueing_lock="look")
    async def look() -> None:
        desk.execute(
            "set search_path to queue; insert into procrastinate_jobs "
            "(queue_name, task_name, queueing_lock, status, worker_id) "
            "select 'deliveries', 'deliver_event', 'lost', 'doing', id from procrastinate_workers"
        )
        for _ in range(2):
            await lost_jobs.bring_back(queue)
            seen.append((status_of(desk, "lost"), status_of(desk, "look")))

    await look.defer_async()
    await queue.run_worker_async(
        queues=["looks"], wait=False, install_signal_handlers=False, worker_middleware=[lost_jobs.watch]
    )
    assert seen == [("doing", "doing"), ("todo", "doing")]
