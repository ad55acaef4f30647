"""Events between the two services: one job hands on one event."""

import random
from datetime import timedelta

from procrastinate import App, BaseRetryStrategy, RetryDecision
from procrastinate.jobs import Job

from api.kit import outbox
from api.kit.clock import utc_now
from api.kit.outbox import DELIVERY_TASK, DeliveryRefused
from api.worker.context import DELIVERIES, WorkerContext

LONGEST_WAIT_SECONDS = 60.0
_jitter = random.SystemRandom()


class BackOff(BaseRetryStrategy):
    """Wait twice as long after each failure, spread out so that a recovering service is not stampeded.

    There is no last attempt: how often the receiver may answer badly is the outbox's to say, and one who
    does not answer at all is waited for.
    """

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        if isinstance(exception, DeliveryRefused):
            return None
        wait = min(2.0 ** min(job.attempts, 16), LONGEST_WAIT_SECONDS) * _jitter.uniform(0.5, 1.0)
        return RetryDecision(retry_at=utc_now() + timedelta(seconds=wait))


def register(app: App, context: WorkerContext) -> None:
    # Jobs of before there were two outboxes do not name theirs.
    @app.task(name=DELIVERY_TASK, queue=DELIVERIES, retry=BackOff())
    async def deliver_event(event_id: str, outbox_name: str = "intake") -> None:
        await outbox.deliver(context.outboxes[outbox_name], event_id)
