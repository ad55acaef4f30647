"""`python -m api.worker` delivers what the services have to tell each other and people, and keeps time."""

import asyncio
import contextlib
import sys
from datetime import timedelta

from procrastinate import App

from api.kit.logs import log, start_logging
from api.kit.outbox import defer_forgotten
from api.notifications import jobs
from api.settings import ApiSettings, get_settings
from api.worker.context import WorkerContext, open_context
from api.worker.http import PortError, open_view
from api.worker.lost_jobs import DEAD_AFTER_SECONDS, HEARTBEAT_SECONDS, LostJobs
from api.worker.queue import CONCURRENCY, create_queue

SWEEP_EVERY = timedelta(seconds=5)


async def sweep_forever(context: WorkerContext, app: App, lost_jobs: LostJobs) -> None:
    """Bring back what a killed worker left behind, at the start and every so often."""
    while True:
        try:
            await lost_jobs.bring_back(app)
            swept = sum([await defer_forgotten(outbox) for outbox in context.outboxes.values()])
            swept += await jobs.defer_forgotten(context.operations)
            if swept:
                log.warning("events_swept", count=swept)
        except Exception as error:  # noqa: BLE001 - the sweep must outlive a restart of the database
            log.warning("sweep_failed", error=type(error).__name__)
        await asyncio.sleep(SWEEP_EVERY.total_seconds())


async def run(settings: ApiSettings) -> None:
    """Work until told to stop; a job under way is finished first."""
    async with open_context(settings) as context:
        app = create_queue(context)
        async with app.open_async(), open_view(settings, context, app) as view:
            lost_jobs = LostJobs()
            sweep = asyncio.create_task(sweep_forever(context, app, lost_jobs))
            log.info(
                "worker_started",
                workflow_api_url=settings.workflow_api_url,
                ticket_service_url=settings.ticket_service_url,
                address=view.address,
            )
            # Installs its own SIGTERM and SIGINT handlers: they stop fetching and let jobs end.
            await app.run_worker_async(
                concurrency=CONCURRENCY,
                fetch_job_polling_interval=2.0,
                shutdown_graceful_timeout=15.0,
                delete_jobs="successful",
                update_heartbeat_interval=HEARTBEAT_SECONDS,
                stalled_worker_timeout=DEAD_AFTER_SECONDS,
                worker_middleware=[lost_jobs.watch, view.jobs.watch],
            )
            sweep.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await sweep


def main() -> None:
    settings = get_settings()
    listener = start_logging(settings.log_level, also=("procrastinate", "uvicorn"))
    try:
        asyncio.run(run(settings))
    except PortError as error:
        sys.exit(str(error))
    finally:
        listener.stop()


if __name__ == "__main__":
    main()
