"""One real server, started and lost in every way a machine offers."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
import psycopg
import pytest

from sluice.embedded_postgres import EmbeddedPostgres
from sluice.file_lock import FileLock

HOLD = """
import sys
from pathlib import Path
from sluice.embedded_postgres import EmbeddedPostgres
EmbeddedPostgres(Path(sys.argv[1])).attach()
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture(scope="module")
def cluster() -> Iterator[Path]:
    with TemporaryDirectory(prefix="sluice-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@pytest.fixture
def server(cluster: Path) -> Iterator[EmbeddedPostgres]:
    server = EmbeddedPostgres(cluster)
    server.attach()
    yield server
    server.release()


def connect(server: EmbeddedPostgres) -> psycopg.Connection:
    return psycopg.connect(server.url("postgres"), autocommit=True)


def process_of(server: EmbeddedPostgres) -> psutil.Process:
    assert server.pid is not None
    return psutil.Process(server.pid)


def test_the_last_to_leave_stops_the_server_and_its_keeper(cluster: Path) -> None:
    first, second = EmbeddedPostgres(cluster), EmbeddedPostgres(cluster)
    first.attach()
    running = process_of(first)
    second.attach()
    assert process_of(second) == running
    first.release()
    with connect(second) as connection:
        assert connection.execute("select 1").fetchone() == (1,)
    second.release()
    running.wait(timeout=10)
    assert FileLock(cluster / "locks" / "postgres.keeper").is_free()


def test_a_user_that_is_killed_leaves_no_server_behind(cluster: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(cluster)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        server = process_of(EmbeddedPostgres(cluster))
        holder.kill()
        holder.wait()
        server.wait(timeout=30)
    # The keeper's lock is let go last: nothing of the server is left then.
    keeper = FileLock(cluster / "locks" / "postgres.keeper")
    assert keeper.acquire_exclusive(timeout=10)
    keeper.release()


def test_committed_rows_survive_a_killed_server(server: EmbeddedPostgres) -> None:
    with connect(server) as connection:
        connection.execute("create table kept (value int)")
        connection.execute("insert into kept values (42)")
    killed = process_of(server)
    killed.kill()
    killed.wait(timeout=10)
    server.ensure_running()
    with connect(server) as connection:
        assert connection.execute("select value from kept").fetchone() == (42,)


def test_a_number_taken_by_another_program_is_no_server(server: EmbeddedPostgres) -> None:
    killed = process_of(server)
    killed.kill()
    killed.wait(timeout=10)
    facts = (server.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    (server.data / "postmaster.pid").write_text("\n".join([str(os.getpid()), *facts[1:]]), encoding="utf-8")
    assert not server.is_running()
    server.ensure_running()
    with connect(server) as connection:
        assert connection.execute("select 1").fetchone() == (1,)


def test_an_initialisation_cut_short_is_begun_again(scratch: Path) -> None:
    (scratch / "postgres.partial").mkdir()
    (scratch / "postgres.partial" / "PG_VERSION").write_text("18\n", encoding="utf-8")
    server = EmbeddedPostgres(scratch)
    server.attach()
    try:
        assert server.is_running()
        assert not (scratch / "postgres.partial").exists()
    finally:
        server.release()
