"""Knowing what the jobs do: a line of the log, figures and a span for each, and signs of life."""

import time
from collections.abc import Iterable, Mapping
from typing import Any

import structlog
from procrastinate import JobContext
from procrastinate.connector import BaseConnector
from procrastinate.jobs import Job
from procrastinate.manager import JobManager
from procrastinate.middleware import AsyncCallNext
from procrastinate.worker import Worker

from api.kit.attempts import Outcome, observe_attempts
from api.kit.logs import log
from api.kit.tracing import Tracing
from api.worker.metrics import WorkerMetrics

# What a job is about, where it is about one thing.
_SUBJECTS = ("event_id", "notification_id", "delivery_id")


class JobWatch:
    def __init__(self, metrics: WorkerMetrics, tracing: Tracing) -> None:
        self.metrics = metrics
        self.tracing = tracing

    async def watch(self, call_next: AsyncCallNext, context: JobContext, _: Worker) -> Any:
        """Run a job as worker middleware; one that returns numbers by name has them counted."""
        job = context.job
        subjects = {name: str(job.task_kwargs[name]) for name in _SUBJECTS if name in job.task_kwargs}
        # Each job has an asyncio task, and so a context, of its own.
        structlog.contextvars.bind_contextvars(job_id=job.id, task=job.task_name, **subjects)
        started = time.perf_counter()

        def observe(sender: str, channel: str, outcome: Outcome) -> None:
            self.metrics.observe_attempt(sender, channel, outcome, time.perf_counter() - started)

        observe_attempts(observe)
        problem: str | None = None
        try:
            with self.tracing.job(job.task_name, **subjects):
                result = await call_next()
            if isinstance(result, Mapping):
                self.metrics.observe_effects(job.task_name, result)
        except BaseException as error:
            problem = type(error).__name__
            raise
        else:
            return result
        finally:
            self._tell(job.task_name, problem, time.perf_counter() - started)

    def _tell(self, task: str, problem: str | None, seconds: float) -> None:
        outcome = "failed" if problem else "succeeded"
        self.metrics.observe_job(task, outcome, seconds)
        told = {"problem": problem} if problem else {}
        log.info("job", outcome=outcome, milliseconds=round(seconds * 1000, 1), **told)


class WatchedJobManager(JobManager):
    """Remembers when the queue was last seen to work: a fetch of jobs, or a heartbeat."""

    def __init__(self, connector: BaseConnector) -> None:
        super().__init__(connector)
        self.last_seen = time.monotonic()

    async def fetch_job(self, queues: Iterable[str] | None, worker_id: int) -> Job | None:
        job = await super().fetch_job(queues, worker_id)
        self.last_seen = time.monotonic()
        return job

    async def update_heartbeat(self, worker_id: int) -> None:
        await super().update_heartbeat(worker_id)
        self.last_seen = time.monotonic()

    @property
    def silent_seconds(self) -> float:
        return time.monotonic() - self.last_seen
