"""Simulated desks of a given size, imported, published and kept for the next measurement."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from socket import create_connection, create_server
from time import sleep

import psycopg

from api.identity.tokens import issue_access_token
from api.kit.db import with_database
from api.migrations.runner import upgrade
from api.settings import ApiSettings
from sluice.database import ensure_database, resolve_database_url

DAYS = 400
SEED = 1
START_ATTEMPTS = 600


def prepare_desk(tickets: int) -> str:
    """Return the URL of a published desk of this size, built when there is none yet."""
    url = with_database(resolve_database_url(), f"sluice_bench_{tickets}")
    ensure_database(url)
    upgrade(url)
    with psycopg.connect(url) as connection:
        (is_published,) = connection.execute(
            "select exists (select from serving.current_publication)"
        ).fetchone() or (False,)
    if not is_published:
        print(f"building a desk of {tickets:,} tickets: import, pipeline, forecasts ...", flush=True)
        run_sluice(url, "simulate", "--tickets", str(tickets), "--days", str(DAYS), "--seed", str(SEED))
        run_sluice(url, "pipeline", "run")
    with psycopg.connect(url, autocommit=True) as connection:
        # What autovacuum does within minutes of an import: without it the first run measures its absence.
        connection.execute("vacuum (analyze)")
    return url


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
    raise RuntimeError(f"the service did not listen on port {port} within a minute")


def busiest_agent_token(database_url: str) -> str:
    """A token of the admin with the longest list of assignments, which is what my-tasks reads."""
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
    return issue_access_token(
        ApiSettings(database_url=database_url),
        user_id=row[0] if row else 1,
        user_type="staff",
        username="bench",
        full_name="Bench",
        email=None,
        department=None,
        roles=[{"system": "tts", "role": "Admin"}],
        lifetime=timedelta(hours=4),
    )
