"""Every minute: deadlines crossed, tickets resolved long enough ago, and how the pipeline is."""

from collections import Counter
from datetime import datetime, timedelta

from procrastinate import App

from api.audit.trail import system_trail
from api.kit.clock import utc_now
from api.kit.db import Database
from api.kit.logs import log
from api.pipeline_watch import service as pipeline_watch
from api.settings import ApiSettings
from api.tasks import auto_close, crossings
from api.worker.context import WorkerContext

QUEUE, LOCK = "timers", "timers"


async def notice_crossings(database: Database, now: datetime) -> Counter[str]:
    """Notice every deadline crossed by a moment, a batch in each transaction."""
    total: Counter[str] = Counter()
    while True:
        async with database.transaction() as session:
            noticed = await crossings.notice_crossings(session, system_trail(session, "SLA clock"), now)
        if not noticed:
            return total
        total += noticed


async def close_resolved(database: Database, settings: ApiSettings, now: datetime) -> int:
    """Close every ticket that has been resolved long enough at a moment, a batch in each transaction."""
    if not settings.close_resolved_after_hours:
        return 0
    after = timedelta(hours=settings.close_resolved_after_hours)
    async with database.read_sessions() as session:
        rule = await auto_close.read_rule(session, after, settings.close_calendar)
    if rule is None:
        log.error("close_calendar_unknown", calendar=settings.close_calendar)
        return 0
    total = 0
    while True:
        async with database.transaction() as session:
            closed = await auto_close.close_resolved(session, rule, now)
        if not closed:
            return total
        total += closed


async def watch_pipeline(database: Database, now: datetime) -> list[str]:
    """Tell admins how the pipeline is, where that has changed; returns what they were told."""
    async with database.transaction() as session:
        return await pipeline_watch.watch_pipeline(session, now)


def register(app: App, context: WorkerContext) -> None:
    # The locks keep runs from piling up behind one another; two at once would do no harm.
    @app.periodic(cron="* * * * *")
    @app.task(name="run_timers", queue=QUEUE, lock=LOCK, queueing_lock=LOCK)
    async def run_timers(timestamp: int) -> dict[str, int]:  # noqa: ARG001 - the queue says when the run was due
        now = utc_now()
        noticed = await notice_crossings(context.operations, now)
        closed = await close_resolved(context.operations, context.settings, now)
        told = await watch_pipeline(context.operations, now)
        if noticed or closed or told:
            log.info("timers_run", **noticed, tickets_closed=closed, pipeline=told)
        return {**noticed, "tickets_closed": closed}
