"""Spans of requests, jobs, calls to others and SQL, sent to an OTLP/HTTP receiver by a thread of its own."""

import logging
from collections.abc import Sequence
from contextlib import AbstractContextManager

import structlog
from fastapi import FastAPI
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.asyncpg import AsyncPGInstrumentor
from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor
from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from starlette.types import ASGIApp, Receive, Scope, Send

from api.kit.logs import log

# For one batch, its repetitions included. A stop waits for two batches at the most.
EXPORT_SECONDS = 3.0
_UNTRACED = r"^\w+://[^/]+/(healthz|readyz|metrics)/?$"


class OtlpTracing:
    def __init__(self, endpoint: str, service_name: str) -> None:
        # It would tell of each failure; ours are told once.
        logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)
        exporter = OTLPSpanExporter(f"{endpoint.rstrip('/')}/v1/traces", timeout=EXPORT_SECONDS)
        self._exporter = TellingExporter(exporter, endpoint)
        resource = Resource.create({SERVICE_NAME: service_name})
        self._provider = TracerProvider(resource=resource, shutdown_on_exit=False)
        self._provider.add_span_processor(BatchSpanProcessor(self._exporter))
        self._tracer = self._provider.get_tracer("sluice")
        self._instrumentors = (
            HTTPXClientInstrumentor(),
            AsyncPGInstrumentor(),  # type: ignore[no-untyped-call]
        )
        for instrumentor in self._instrumentors:
            instrumentor.instrument(tracer_provider=self._provider)

    def watch_requests(self, app: FastAPI) -> None:
        app.add_middleware(NamedSpan)
        FastAPIInstrumentor.instrument_app(
            app,
            tracer_provider=self._provider,
            excluded_urls=_UNTRACED,
            exclude_spans=["receive", "send"],
        )

    def job(self, name: str, **attributes: str) -> AbstractContextManager[object]:
        return self._tracer.start_as_current_span(
            name,
            kind=trace.SpanKind.CONSUMER,
            attributes={f"sluice.{key}": attributes[key] for key in attributes},
        )

    def stop(self) -> None:
        for instrumentor in self._instrumentors:
            instrumentor.uninstrument()
        self._exporter.is_stopping = True
        self._provider.shutdown()


class NamedSpan:
    """Puts the request id on the span, and the trace on the lines of the log."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        span = trace.get_current_span()
        if span.is_recording():
            span.set_attribute("sluice.request_id", scope["state"]["request_id"])
            structlog.contextvars.bind_contextvars(trace_id=f"{span.get_span_context().trace_id:032x}")
        await self.app(scope, receive, send)


class TellingExporter(SpanExporter):
    """Tells once that the receiver is away, and once that it is back; its spans are lost meanwhile."""

    def __init__(self, exporter: SpanExporter, endpoint: str) -> None:
        self.exporter = exporter
        self.endpoint = endpoint
        self.is_failing = False
        self.is_stopping = False

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        if self.is_failing and self.is_stopping:
            return SpanExportResult.FAILURE
        result = self.exporter.export(spans)
        is_failing = result is not SpanExportResult.SUCCESS
        if is_failing and not self.is_failing:
            log.warning("traces_not_taken", otlp_endpoint=self.endpoint)
        elif self.is_failing and not is_failing:
            log.info("traces_taken_again", otlp_endpoint=self.endpoint)
        self.is_failing = is_failing
        return result

    def shutdown(self) -> None:
        self.exporter.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        return self.exporter.force_flush(timeout_millis)
