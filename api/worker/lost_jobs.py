"""Jobs that count as begun and that nobody works on: their worker was killed, or its database was."""

from typing import Any

from procrastinate import App
from procrastinate.exceptions import UniqueViolation
from procrastinate.job_context import JobContext
from procrastinate.jobs import Job, Status
from procrastinate.middleware import AsyncCallNext
from procrastinate.worker import Worker

HEARTBEAT_SECONDS = 3.0
# A worker not heard of for so long is dead.
DEAD_AFTER_SECONDS = 15.0


class LostJobs:
    """Knows what its own worker is at, so that it can tell what that has lost.

    A worker outlives a restart of the database, while the outcome of a job that ended meanwhile is not
    noted: that job is begun for ever, by a worker that is alive.
    """

    def __init__(self) -> None:
        self._worker_id: int | None = None
        self._under_way: set[int] = set()
        self._missed: set[int] = set()

    async def watch(self, work: AsyncCallNext, context: JobContext, worker: Worker) -> Any:
        """Wrap every job of the worker."""
        self._worker_id = worker.worker_id
        job_id = context.job.id or 0
        self._under_way.add(job_id)
        try:
            return await work()
        finally:
            self._under_way.discard(job_id)

    async def bring_back(self, app: App) -> None:
        """Queue again what dead workers left, and what ours was not at when this was last called either."""
        lost = list(await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=DEAD_AFTER_SECONDS))
        if self._worker_id is not None:
            begun = await app.job_manager.list_jobs_async(status="doing", worker_id=self._worker_id)
            # One that was fetched or ended this very moment looks the same; the next time it does not.
            missed = {job.id: job for job in begun if job.id is not None and job.id not in self._under_way}
            lost += [job for job_id, job in missed.items() if job_id in self._missed]
            self._missed = missed.keys() - {job.id for job in lost}
        for job in lost:
            await _queue_again(app, job)


async def _queue_again(app: App, job: Job) -> None:
    try:
        await app.job_manager.retry_job(job)
    except UniqueViolation:
        # One that does the same waits already.
        await app.job_manager.finish_job(job, Status.FAILED, delete_job=True)
