"""The worker's own server: whether it is ready, and what it tells Prometheus."""

import os
import socket
import subprocess
import sys
import time
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from api.settings import ApiSettings
from api.worker import readings
from tests.api.worker.conftest import Worker
from tests.factories.desk import Desk
from tests.fixtures.statements import StatementCount

OUTBOX_EVENT = (
    "insert into {schema}.outbox_event (event_id, kind, payload, occurred_at, failed_at, {number}) "
    "values (%s, 'ticket.created', '{{}}', now() - interval '1 hour', %s, 'TX20260101000001')"
)
INTAKE = OUTBOX_EVENT.format(schema="intake", number="ticket_id")
OPS = OUTBOX_EVENT.format(schema="ops", number="ticket_number")
TIMER = (
    "insert into queue.procrastinate_periodic_defers (task_name, periodic_id, defer_timestamp) "
    "values ('run_timers', '', %s)"
)


async def figures(worker: Worker, headers: dict[str, Any]) -> dict[tuple[str, ...], float]:
    answer = await worker.client.get("/metrics", headers=headers)
    assert answer.status_code == 200
    return {
        (sample.name, *(sample.labels[label] for label in sorted(sample.labels))): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


class TestReady:
    async def test_a_worker_that_has_begun_is(self, worker: Worker) -> None:
        assert (await worker.client.get("/healthz")).json() == {"status": "ok"}
        assert (await worker.client.get("/readyz")).json() == {"status": "ok"}

    async def test_not_on_a_schema_of_another_release(self, worker: Worker, desk: Desk) -> None:
        desk.execute("update public.alembic_version set version_num = 'another'")
        answer = await worker.client.get("/readyz")
        assert answer.status_code == 503
        assert "run `sluice migrate`" in answer.json()["error"]
        assert (await worker.client.get("/healthz")).status_code == 200

    async def test_not_when_no_job_is_looked_for(self, worker: Worker) -> None:
        worker.operation.job_manager.last_seen -= 60
        answer = await worker.client.get("/readyz")
        assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
        assert answer.json()["error"].startswith("No job was looked for in 60 seconds")
        await worker.work()
        assert (await worker.client.get("/readyz")).status_code == 200

    async def test_not_when_a_timer_is_late(self, worker: Worker, desk: Desk) -> None:
        desk.execute(TIMER, int(time.time()) - 600)
        # It was late before this worker began; now it is this worker's doing.
        assert (await worker.client.get("/readyz")).status_code == 200
        worker.operation.readings.started_at -= 3600
        answer = await worker.client.get("/readyz")
        assert answer.status_code == 503
        assert "The timer run_timers is " in answer.json()["error"]

    async def test_a_timer_that_ran_in_this_minute_is_not_late(self, worker: Worker, desk: Desk) -> None:
        desk.execute(TIMER, int(time.time()) // 60 * 60)
        worker.operation.readings.started_at -= 3600
        assert (await worker.client.get("/readyz")).status_code == 200


class TestMetrics:
    @pytest.mark.parametrize("who", ["nobody", "as_admin"])
    async def test_only_the_service_token_opens_them(
        self, worker: Worker, request: pytest.FixtureRequest, who: str
    ) -> None:
        headers = {} if who == "nobody" else request.getfixturevalue(who)
        assert (await worker.client.get("/metrics", headers=headers)).status_code == 401

    async def test_what_waits_is_told_with_its_age(
        self, worker: Worker, desk: Desk, as_service: dict[str, Any]
    ) -> None:
        desk.execute(INTAKE, "waits", None)
        desk.execute(INTAKE, "failed", "2026-01-01")
        desk.execute(OPS, "waits-too", None)
        desk.execute(
            "update queue.procrastinate_jobs set scheduled_at = now() + interval '1 hour' "
            "from set_config('search_path', 'queue', true) where queueing_lock = 'waits-too'"
        )
        desk.execute(
            "update queue.procrastinate_events set at = now() - interval '90 seconds' "
            "where job_id = (select min(id) from queue.procrastinate_jobs)"
        )
        told = await figures(worker, as_service)
        assert told["sluice_queue_jobs", "deliveries", "ready"] == 2
        assert told["sluice_queue_jobs", "answers", "scheduled"] == 1
        assert 90 <= told["sluice_queue_oldest_seconds", "deliveries", "ready"] < 3600
        assert told["sluice_queue_oldest_seconds", "answers", "scheduled"] == 0
        assert told["sluice_outbox_events", "to_workflow_api", "waiting"] == 1
        assert told["sluice_outbox_events", "to_workflow_api", "failed"] == 1
        assert told["sluice_outbox_events", "to_ticket_service", "waiting"] == 1
        assert told["sluice_outbox_oldest_seconds", "to_workflow_api"] >= 3600

    async def test_an_attempt_is_counted_by_direction_and_outcome(
        self, worker: Worker, desk: Desk, as_service: dict[str, Any]
    ) -> None:
        desk.execute(INTAKE, "event-1", None)
        await worker.work()
        told = await figures(worker, as_service)
        assert told["sluice_delivery_attempts_total", "http", "to_workflow_api", "retrying"] == 1
        assert told["sluice_delivery_attempt_seconds_count", "http", "to_workflow_api"] == 1
        assert told["sluice_jobs_total", "failed", "deliver_event"] == 1

    async def test_a_timer_tells_when_it_ran_and_what_it_did(
        self, worker: Worker, desk: Desk, as_service: dict[str, Any]
    ) -> None:
        due_at = int(time.time()) // 60 * 60
        desk.execute(TIMER, due_at)
        await worker.queue.tasks["run_timers"].defer_async(timestamp=due_at)
        await worker.work()
        told = await figures(worker, as_service)
        assert told["sluice_timer_last_run_timestamp_seconds", "run_timers"] == due_at
        assert told["sluice_timer_late_seconds", "run_timers"] < 60
        assert told["sluice_jobs_total", "succeeded", "run_timers"] == 1
        assert told["sluice_timer_effects_total", "tickets_closed", "run_timers"] == 0

    async def test_a_second_scrape_soon_after_asks_the_database_nothing(
        self, worker: Worker, as_service: dict[str, Any], count_statements: StatementCount
    ) -> None:
        await figures(worker, as_service)
        with count_statements() as statements:
            await figures(worker, as_service)
        assert statements == []

    async def test_a_database_that_does_not_answer_keeps_nobody_waiting(
        self, worker: Worker, desk: Desk, as_service: dict[str, Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(readings, "TIMEOUT_SECONDS", 0.2)
        with desk.holding("lock table queue.procrastinate_jobs in access exclusive mode"):
            told = await figures(worker, as_service)
        assert told["sluice_readings_up",] == 0
        assert not any(labels[0] == "sluice_queue_jobs" for labels in told)


def test_a_taken_port_is_told_in_one_sentence(settings: ApiSettings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        environment = {"SLUICE_DATABASE_URL": settings.database_url, "SLUICE_WORKER_PORT": str(port)}
        done = subprocess.run(
            [sys.executable, "-m", "api.worker"],
            check=False,
            capture_output=True,
            text=True,
            env={**os.environ, **environment},
        )
    assert done.returncode == 1
    assert done.stderr == (
        f"port {port} for the worker's health and figures cannot be opened (address already in use): "
        "free it or set SLUICE_WORKER_PORT to another port\n"
    )
