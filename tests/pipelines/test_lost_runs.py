"""Runs whose process is gone do not hold up those that follow."""

import time
from collections.abc import Iterator

import dagster as dg
import psycopg
import pytest

from pipelines.lost_runs import KILLED, end_lost_runs
from pipelines.resources.build_lock import SESSION_OF_RUN

# As the sensor looks: the role sees the names of sessions that are not its own.
AS_PIPELINE = "-c role=sluice_pipeline"


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as instance:
        yield instance


@dg.job
def publish() -> None:
    """Has no steps: only that a run of it was started counts."""


def start_run(instance: dg.DagsterInstance, seconds_ago: float) -> str:
    run = instance.create_run_for_job(publish)
    started = dg.DagsterEvent(event_type_value=dg.DagsterEventType.RUN_START.value, job_name=run.job_name)
    instance.report_dagster_event(started, run.run_id, timestamp=time.time() - seconds_ago)
    return run.run_id


def failures(connection: psycopg.Connection) -> list[tuple[str, str, list[str]]]:
    return connection.execute("select run_id, job_name, failures from serving.failed_runs").fetchall()


def test_a_run_without_a_session_is_ended_and_told(database_url: str, instance: dg.DagsterInstance) -> None:
    run_id = start_run(instance, seconds_ago=90)
    with psycopg.connect(database_url, options=AS_PIPELINE) as connection:
        assert end_lost_runs(instance, connection) == [run_id]
        assert failures(connection) == [(run_id, "publish", [KILLED])]
        assert end_lost_runs(instance, connection) == []
    run = instance.get_run_by_id(run_id)
    assert run is not None
    assert run.status is dg.DagsterRunStatus.FAILURE


def test_a_run_that_has_just_begun_is_left_alone(database_url: str, instance: dg.DagsterInstance) -> None:
    start_run(instance, seconds_ago=30)
    with psycopg.connect(database_url, options=AS_PIPELINE) as connection:
        assert end_lost_runs(instance, connection) == []


def test_a_run_with_a_session_is_left_alone(database_url: str, instance: dg.DagsterInstance) -> None:
    run_id = start_run(instance, seconds_ago=9000)
    name = f"{SESSION_OF_RUN}{run_id}"
    with (
        psycopg.connect(database_url, options=AS_PIPELINE) as connection,
        psycopg.connect(database_url, application_name=name),
    ):
        assert end_lost_runs(instance, connection) == []
