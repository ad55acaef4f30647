"""Traces, as a receiver of OTLP gets them."""

import subprocess
import sys
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from api.kit.tracing import start_tracing
from api.main import create_workflow_api
from api.settings import ApiSettings
from tests.factories.receiver import attributes, receiving

NOBODY = "http://127.0.0.1:9"
WITHOUT = """
import sys
from api.main import create_ticket_service, create_workflow_api
from api.settings import ApiSettings
import api.worker.__main__
settings = ApiSettings(database_url="postgresql://nowhere/none", otlp_endpoint="")
create_workflow_api(settings), create_ticket_service(settings)
# FastAPI itself loads the interfaces: nothing stands behind them.
parts = ("exporter", "instrumentation", "proto", "sdk")
print([name for name in sys.modules if name.startswith(tuple(f"opentelemetry.{part}" for part in parts))])
"""


async def ask(settings: ApiSettings, path: str, headers: dict[str, Any]) -> httpx.Response:
    """Answer one request by an app that is started and stopped for it."""
    app = create_workflow_api(settings)
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://api.test") as client:
            return await client.get(path, headers=headers)


def test_nothing_that_traces_is_loaded_unless_it_is_asked_for() -> None:
    done = subprocess.run([sys.executable, "-c", WITHOUT], check=True, capture_output=True, text=True)
    assert done.stdout == "[]\n"


async def test_a_request_is_traced_down_to_its_statements(
    settings: ApiSettings, as_agent: dict[str, Any]
) -> None:
    with receiving() as receiver:
        traced = settings.model_copy(update={"otlp_endpoint": receiver.address})
        answer = await ask(traced, "/workflows/", {**as_agent, "X-Request-ID": "traced-1"})
    assert answer.status_code == 200
    assert {service for service, _ in receiver.spans} == {"sluice-workflow-api"}
    [request] = receiver.named("GET /workflows/")
    assert attributes(request)["http.route"] == "/workflows/"
    assert attributes(request)["sluice.request_id"] == "traced-1"
    statements = [span for _, span in receiver.spans if attributes(span).get("db.system") == "postgresql"]
    assert any(span.parent_span_id == request.span_id for span in statements)
    assert {span.trace_id for span in statements} == {request.trace_id}
    assert all("db.statement.parameters" not in attributes(span) for span in statements)


async def test_probes_and_scrapes_are_not_traced(settings: ApiSettings) -> None:
    with receiving() as receiver:
        traced = settings.model_copy(update={"otlp_endpoint": receiver.address})
        await ask(traced, "/healthz", {})
    assert receiver.spans == []


async def test_a_job_hands_its_trace_to_whom_it_calls(settings: ApiSettings) -> None:
    with receiving() as receiver:
        traced = settings.model_copy(update={"otlp_endpoint": receiver.address})
        tracing = start_tracing(traced, "sluice-worker")
        async with httpx.AsyncClient(trust_env=False) as client:
            with tracing.job("deliver_event", event_id="event-1"):
                await client.post(f"{receiver.address}/internal/")
        tracing.stop()
    [job] = receiver.named("deliver_event")
    assert attributes(job)["sluice.event_id"] == "event-1"
    [headers] = receiver.headers
    assert headers["traceparent"].split("-")[1] == job.trace_id.hex()


async def test_a_receiver_that_is_away_costs_no_request_and_one_line(
    settings: ApiSettings, as_agent: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    tracing = start_tracing(settings.model_copy(update={"otlp_endpoint": NOBODY}), "sluice-worker")
    with capture_logs() as logs:
        for number in range(600):
            with tracing.job("deliver_event", event_id=str(number)):
                pass
        tracing.stop()
    assert [line["event"] for line in logs] == ["traces_not_taken"]
    assert [record.name for record in caplog.records if record.name.startswith("opentelemetry")] == []
    answer = await ask(settings.model_copy(update={"otlp_endpoint": NOBODY}), "/workflows/", as_agent)
    assert answer.status_code == 200
