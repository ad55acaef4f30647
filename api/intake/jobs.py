"""The job queue of deliveries: what runs a job, and how long a failed one waits."""

import random
from datetime import timedelta

import httpx
from procrastinate import App, BaseRetryStrategy, PsycopgConnector, RetryDecision
from procrastinate.jobs import Job

from api.intake import delivery
from api.intake.delivery import DeliveryRefused
from api.intake.repository import DELIVERY_QUEUE, DELIVERY_TASK
from api.kit.clock import utc_now
from api.kit.db import Database
from api.settings import ApiSettings

MAX_ATTEMPTS = 20
LONGEST_WAIT_SECONDS = 300.0
CONCURRENCY = 4
_jitter = random.SystemRandom()


class BackOff(BaseRetryStrategy):
    """Wait twice as long after each failure, spread out so that a recovering service is not stampeded."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        if isinstance(exception, DeliveryRefused) or job.attempts >= MAX_ATTEMPTS:
            return None
        wait = min(2.0**job.attempts, LONGEST_WAIT_SECONDS) * _jitter.uniform(0.5, 1.0)
        return RetryDecision(retry_at=utc_now() + timedelta(seconds=wait))


def create_queue(settings: ApiSettings, database: Database, client: httpx.AsyncClient) -> App:
    connector = PsycopgConnector(
        conninfo=settings.database_url,
        kwargs={"options": "-c role=sluice_intake -c search_path=queue", "application_name": "worker"},
        min_size=1,
        max_size=CONCURRENCY + 2,
    )
    app = App(connector=connector)

    @app.task(name=DELIVERY_TASK, queue=DELIVERY_QUEUE, retry=BackOff())
    async def deliver_event(event_id: str) -> None:
        await delivery.deliver(database, client, event_id)

    return app
