"""Readers ask while one publication after another replaces what they read.

Two states of one desk are built by the real pipeline. A publisher makes now the one and now the other
visible; every answer must be, word for word, the answer of the state that its publication holds.
Without --database-url a desk is simulated and published for the race, and dropped after it.

    python -m tests.faults.publication_race --publications 50 --requests 10000
"""

import argparse
import asyncio
import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psycopg
from psycopg import sql

from api.kit.db import with_database
from api.migrations.runner import upgrade
from pipelines.defs.publication.publish import publish
from sluice.database import resolve_database_url
from tests.api.insights.calls import calling, running_service
from tests.conftest import temporary_database
from tests.fixtures.published_desk import publish_simulated

QUESTIONS = (
    "/tickets/dashboard/",
    "/tickets/dashboard/?priority=High",
    "/tickets/status/",
    "/tickets/priority/",
    "/tickets/age/?scope=all",
    "/tickets/sla/?group_by=workflow",
    "/ticket-trends/?days=60",
    "/ticket-categories/",
    "/workflows/metrics/",
    "/workflows/departments/",
    "/workflows/steps/",
    "/tasks/status/",
    "/tasks/performance/",
    "/tasks/users/",
    "/tasks/transfers/",
    "/task-item-trends/?days=60",
    "/drilldown/tickets/status/?status=completed&page_size=50",
    "/drilldown/tickets/sla/?sla_status=breached",
    "/drilldown/tasks/status/?status=resolved&page_size=50",
    "/drilldown/transfers/",
)
# What an answer says of itself and not of the desk.
OWN = {"generated_at", "publication_id"}
READERS = 8
# One ticket in three is gone in the second state: enough to tell, too few for the gate.
_SECOND_STATE = "update ops.task set deleted_at = now() where task_id % 3 = 0"


@dataclass
class Verdict:
    """`torn` are answers that mix two publications, `refused` requests that were not answered at all."""

    requests: int = 0
    publications: int = 0
    publications_read: int = 0
    torn: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


async def race(database_url: str, *, publications: int, requests: int) -> Verdict:
    """Run the race on a desk that has been published once, and say what was seen.

    Args:
        database_url: A desk of the race's own, published by the pipeline.
        publications: How often what is published is replaced.
        requests: Answers that are held to their publication, at the least.
    """
    _build_both(database_url)
    verdict = Verdict()
    async with running_service(database_url, pool_size=READERS) as app, calling(app, "Admin") as client:
        answers: dict[str, dict[str, str]] = {}
        states: dict[int, str] = {}
        for state in ("build_one", "build_two"):
            states[await asyncio.to_thread(_publish, database_url, state)] = state
            answers[state] = {question: _words(await _ask(client, question)) for question in QUESTIONS}
        seen: list[tuple[str, dict[str, Any]]] = []
        readers = [asyncio.create_task(_read(client, seen, number)) for number in range(READERS)]
        while verdict.publications < publications or len(seen) < requests:
            state = ("build_one", "build_two")[verdict.publications % 2]
            states[await asyncio.to_thread(_publish, database_url, state)] = state
            verdict.publications += 1
            if any(reader.done() for reader in readers):
                break
        verdict.refused = await _end(readers)
    verdict.requests = len(seen)
    verdict.publications_read = len({answer["publication_id"] for _, answer in seen})
    verdict.torn = _torn(seen, states, answers)
    return verdict


def _torn(
    seen: Sequence[tuple[str, Mapping[str, Any]]],
    states: Mapping[int, str],
    answers: Mapping[str, Mapping[str, str]],
) -> list[str]:
    return [
        f"{question} of publication {answer['publication_id']}"
        for question, answer in seen
        if _words(answer) != answers[states[answer["publication_id"]]][question]
    ]


async def _read(client: httpx.AsyncClient, seen: list[tuple[str, dict[str, Any]]], number: int) -> None:
    generator = random.Random(number)  # noqa: S311 - a reproducible order
    while True:
        question = generator.choice(QUESTIONS)
        seen.append((question, await _ask(client, question)))


