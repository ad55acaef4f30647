from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg
import psycopg
from pydantic import PrivateAttr

# Any number will do, as long as nothing else in this database takes it.
_BUILD_LOCK = 7_204_001


class BuildLock(dg.ConfigurableResource["BuildLock"]):
    """Lets one run at a time use the build tables; held by a session, so a killed run lets go of it."""

    database_url: str
    wait_seconds: int = 600
    _holder: psycopg.Connection | None = PrivateAttr(default=None)

    @contextmanager
    def yield_for_execution(
        self,
        context: dg.InitResourceContext,  # noqa: ARG002 - dagster's signature
    ) -> Iterator["BuildLock"]:
        with psycopg.connect(self.database_url, autocommit=True) as holder:
            holder.execute("select set_config('lock_timeout', %s, false)", [f"{self.wait_seconds}s"])
            try:
                holder.execute("select pg_advisory_lock(%s)", [_BUILD_LOCK])
            except psycopg.errors.LockNotAvailable as error:
                message = (
                    f"Another pipeline run has been building for over {self.wait_seconds} seconds: "
                    "wait for it to end, or stop it, and run again."
                )
                raise dg.Failure(message) from error
            self._holder = holder
            yield self

    def confirm(self) -> None:
        """Fail unless the lock is still held: without it another run may have rebuilt the tables."""
        try:
            if self._holder is not None and self._holder.execute("select 1"):
                return
        except psycopg.OperationalError:
            pass
        raise dg.Failure("The run lost its hold on the build tables, so nothing is published: run it again.")
