"""Every quarter of an hour: the digests that are due, and those that no worker was there to write."""

from datetime import datetime

from procrastinate import App

from api.desk_digest import service as desk_digest
from api.kit.clock import utc_now
from api.kit.db import Database
from api.kit.logs import log
from api.notifications.digests import list_due
from api.settings import ApiSettings
from api.tasks.digests import write_digest
from api.worker.context import WorkerContext

QUEUE, LOCK = "digests", "digests"


async def write_digests(database: Database, settings: ApiSettings, now: datetime) -> int:
    """Write every digest that is due at a moment, each in a transaction of its own; returns how many."""
    async with database.read_sessions() as session:
        due = await list_due(session, settings.timezone, settings.digest_hour, now)
    written = 0
    for each in due:
        try:
            async with database.transaction() as session:
                is_written = await write_digest(session, each, now)
            written += is_written
        except Exception:  # noqa: BLE001 - one person's digest must not keep the others from theirs
            log.exception("digest_failed", user_id=each.user_id, period=each.period.key)
    return written


def register(app: App, context: WorkerContext) -> None:
    # The locks keep runs from piling up behind one another; two at once would do no harm.
    @app.periodic(cron="*/15 * * * *")
    @app.task(name="write_digests", queue=QUEUE, lock=LOCK, queueing_lock=LOCK)
    async def run_digests(timestamp: int) -> int:  # noqa: ARG001 - the queue says when the run was due
        now = utc_now()
        written = await write_digests(context.operations, context.settings, now)
        told = await desk_digest.write_due(context.operations, context.settings, now)
        if written or told:
            log.info("digests_written", count=written, of_the_desk=told)
        return written + told
