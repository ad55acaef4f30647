"""Whether the jobs that run by the clock do so, in whichever worker."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from procrastinate import App
from sqlalchemy import text

from api.kit.db import Database

# The queue keeps the newest row of each timer; the job it names is deleted when it went well.
_NEWEST = text("""
select
    newest.task_name,
    newest.defer_timestamp,
    coalesce(job.status not in ('todo', 'doing'), true) as has_ended
from queue.procrastinate_periodic_defers as newest
left join queue.procrastinate_jobs as job on job.id = newest.job_id
""")


@dataclass(frozen=True)
class Timer:
    name: str
    # When the run was due that ended last; unknown while one is under way.
    last_run_at: int | None
    late_seconds: float


async def read_timers(database: Database, app: App, *, since: float) -> list[Timer]:
    """Read how the timers keep time; nobody can be late by more than what has passed `since`."""
    periodic = {task.task.name: task for task in app.periodic_registry.periodic_tasks.values()}
    if not periodic:
        return []
    async with database.read_sessions() as session:
        rows: Sequence[Any] = (await session.execute(_NEWEST)).all()
    now = time.time()
    timers = []
    for name, deferred_at, has_ended in rows:
        if name not in periodic:
            continue
        due_at = deferred_at
        if has_ended:
            due_at = periodic[name].croniter.get_next(float, start_time=deferred_at, update_current=False)
        late_seconds = max(0.0, now - max(due_at, since))
        timers.append(Timer(name, deferred_at if has_ended else None, late_seconds))
    return timers
