"""Runs the stack's processes: waits for health, restarts what dies, leaves nothing behind."""

import asyncio
import sys
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import httpx

from sluice.errors import StackError
from sluice.file_lock import FileLock
from sluice.stack.child import (
    FIRST_DELAY_SECONDS,
    GRACE_SECONDS,
    Child,
    end_group,
    last_words,
    manner_of_death,
)
from sluice.stack.health import is_healthy
from sluice.stack.log_keeper import tidy_logs
from sluice.stack.marked_processes import MARK, end_marked
from sluice.stack.services import Service
from sluice.stack.state import StackState, forget_state, write_state

HEALTH_SECONDS = 120.0
POLL_SECONDS = 0.2
TIDY_SECONDS = 60.0
# A process that dies this often before it was ever healthy will not become so.
MOST_EARLY_DEATHS = 3


class Supervisor:
    def __init__(
        self,
        *,
        lock: FileLock,
        home: Path,
        environment: Mapping[str, str],
        announce: Callable[[str], None],
        first_delay: float = FIRST_DELAY_SECONDS,
        grace: float = GRACE_SECONDS,
    ) -> None:
        self.mark = uuid.uuid4().hex
        self.lock = lock
        self.home = home
        self.logs = home / "logs"
        self.environment = {**environment, MARK: self.mark}
        self.announce = announce
        self.first_delay = first_delay
        self.grace = grace
        self.children: list[Child] = []
        self._guardian: asyncio.subprocess.Process | None = None
        self._recording: asyncio.Task[None] | None = None
        self._tidying: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Set the guardian on watch before the first process it is to look after."""
        self._guardian = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "sluice.stack.guardian", self.mark,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            pass_fds=[self.lock.fileno()],
            start_new_session=True,
        )  # fmt: skip
        self._recording = asyncio.create_task(self._record_state())
        self._tidying = asyncio.create_task(self._tidy_logs())

    async def start(self, services: Sequence[Service]) -> None:
        for service in services:
            if service.after:
                await self.wait_healthy(
                    [child for child in self.children if child.service.name == service.after]
                )
            child = Child(
                service,
                environment=self.environment,
                logs=self.logs,
                announce=self.announce,
                first_delay=self.first_delay,
                grace=self.grace,
            )
            self.children.append(child)
            await child.start()

    async def run_once(self, name: str, command: Sequence[str]) -> None:
        """Run a command to its end beside the stack; a failure is told with its own last words."""
        log = self.logs / f"{name}.log"
        with log.open("wb") as output:
            process = await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=self.environment,
                start_new_session=True,
            )
        try:
            code = await process.wait()
        except asyncio.CancelledError:
            await end_group(process, self.grace)
            raise
        if code < 0:
            message = f"{name} {manner_of_death(code)} (log: {log})"
            raise StackError(message)
        if code > 0:
            words = last_words(log).removeprefix("sluice: ")
            message = f"{name} failed: {words} (log: {log})"
            raise StackError(message)

    async def wait_healthy(
        self, children: Iterable[Child] | None = None, patience: float = HEALTH_SECONDS
    ) -> None:
        """Return when every process answers; raise for the first that keeps dying or stays silent."""
        deadline = asyncio.get_running_loop().time() + patience
        waiting = list(self.children if children is None else children)
        async with httpx.AsyncClient(trust_env=False, timeout=5) as client:
            while waiting:
                waiting = [
                    child for child in waiting if not await is_healthy(client, child.service, child.pid)
                ]
                for child in waiting:
                    if child.deaths >= MOST_EARLY_DEATHS:
                        raise self._stillborn(child, f"ended {child.deaths} times while starting")
                if waiting and asyncio.get_running_loop().time() > deadline:
                    raise self._stillborn(waiting[0], f"was not healthy after {patience:.0f} s")
                await asyncio.sleep(POLL_SECONDS if waiting else 0)

    async def close(self) -> None:
        """End every process, the youngest first, and whatever any of them has started."""
        await asyncio.gather(*(child.stop() for child in reversed(self.children)))
        await asyncio.to_thread(end_marked, self.mark, patience=1)
        for task in (self._recording, self._tidying):
            if task is not None:
                task.cancel()
        forget_state(self.home)
        if self._guardian is not None and self._guardian.stdin is not None:
            self._guardian.stdin.close()
            await self._guardian.wait()

    def _stillborn(self, child: Child, what: str) -> StackError:
        return StackError(f"{child.service.name} {what}: {last_words(child.log)} (log: {child.log})")

    async def _tidy_logs(self) -> None:
        while True:
            try:
                await asyncio.to_thread(tidy_logs, self.home)
            except OSError as error:
                self.announce(f"the logs in {self.logs} cannot be rotated: {error.strerror}")
            await asyncio.sleep(TIDY_SECONDS)

    async def _record_state(self) -> None:
        written = None
        while True:
            state = StackState.of_this_process({child.service.name: child.pid for child in self.children})
            if state != written:
                try:
                    write_state(self.home, state)
                except OSError as error:
                    self.announce(f"the stack's state cannot be written to {self.home}: {error.strerror}")
                written = state
            await asyncio.sleep(POLL_SECONDS)
