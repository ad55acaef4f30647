"""Figures of a process for Prometheus, in a registry of its own: two apps in one process do not clash."""

import asyncio
from collections.abc import Callable, Iterator
from typing import NamedTuple

import asyncpg
from fastapi import Request, Response
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
)
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import QueuePool
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.types import Scope

OTHER = "other"
# Callers may invent methods, and each would be a series of its own.
_METHODS = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_FIRST_ERROR = 400
_EVENT = "counted_event"

# When a series began is told by its first sample; a second series for that doubles what is stored.
disable_created_metrics()  # type: ignore[no-untyped-call]


class Metrics:
    """What every process tells: its requests, the events it takes in, its pools and itself."""

    def __init__(self, service: str) -> None:
        self.service = service
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "sluice_http_requests_total",
            "Requests answered, by route and status.",
            ("service", "method", "route", "status"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "sluice_http_request_seconds",
            "Time from the head of a request to the end of its answer.",
            ("service", "method", "route"),
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self.in_flight = Gauge(
            "sluice_http_requests_in_flight",
            "Requests being answered now.",
            ("service",),
            registry=self.registry,
        ).labels(service)
        self._events = Counter(
            "sluice_events_total",
            "Events taken in and committed, by what became of them.",
            ("service", "event", "result"),
            registry=self.registry,
        )
        self._pools = PoolCollector(service)
        self.registry.register(self._pools)
        ProcessCollector(registry=self.registry)
        # Looking a series up by its labels costs more than counting in it.
        self._series: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}

    def observe_request(self, scope: Scope, status: int, seconds: float) -> None:
        """Count an answer; `status` 0 is none."""
        route = scope.get("route")
        key = (scope["method"], OTHER if route is None else route.path_format, status)
        series = self._series.get(key)
        if series is None:
            series = self._add_series(*key)
        series[0].inc()
        series[1].observe(seconds)
        event = scope["state"].get(_EVENT)
        if event is not None and status < _FIRST_ERROR:
            self._events.labels(self.service, *event).inc()

    def watch_engine(self, pool: str, engine: AsyncEngine) -> None:
        self._pools.readings[pool] = lambda: _read_engine(engine)

    def watch_driver_pool(self, pool: str, driver_pool: asyncpg.Pool) -> None:
        self._pools.readings[pool] = lambda: _read_driver_pool(driver_pool)

    def _add_series(self, method: str, route: str, status: int) -> tuple[Counter, Histogram]:
        named = method if method in _METHODS else OTHER
        series = (
            self._requests.labels(self.service, named, route, str(status or "none")),
            self._seconds.labels(self.service, named, route),
        )
        if named != OTHER:
            self._series[method, route, status] = series
        return series


def note_event(request: Request, event: str, result: str) -> None:
    """Have an event counted once its request has succeeded."""
    setattr(request.state, _EVENT, (event, result))


class PoolReading(NamedTuple):
    size: int
    checked_out: int
    idle: int
    overflow: int


def _read_engine(engine: AsyncEngine) -> PoolReading:
    pool = engine.pool
    if not isinstance(pool, QueuePool):
        return PoolReading(0, 0, 0, 0)
    return PoolReading(pool.size(), pool.checkedout(), pool.checkedin(), max(0, pool.overflow()))


def _read_driver_pool(pool: asyncpg.Pool) -> PoolReading:
    idle = pool.get_idle_size()
    return PoolReading(pool.get_max_size(), pool.get_size() - idle, idle, 0)


class PoolCollector(Collector):
    """Reads the pools when it is asked; counting along would cost every statement something."""

    def __init__(self, service: str) -> None:
        self.service = service
        self.readings: dict[str, Callable[[], PoolReading]] = {}

    def collect(self) -> Iterator[Metric]:
        size = GaugeMetricFamily(
            "sluice_database_pool_size",
            "Connections that the pool keeps at the most.",
            labels=("service", "pool"),
        )
        connections = GaugeMetricFamily(
            "sluice_database_pool_connections",
            "Open connections of the pool, by what they do.",
            labels=("service", "pool", "state"),
        )
        overflow = GaugeMetricFamily(
            "sluice_database_pool_overflow",
            "Open connections beyond the pool's size.",
            labels=("service", "pool"),
        )
        for pool, read in self.readings.items():
            reading = read()
            size.add_metric((self.service, pool), reading.size)
            connections.add_metric((self.service, pool, "checked_out"), reading.checked_out)
            connections.add_metric((self.service, pool, "idle"), reading.idle)
            overflow.add_metric((self.service, pool), reading.overflow)
        yield from (size, connections, overflow)


async def expose(metrics: Metrics, accept: str) -> Response:
    """Write the figures down in the format that the scraper asks for."""
    encode, content_type = choose_encoder(accept)
    # Some thousand lines of text: no request should wait for them.
    text = await asyncio.to_thread(encode, metrics.registry)
    return Response(text, headers={"Content-Type": content_type})


async def show_metrics(request: Request) -> Response:
    """Answer Prometheus with the figures of this process."""
    return await expose(request.app.state.metrics, request.headers.get("accept", ""))
