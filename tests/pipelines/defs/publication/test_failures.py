"""A run that publishes nothing leaves word of it."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from pipelines.runner import run_pipeline
from tests.pipelines.published import publication_count

LATER = "update ops.task set sla_started_at = sla_started_at {} interval '9 years'"
RENAME = "alter table serving.publications rename column {} to {}"


@pytest.fixture(scope="module", autouse=True)
def first_publication(desk_url: str) -> None:  # noqa: ARG001 - the desk to publish
    assert run_pipeline(train=False).published


@pytest.fixture
def undone(connection: psycopg.Connection) -> Iterator[list[str]]:
    """Statements that mend what a test breaks."""
    statements: list[str] = []
    yield statements
    for statement in statements:
        connection.execute(statement)


def failed_runs(connection: psycopg.Connection) -> list[tuple[Any, ...]]:
    query = "select job_name, failures, failed_at > now() - interval '5 minutes' from serving.failed_runs"
    return connection.execute(f"{query} order by failed_at").fetchall()


class TestFailedRun:
    def test_names_the_check_that_stopped_it(self, connection: psycopg.Connection, undone: list[str]) -> None:
        assert failed_runs(connection) == []
        connection.execute(LATER.format("+"))
        undone.append(LATER.format("-"))
        count = publication_count(connection)

        outcome = run_pipeline(train=False)

        [(job, failures, is_recent)] = failed_runs(connection)
        assert (job, failures, is_recent) == ("publish", outcome.failures, True)
        assert "target_resolution and sla_started_at" in failures[0]
        assert publication_count(connection) == count

    def test_names_the_error_where_no_check_failed(
        self, connection: psycopg.Connection, undone: list[str]
    ) -> None:
        connection.execute(RENAME.format("row_counts", "rows_counted"))
        undone.append(RENAME.format("rows_counted", "row_counts"))

        outcome = run_pipeline(train=False)

        *_, (_, failures, _) = failed_runs(connection)
        assert failures == outcome.failures
        assert "run `sluice migrate`" in failures[0]

    def test_is_not_told_of_one_that_published(self, connection: psycopg.Connection) -> None:
        before = failed_runs(connection)

        assert run_pipeline(train=False).published

        assert failed_runs(connection) == before