async def _end(readers: Sequence[asyncio.Task[None]]) -> list[str]:
    """A reader reads until it is stopped: one that ended by itself was not answered."""
    for reader in readers:
        reader.cancel()
    ends = await asyncio.gather(*readers, return_exceptions=True)
    return [repr(end) for end in ends if not isinstance(end, asyncio.CancelledError)]


async def _ask(client: httpx.AsyncClient, question: str) -> dict[str, Any]:
    response = await client.get(question)
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    assert response.headers["X-Publication-Id"] == str(answer["publication_id"]), question
    return answer


def _words(answer: Mapping[str, Any]) -> str:
    return json.dumps({name: value for name, value in answer.items() if name not in OWN}, sort_keys=True)


def _build_both(database_url: str) -> None:
    """Keep both states of the build tables, each in a schema of its own."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        _keep_build(connection, "build_one")
        connection.execute(_SECOND_STATE)
        _run_pipeline(database_url)
        _keep_build(connection, "build_two")


def _keep_build(connection: psycopg.Connection[Any], name: str) -> None:
    schema = sql.Identifier(name)
    connection.execute(sql.SQL("create schema {}").format(schema))
    tables = connection.execute("select tablename from pg_tables where schemaname = 'build'").fetchall()
    for (table,) in [*tables, ("int_run__window",)]:
        home = "intermediate" if table == "int_run__window" else "build"
        statement = sql.SQL("create table {}.{} as table {}.{}")
        connection.execute(statement.format(schema, *map(sql.Identifier, (table, home, table))))


def _publish(database_url: str, state: str) -> int:
    with psycopg.connect(database_url) as connection:
        connection.execute(
            "create temp table kept on commit drop as"
            " select tablename from pg_tables where schemaname = %s and tablename <> 'int_run__window'",
            [state],
        )
        for (table,) in connection.execute("select tablename from kept").fetchall():
            names = [sql.Identifier(name) for name in ("build", table)]
            connection.execute(sql.SQL("truncate {}.{}").format(*names))
            kept = [sql.Identifier(name) for name in (state, table)]
            connection.execute(sql.SQL("insert into {}.{} table {}.{}").format(*names, *kept))
        connection.execute("delete from intermediate.int_run__window")
        connection.execute(
            sql.SQL("insert into intermediate.int_run__window table {}.int_run__window").format(
                sql.Identifier(state)
            )
        )
        connection.execute("update intermediate.int_changes__first_day set unpublished_from = '-infinity'")
        return publish(connection, run_id=state, code_version="race", check_results={}).publication_id


def _run_pipeline(database_url: str) -> None:
    with tempfile.TemporaryDirectory() as home:
        done = subprocess.run(
            [sys.executable, "-m", "sluice", "pipeline", "run", "--no-train"],
            env=os.environ | {"SLUICE_DATABASE_URL": database_url, "SLUICE_HOME": home},
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode != 0:
        raise RuntimeError(done.stdout + done.stderr)


@contextmanager
def _own_desk() -> Iterator[str]:
    server_url = resolve_database_url()
    with temporary_database(server_url) as name, tempfile.TemporaryDirectory() as home:
        url = with_database(server_url, name)
        upgrade(url)
        publish_simulated(url, Path(home))
        yield url


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--publications", type=int, default=50)
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--database-url", help="a published desk that may be changed")
    options = parser.parse_args(arguments)
    with nullcontext(options.database_url) if options.database_url else _own_desk() as url:
        verdict = asyncio.run(race(url, publications=options.publications, requests=options.requests))
    report = {**vars(verdict), "torn": verdict.torn[:10], "torn_answers": len(verdict.torn)}
    sys.stdout.write(json.dumps(report, indent=1) + "\n")
    return 1 if verdict.torn or verdict.refused else 0


if __name__ == "__main__":
    sys.exit(main())
