"""`sluice up` and `sluice down`: the stack in the foreground, and its end from elsewhere."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Collection, Coroutine
from typing import Any

from rich.console import Console
from rich.table import Table

from sluice.errors import StackError
from sluice.settings import StackSettings, load_settings
from sluice.stack.session import StackSession, open_stack, stack_lock
from sluice.stack.state import read_state

STOP_SECONDS = 60


def announce(line: str) -> None:
    sys.stderr.write(f"sluice: {line}\n")
    sys.stderr.flush()


def run_until_signal(work: Coroutine[Any, Any, None]) -> None:
    """Run to the end, or until Ctrl-C, SIGTERM or a closed terminal; either way clean up first."""

    async def supervise() -> None:
        task = asyncio.create_task(work)

        def stop() -> None:
            # A second Ctrl-C must not interrupt the cleaning up.
            if not task.cancelling():
                task.cancel()

        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(number, stop)
        try:
            await task
        except asyncio.CancelledError:
            announce("stopped")

    asyncio.run(supervise())


async def serve(settings: StackSettings, parts: Collection[str]) -> None:
    async with open_stack(settings, parts, announce) as session:
        announce(f"starting {', '.join(service.name for service in session.services)}")
        await session.start()
        await session.wait_healthy()
        show_addresses(session)
        if "docs" in parts and not (settings.docs / "index.html").exists():
            await build_docs(session)
        await asyncio.Event().wait()


async def build_docs(session: StackSession) -> None:
    """Build the page that the docs part serves; without it the rest of the stack is as good."""
    try:
        await session.supervisor.run_once("build-docs", (sys.executable, "-m", "sluice", "docs"))
    except StackError as error:
        announce(str(error))


def show_addresses(session: StackSession) -> None:
    table = Table(title="Sluice is up; Ctrl-C stops it", title_justify="left")
    table.add_column("part")
    table.add_column("address")
    for service in session.services:
        if service.address:
            table.add_row(service.part, service.address)
    table.add_row("secrets", str(session.settings.home / "secrets.json"))
    Console().print(table)


def stop_stack() -> bool:
    """End the stack of this SLUICE_HOME and wait until it has gone; False where none runs."""
    home = load_settings().home
    lock = stack_lock(home)
    if lock.is_free():
        return False
    state = read_state(home)
    if state is not None and state.is_alive:
        os.kill(state.pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    while not lock.is_free():
        if time.monotonic() > deadline:
            message = (
                f"the stack on SLUICE_HOME {home} has not stopped after {STOP_SECONDS} s: see {home / 'logs'}"
            )
            raise StackError(message)
        time.sleep(0.1)
    return True
