from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg
import psycopg
from pydantic import PrivateAttr

# Any number will do, as long as nothing else in this database takes it.
_BUILD_LOCK = 7_204_001
# A session so named belongs to a run that lives.
SESSION_OF_RUN = "sluice run "


class BuildLock(dg.ConfigurableResource["BuildLock"]):
    """Lets one run at a time use the build tables; held by a session, so a killed run lets go of it."""

    database_url: str
    wait_seconds: int = 600
    _holder: psycopg.Connection | None = PrivateAttr(default=None)
    _run_id: str = PrivateAttr(default="")

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator["BuildLock"]:
        self._run_id = context.run_id or ""
        self._holder = self._take()
        try:
            yield self
        finally:
            self._holder.close()

    def hold(self) -> None:
        """Make sure of the lock before anything is built; a restart of the server has let go of it."""
        if not self._is_held():
            self._holder = self._take()

    def confirm(self) -> None:
        """Fail unless the lock is still held: without it another run may have rebuilt the tables."""
        if not self._is_held():
            raise dg.Failure(
                "The run lost its hold on the build tables, so nothing is published: run it again.",
                allow_retries=False,
            )

    def _take(self) -> psycopg.Connection:
        holder = psycopg.connect(
            self.database_url, autocommit=True, application_name=f"{SESSION_OF_RUN}{self._run_id}"
        )
        holder.execute("select set_config('lock_timeout', %s, false)", [f"{self.wait_seconds}s"])
        try:
            holder.execute("select pg_advisory_lock(%s)", [_BUILD_LOCK])
        except psycopg.errors.LockNotAvailable as error:
            holder.close()
            message = (
                f"Another pipeline run has been building for over {self.wait_seconds} seconds: "
                "wait for it to end, or stop it, and run again."
            )
            raise dg.Failure(message) from error
        return holder

    def _is_held(self) -> bool:
        try:
            return self._holder is not None and bool(self._holder.execute("select 1"))
        except psycopg.OperationalError:
            return False
