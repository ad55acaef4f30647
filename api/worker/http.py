"""The worker's own small server: whether it lives, whether it works, and its figures."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass

import uvicorn
from fastapi import APIRouter, Depends, FastAPI, Request, Response
from procrastinate import App

from api.identity.auth import require_service
from api.kit.error_responses import install_error_handlers
from api.kit.errors import UnavailableError
from api.kit.health import Health, refuse_unmigrated
from api.kit.metrics import show_metrics
from api.kit.requests import RequestEnvelope
from api.kit.tracing import start_tracing
from api.settings import ApiSettings
from api.worker.context import WorkerContext
from api.worker.metrics import WorkerMetrics
from api.worker.punctuality import read_timers
from api.worker.readings import Readings
from api.worker.watching import JobWatch, WatchedJobManager

# Jobs are looked for every two seconds, and the heart beats while all hands are busy.
SILENCE_SECONDS = 30.0
LATE_SECONDS = 120.0
_ANSWER_SECONDS = 4.0

router = APIRouter()


class PortError(Exception):
    """The port of the server cannot be opened; the message says which and what to do."""


@dataclass(frozen=True)
class View:
    """The server while it is open, and what is to be told of every job."""

    address: str
    jobs: JobWatch


@dataclass(frozen=True)
class Operation:
    """What the server tells of."""

    context: WorkerContext
    queue: App
    job_manager: WatchedJobManager
    metrics: WorkerMetrics
    readings: Readings


@router.get("/healthz/")
async def is_alive() -> Health:
    """Answer as long as the event loop turns."""
    return Health(status="ok")


@router.get("/readyz/")
async def is_ready(request: Request) -> Health:
    """Answer while jobs are fetched from a migrated database and the timers keep time."""
    operation: Operation = request.app.state.operation
    async with asyncio.timeout(_ANSWER_SECONDS):
        await refuse_unmigrated(operation.context.operations)
        silent_seconds = operation.job_manager.silent_seconds
        if silent_seconds > SILENCE_SECONDS:
            message = f"No job was looked for in {silent_seconds:.0f} seconds: restart the worker"
            raise UnavailableError(message)
        since = operation.readings.started_at
        for timer in await read_timers(operation.context.operations, operation.queue, since=since):
            if timer.late_seconds > LATE_SECONDS:
                late = f"{timer.late_seconds:.0f} seconds"
                raise UnavailableError(f"The timer {timer.name} is {late} late: see the worker's log")
    return Health(status="ok")


@router.get("/metrics/", dependencies=[Depends(require_service)])
async def tell_metrics(request: Request) -> Response:
    operation: Operation = request.app.state.operation
    await operation.readings.refresh()
    return await show_metrics(request)


def create_operations_api(settings: ApiSettings, operation: Operation) -> FastAPI:
    app = FastAPI(title="Sluice worker", openapi_url=None, redirect_slashes=False)
    app.state.settings = settings
    app.state.operation = operation
    app.state.metrics = operation.metrics
    app.add_middleware(RequestEnvelope, metrics=operation.metrics)
    install_error_handlers(app)
    app.include_router(router)
    return app


def listen(settings: ApiSettings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.worker_port), family=family)
    except OSError as error:
        reason = os.strerror(error.errno).lower() if error.errno else str(error)
        message = (
            f"port {settings.worker_port} for the worker's health and figures cannot be opened ({reason}): "
            "free it or set SLUICE_WORKER_PORT to another port"
        )
        raise PortError(message) from None


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals to the worker, which ends its jobs first."""
        yield


@asynccontextmanager
async def serve(app: FastAPI, listener: socket.socket) -> AsyncIterator[None]:
    """Answer on the listener, in this event loop, until the end of the block."""
    config = uvicorn.Config(
        app,
        log_config=None,
        log_level="warning",
        access_log=False,
        lifespan="off",
        proxy_headers=False,
        timeout_graceful_shutdown=2,
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listener]), name="worker's server")
    try:
        yield
    finally:
        server.should_exit = True
        with suppress(asyncio.CancelledError):
            await serving


@asynccontextmanager
async def open_view(settings: ApiSettings, context: WorkerContext, queue: App) -> AsyncIterator[View]:
    """Show the work of a queue that is about to run.

    Raises:
        PortError: the port cannot be opened.
    """
    listener = listen(settings)
    metrics = WorkerMetrics()
    metrics.watch_engine("operations", context.operations.engine)
    metrics.watch_engine("intake", context.intake.engine)
    readings = Readings(context, queue)
    metrics.registry.register(readings)
    queue.job_manager = job_manager = WatchedJobManager(queue.connector)
    app = create_operations_api(settings, Operation(context, queue, job_manager, metrics, readings))
    tracing = start_tracing(settings, "sluice-worker")
    host, port = listener.getsockname()[:2]
    try:
        async with serve(app, listener):
            yield View(f"http://{host}:{port}", JobWatch(metrics, tracing))
    finally:
        await asyncio.to_thread(tracing.stop)
