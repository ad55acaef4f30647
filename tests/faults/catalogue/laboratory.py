"""A small published desk, which may be broken and made anew as often as one likes."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import psutil
import psycopg

from api.migrations.runner import upgrade
from tests.conftest import temporary_database
from tests.faults.catalogue.workbench import PATIENCE_SECONDS, RUN, Running, Workbench, poll
from tests.pipelines.desk import fill_desk
from tests.pipelines.published import add_ticket, published_rows

DAYS = 60
# One each hour, so that a day has enough of them to be compared with others.
TICKETS = 24 * DAYS
NEWS = "NEWS-1"
Entered = TypeVar("Entered")
# What a desk that is told of its work as it happens would have.
PROMPT_AND_COMPLETE = """
    update ops.ticket_snapshot set requester = '{"id": 1}';
    update ops.task_event set recorded_at = occurred_at;
    update ops.ticket_event set recorded_at = occurred_at
"""
BUILD_LOCK = "the lock on the build tables"
KEPT = (Path(__file__).parent / "kept.sql").read_text(encoding="utf-8")
_OF_DESK = "database = (select oid from pg_database where datname = current_database())"
_WAITING = f"select pid from pg_locks where not granted and relation = %s::regclass and {_OF_DESK}"
_HOLD_BUILD = "select pg_advisory_lock(7204001)"
_WAITING_TO_BUILD = f"select pid from pg_locks where not granted and locktype = 'advisory' and {_OF_DESK}"


class Laboratory(Workbench):
    """The desk and all that a fault may break of it.

    Its publication holds all tickets but one, which is there and waits: what a run publishes is not what was
    published before. All runs judge open tickets at the same instant, so that what they publish is the same.
    """

    def __init__(self, folder: Path, *, with_models: bool) -> None:
        super().__init__(folder)
        self._with_models = with_models
        self._breakages = ExitStack()

    def make(self) -> None:
        super().make()
        self.judge_at(datetime.now(UTC))
        upgrade(self.url)
        fill_desk(self.url, tickets=TICKETS, days=DAYS)
        self.execute(PROMPT_AND_COMPLETE)
        self._publish(*(RUN[:2] if self._with_models else RUN))
        with self.connect() as connection:
            self.before = published_rows(connection)
            add_ticket(connection, NEWS)
            connection.execute(KEPT.encode())
        self._keep("desk_before")
        self._publish(*RUN)
        with self.connect() as connection:
            self.sound = published_rows(connection)
        self.restore()

    def _publish(self, *arguments: str) -> None:
        ended = self.run(*arguments)
        assert ended.status == 0, ended.said

    def _keep(self, name: str) -> None:
        temporary_database(self.server.url("postgres"), template="desk", name=name).create()

    def restore(self) -> None:
        """Make the desk anew, as it was before anything was broken."""
        desk = self.database("desk_before")
        desk.drop()
        self._breakages.close()
        desk.create()
        # A copy has not got what was granted on the database itself.
        self.execute("grant create, connect on database desk to sluice_pipeline")

    def until_restored(self, breakage: AbstractContextManager[Entered]) -> Entered:
        """Enter a context that is left when the desk is made anew, after it is dropped."""
        return self._breakages.enter_context(breakage)

    @contextmanager
    def tablespace(self, name: str) -> Iterator[None]:
        """One that is made already, dropped at the end of the block."""
        yield
        with psycopg.connect(self.server.url("postgres"), autocommit=True) as connection:
            connection.execute(f"drop tablespace {name}".encode())

    def crash_server(self) -> None:
        """Kill the server and all its sessions, and start it again."""
        assert self.server.pid is not None
        postmaster = psutil.Process(self.server.pid)
        sessions = postmaster.children()
        postmaster.kill()
        psutil.wait_procs([postmaster, *sessions], PATIENCE_SECONDS)
        self.server.ensure_running()

    def waiters(self, connection: psycopg.Connection[Any], table: str) -> list[int]:
        """Sessions that wait for the table, or to be let build."""
        if table == BUILD_LOCK:
            return [pid for (pid,) in connection.execute(_WAITING_TO_BUILD)]
        return [pid for (pid,) in connection.execute(_WAITING, [table])]

    def when_waiting(self, running: Running, table: str, act: Callable[[], None]) -> None:
        """Hold the table until the command waits for it, act, end what a killed command left, let go."""
        blocker, watcher = self.connect(), self.connect()
        try:
            blocker.execute(_HOLD_BUILD if table == BUILD_LOCK else f"begin; lock table {table}".encode())
            poll(running, lambda: bool(self.waiters(watcher, table)))
            act()
            if running.is_over:
                self._end_waiting(table)
        finally:
            blocker.close()
            watcher.close()

    def _end_waiting(self, table: str) -> None:
        # The server notices that a client is gone only when it next speaks to it.
        with self.connect() as connection:
            for pid in self.waiters(connection, table):
                connection.execute("select pg_terminate_backend(%s)", [pid])
