"""Simulated desks of a given size, imported, published and kept for the next measurement."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from socket import create_connection, create_server
from time import sleep
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from api.identity.tokens import issue_access_token
from api.kit.db import with_database
from api.migrations.runner import upgrade
from api.settings import ApiSettings
from sluice.database import ensure_database, resolve_database_url

DAYS = 400
SEED = 1
START_ATTEMPTS = 1800


def prepare_desk(tickets: int) -> str:
    """Return the URL of a published desk of this size, built when there is none yet."""
    url = fill_desk(tickets)
    if not holds(url, "serving.current_publication"):
        print(f"publishing a desk of {tickets:,} tickets: pipeline, forecasts ...", flush=True)
        run_sluice(url, "pipeline", "run")
        vacuum(url)
    return url


def fill_desk(tickets: int) -> str:
    """Return the URL of a desk with a simulated history of this size, imported when there is none yet."""
    url = with_database(resolve_database_url(), f"sluice_bench_{tickets}")
    ensure_database(url)
    upgrade(url)
    if not holds(url, "ops.task"):
        print(f"building a desk of {tickets:,} tickets ...", flush=True)
        run_sluice(url, "simulate", "--tickets", str(tickets), "--days", str(DAYS), "--seed", str(SEED))
    vacuum(url)
    return url


@contextmanager
def cloned(database_url: str) -> Iterator[str]:
    """A copy of a desk to write on, dropped afterwards: each run finds the desk at the same size."""
    name = urlsplit(database_url).path.lstrip("/")
    copy, template = sql.Identifier(f"{name}_copy"), sql.Identifier(name)
    with psycopg.connect(with_database(database_url, "postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("drop database if exists {} with (force)").format(copy))
        connection.execute(
            sql.SQL("create database {} template {} strategy file_copy").format(copy, template)
        )
        try:
            yield with_database(database_url, f"{name}_copy")
        finally:
            connection.execute(sql.SQL("drop database {} with (force)").format(copy))


def holds(database_url: str, table: str) -> bool:
    schema, name = table.split(".")
    question = sql.SQL("select exists (select from {})").format(sql.Identifier(schema, name))
    with psycopg.connect(database_url) as connection:
        (is_filled,) = connection.execute(question).fetchone() or (False,)
    return bool(is_filled)


def vacuum(database_url: str) -> None:
    """Do what autovacuum does within minutes: without it the first run measures its absence."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("vacuum (analyze)")


def run_sluice(database_url: str, *arguments: str) -> None:
    command = [sys.executable, "-m", "sluice", *arguments]
    environment = os.environ | {"SLUICE_DATABASE_URL": database_url}
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)


@contextmanager
def serving(database_url: str) -> Iterator[int]:
    """Run the real service, one process, over a desk; its port is yielded."""
    with create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", "bench.bare_app:create_app", "--factory", "--port", str(port)]
    process = subprocess.Popen(
        [*command, "--log-level", "warning", "--no-access-log", "--timeout-keep-alive", "600"],
        env=os.environ | {"SLUICE_DATABASE_URL": database_url, "SLUICE_LOG_LEVEL": "WARNING"},
    )
    try:
        wait_until_listening(port, process)
        yield port
    finally:
        process.terminate()
        process.wait()


def wait_until_listening(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(START_ATTEMPTS):
        if process.poll() is not None:
            raise RuntimeError(f"the service ended with exit code {process.returncode} before it listened")
        try:
            create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            sleep(0.1)
        else:
            return
    raise RuntimeError(f"the service did not listen on port {port} within three minutes")


def busiest_agent(database_url: str) -> int:
    """The person with the longest list of assignments, which is what my-tasks reads."""
    with psycopg.connect(database_url) as connection:
        row = connection.execute(
            """
            select role_user.user_id
            from ops.task_item
            join ops.role_user on role_user.role_user_id = task_item.role_user_id
            group by role_user.user_id
            order by count(*) desc
            limit 1
            """
        ).fetchone()
    return row[0] if row else 1


def admin_token(user_id: int) -> str:
    """A token with which the service lets this person do everything."""
    return issue_access_token(
        ApiSettings(database_url=""),
        user_id=user_id,
        user_type="staff",
        username=f"bench-{user_id}",
        full_name="Bench",
        email=None,
        department=None,
        roles=[{"system": "tts", "role": "Admin"}],
        lifetime=timedelta(hours=4),
    )
