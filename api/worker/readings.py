"""What waits in the database, read when Prometheus asks, and not more often than every few seconds."""

import asyncio
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from procrastinate import App
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import text

from api.kit.db import Database
from api.kit.logs import log
from api.worker.context import WorkerContext
from api.worker.metrics import direction_of
from api.worker.punctuality import read_timers

KEPT_SECONDS = 5.0
TIMEOUT_SECONDS = 3.0
# `ready` may run now. The oldest is known without reading every job: ids follow the order of arrival.
_QUEUE = text("""
with jobs as (
    select
        id,
        queue_name,
        scheduled_at,
        case
            when status <> 'todo' then status::text
            when scheduled_at > now() then 'scheduled'
            else 'ready'
        end as state
    from queue.procrastinate_jobs
    where status in ('todo', 'doing', 'failed')
),
counted as (
    select
        queue_name,
        state,
        count(*) as jobs,
        min(scheduled_at) as scheduled_at,
        min(id) filter (where scheduled_at is null) as oldest_id
    from jobs
    group by queue_name, state
)
select
    queue_name,
    state,
    jobs,
    greatest(0, extract(epoch from now() - least(
        scheduled_at,
        (select min(event.at) from queue.procrastinate_events as event where event.job_id = oldest_id)
    )))::float
from counted
""")
_OUTBOX = """
select
    count(*),
    (select count(*) from {schema}.outbox_event where failed_at is not null),
    coalesce(extract(epoch from now() - min(occurred_at)), 0)::float
from {schema}.outbox_event
where delivered_at is null and failed_at is null
"""
_NOTIFICATIONS = text("""
select channel, status, count(*) from ops.notification_delivery
where status in ('pending', 'retrying') group by channel, status
union all
select channel, status, count(*) from ops.notification_delivery
where first_failed_at is not null and status = 'failed' group by channel, status
""")


class Readings(Collector):
    """The newest figures that could be read; none when the database did not answer."""

    def __init__(self, context: WorkerContext, app: App) -> None:
        self.context = context
        self.app = app
        self.started_at = time.time()
        self._families: list[Metric] = []
        self._expires_at = 0.0
        self._lock = asyncio.Lock()

    def collect(self) -> Iterator[Metric]:
        yield from self._families
        answered = 1.0 if self._families else 0.0
        yield GaugeMetricFamily("sluice_readings_up", "Whether the database could be read.", answered)

    async def refresh(self) -> None:
        async with self._lock:
            if time.monotonic() < self._expires_at:
                return
            try:
                async with asyncio.timeout(TIMEOUT_SECONDS):
                    self._families = await self._read()
            except Exception as error:  # noqa: BLE001 - figures of the process itself are told in any case
                log.warning("readings_failed", error=type(error).__name__)
                self._families = []
            self._expires_at = time.monotonic() + KEPT_SECONDS

    async def _read(self) -> list[Metric]:
        operations = self.context.operations
        queue = await _rows(operations, _QUEUE)
        return [
            _gauge(
                "sluice_queue_jobs", "Jobs in the queue.", ("queue", "status"), [row[:3] for row in queue]
            ),
            _gauge(
                "sluice_queue_oldest_seconds",
                "How long ago the oldest job was due.",
                ("queue", "status"),
                [(*row[:2], row[3]) for row in queue],
            ),
            *await self._read_outboxes(),
            _gauge(
                "sluice_notification_deliveries",
                "Notifications that are on their way through a channel or failed for good.",
                ("channel", "status"),
                await _rows(operations, _NOTIFICATIONS),
            ),
            *await self._read_timers(),
        ]

    async def _read_outboxes(self) -> list[Metric]:
        counts: list[tuple[Any, ...]] = []
        ages: list[tuple[Any, ...]] = []
        for outbox in self.context.outboxes.values():
            [(waiting, failed, age)] = await _rows(outbox.database, text(_OUTBOX.format(schema=outbox.name)))
            direction = direction_of(outbox.name)
            counts += [(direction, "waiting", waiting), (direction, "failed", failed)]
            ages.append((direction, age))
        labels = ("direction", "status")
        return [
            _gauge("sluice_outbox_events", "Events that are not delivered.", labels, counts),
            _gauge("sluice_outbox_oldest_seconds", "Age of the oldest waiting event.", labels[:1], ages),
        ]

    async def _read_timers(self) -> list[Metric]:
        timers = await read_timers(self.context.operations, self.app, since=self.started_at)
        ended = [(timer.name, timer.last_run_at) for timer in timers if timer.last_run_at is not None]
        late = [(timer.name, timer.late_seconds) for timer in timers]
        return [
            _gauge(
                "sluice_timer_last_run_timestamp_seconds",
                "When the run was due that ended last.",
                ("timer",),
                ended,
            ),
            _gauge("sluice_timer_late_seconds", "How long a run is overdue.", ("timer",), late),
        ]


async def _rows(database: Database, statement: Any) -> Sequence[Any]:
    async with database.read_sessions() as session:
        return (await session.execute(statement)).all()


def _gauge(name: str, told: str, labels: Sequence[str], rows: Iterable[Sequence[Any]]) -> Metric:
    family = GaugeMetricFamily(name, told, labels=labels)
    for *values, value in rows:
        family.add_metric([str(label) for label in values], float(value))
    return family
