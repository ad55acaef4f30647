"""A worker in this process: its queue and its server, running no jobs unless told to."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
import pytest
from procrastinate import App

from api.kit.tracing import NoTracing
from api.settings import ApiSettings
from api.worker.context import open_context
from api.worker.http import Operation, create_operations_api
from api.worker.metrics import WorkerMetrics
from api.worker.queue import create_queue
from api.worker.readings import Readings
from api.worker.watching import JobWatch, WatchedJobManager


@dataclass(frozen=True)
class Worker:
    client: httpx.AsyncClient
    queue: App
    operation: Operation

    async def work(self) -> None:
        """Run the jobs that are due."""
        watch = JobWatch(self.operation.metrics, NoTracing())
        await self.queue.run_worker_async(
            wait=False, install_signal_handlers=False, listen_notify=False, worker_middleware=[watch.watch]
        )


@pytest.fixture
async def worker(settings: ApiSettings) -> AsyncIterator[Worker]:
    # Nobody listens at the discard port.
    nowhere = {"workflow_api_url": "http://127.0.0.1:9", "ticket_service_url": "http://127.0.0.1:9"}
    settings = settings.model_copy(update=nowhere)
    async with open_context(settings) as context:
        queue = create_queue(context)
        metrics, readings = WorkerMetrics(), Readings(context, queue)
        metrics.registry.register(readings)
        queue.job_manager = job_manager = WatchedJobManager(queue.connector)
        operation = Operation(context, queue, job_manager, metrics, readings)
        transport = httpx.ASGITransport(create_operations_api(settings, operation))
        async with (
            queue.open_async(),
            httpx.AsyncClient(transport=transport, base_url="http://worker.test") as client,
        ):
            yield Worker(client, queue, operation)
