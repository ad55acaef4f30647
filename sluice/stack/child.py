"""One supervised process: started, watched, restarted with growing patience, ended."""

import asyncio
import os
import signal
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from sluice.stack.services import Service

FIRST_DELAY_SECONDS = 1.0
LONGEST_DELAY_SECONDS = 60.0
# A process that lived this long was healthy: its next death begins with a short delay again.
SETTLED_SECONDS = 60.0
GRACE_SECONDS = 10.0


class Child:
    def __init__(
        self,
        service: Service,
        *,
        environment: Mapping[str, str],
        logs: Path,
        announce: Callable[[str], None],
        first_delay: float = FIRST_DELAY_SECONDS,
        grace: float = GRACE_SECONDS,
    ) -> None:
        self.service = service
        self.environment = environment
        self.log = logs / f"{service.name}.log"
        self.announce = announce
        self.first_delay = first_delay
        self.grace = grace
        self.deaths = 0
        self._process: asyncio.subprocess.Process | None = None
        self._keeping: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        alive = self._process is not None and self._process.returncode is None
        return self._process.pid if alive and self._process else None

    async def start(self) -> None:
        self._process = await self._spawn()
        self._keeping = asyncio.create_task(self._keep(self._process), name=f"keep {self.service.name}")

    async def stop(self) -> None:
        """End the process and its group: asked first, killed when the grace has passed."""
        if self._keeping is not None:
            self._keeping.cancel()
            with suppress(asyncio.CancelledError):
                await self._keeping
        process = self._process
        if process is None:
            return
        if not await end_group(process, self.grace):
            self.announce(f"{self.service.name} did not end within {self.grace:.0f} s and was killed")

    async def _keep(self, process: asyncio.subprocess.Process) -> None:
        delay = self.first_delay
        while True:
            started = time.monotonic()
            code = await process.wait()
            self.deaths += 1
            # Whatever it had started itself goes with it, or it would hold the port.
            signal_group(process, signal.SIGKILL)
            if time.monotonic() - started > SETTLED_SECONDS:
                delay = self.first_delay
            death = f"{self.service.name} {manner_of_death(code)}"
            self.announce(f"{death}; starting it again in {delay:.0f} s (log: {self.log})")
            await asyncio.sleep(delay)
            delay = min(delay * 2, LONGEST_DELAY_SECONDS)
            self._process = process = await self._spawn()

    async def _spawn(self) -> asyncio.subprocess.Process:
        with self.log.open("ab") as log:
            return await asyncio.create_subprocess_exec(
                *self.service.command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=dict(self.environment),
                cwd=self.service.cwd,
                start_new_session=True,
            )


async def end_group(process: asyncio.subprocess.Process, grace: float) -> bool:
    """Ask a process and its group to end, kill them after the grace; False where it came to that."""
    signal_group(process, signal.SIGTERM)
    try:
        await asyncio.wait_for(process.wait(), grace)
    except TimeoutError:
        ended = False
    else:
        ended = True
    signal_group(process, signal.SIGKILL)
    await process.wait()
    return ended


def signal_group(process: asyncio.subprocess.Process, number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


def manner_of_death(code: int) -> str:
    if code >= 0:
        return f"ended with exit code {code}"
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = f"signal {-code}"
    return f"was killed by {name}"


def last_words(log: Path) -> str:
    """The newest line of a log that says something."""
    try:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return "it wrote no log"
    return next((line.strip() for line in reversed(lines) if line.strip()), "it wrote nothing")
