"""The delivery worker: `python -m api.worker` hands the Ticket Service's events to the Workflow API."""

import asyncio
import contextlib
from datetime import timedelta

import httpx
from procrastinate import App

from api.intake import delivery
from api.intake.jobs import CONCURRENCY, create_queue
from api.intake.repository import DELIVERY_QUEUE
from api.kit.db import Database
from api.kit.logs import log, start_logging
from api.settings import ApiSettings, get_settings

SWEEP_EVERY = timedelta(seconds=30)


async def sweep_forever(database: Database, app: App) -> None:
    """Bring back what a killed worker left behind, at the start and every so often."""
    while True:
        try:
            for job in await app.job_manager.get_stalled_jobs(queue=DELIVERY_QUEUE):
                await app.job_manager.retry_job(job)
            swept = await delivery.defer_forgotten(database)
            if swept:
                log.warning("events_swept", count=swept)
        except Exception as error:  # noqa: BLE001 - the sweep must outlive a restart of the database
            log.warning("sweep_failed", error=type(error).__name__)
        await asyncio.sleep(SWEEP_EVERY.total_seconds())


async def run(settings: ApiSettings) -> None:
    """Deliver until told to stop; a delivery under way is finished first."""
    database = Database.connect(settings, role="sluice_intake")
    headers = {"Authorization": f"Bearer {settings.service_token.get_secret_value()}"}
    client = httpx.AsyncClient(base_url=settings.workflow_api_url, headers=headers, timeout=10.0)
    app = create_queue(settings, database, client)
    try:
        async with client, app.open_async():
            sweep = asyncio.create_task(sweep_forever(database, app))
            log.info("worker_started", workflow_api_url=settings.workflow_api_url)
            # Installs its own SIGTERM and SIGINT handlers: they stop fetching and let jobs end.
            await app.run_worker_async(
                queues=[DELIVERY_QUEUE],
                concurrency=CONCURRENCY,
                fetch_job_polling_interval=2.0,
                shutdown_graceful_timeout=15.0,
                delete_jobs="successful",
            )
            sweep.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await sweep
    finally:
        await database.close()


def main() -> None:
    settings = get_settings()
    listener = start_logging(settings.log_level)
    try:
        asyncio.run(run(settings))
    finally:
        listener.stop()


if __name__ == "__main__":
    main()
