"""Nobody asks for a publication: events arrive, and what they tell is published, whatever befalls a run."""

import socket
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.e2e.dagster_stack import ENDED, PATIENCE_SECONDS, DagsterStack, wait_for
from tests.pipelines.desk import fill_desk
from tests.pipelines.published import add_ticket, publication_count


@pytest.fixture
def connection(database_url: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database_url, autocommit=True) as connection:
        yield connection


@pytest.fixture
def stack(database_url: str, tmp_path: Path) -> Iterator[DagsterStack]:
    fill_desk(database_url, tickets=50, days=30)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with DagsterStack(tmp_path, database_url, port) as stack:
        yield stack


def test_events_are_published_also_after_a_run_was_cancelled_or_killed(
    stack: DagsterStack, connection: psycopg.Connection
) -> None:
    wait_for(lambda: publication_count(connection) == 1, "the first publication")

    add_ticket(connection, "CANCELLED-1")
    process = wait_for(stack.run_process, "a run after a new ticket")
    [cancelled, *_] = stack.runs()
    stack.terminate(cancelled["runId"])
    wait_for(lambda: stack.runs()[0]["status"] in ENDED, "the end of the cancelled run")
    process.wait(PATIENCE_SECONDS)
    assert publication_count(connection) == 1

    add_ticket(connection, "KILLED-1")
    process = wait_for(stack.run_process, "a run after another ticket")
    process.kill()
    wait_for(lambda: stack.runs()[0]["status"] == "FAILURE", "notice of the killed run")
    assert publication_count(connection) == 1

    add_ticket(connection, "PUBLISHED-1")
    wait_for(lambda: publication_count(connection) == 2, "the publication of all three")
    published = connection.execute(
        "select count(*) from serving.ticket_rows where ticket_number = any(%s)",
        [["CANCELLED-1", "KILLED-1", "PUBLISHED-1"]],
    ).fetchone()
    assert published == (3,)
