"""The supervisor over real, small child processes."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import psutil
import pytest

from sluice.errors import StackError
from sluice.file_lock import FileLock
from sluice.stack.marked_processes import find_marked
from sluice.stack.services import Service
from sluice.stack.state import StackState, read_state
from sluice.stack.supervisor import Supervisor

SERVER = "from http.server import test, SimpleHTTPRequestHandler as H; test(H, port={port}, bind='127.0.0.1')"
SLEEPER = "import signal; signal.pause()"
STUBBORN = """
import signal, subprocess, sys
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = "from signal import *; signal(SIGTERM, SIG_IGN); print('here', flush=True); pause()"
with subprocess.Popen([sys.executable, "-c", child], start_new_session=True):
    signal.pause()
"""
PATIENCE = 20


class Stack:
    def __init__(self, home: Path) -> None:
        self.said: asyncio.Queue[str] = asyncio.Queue()
        (home / "logs").mkdir(parents=True)
        self.home = home
        self.lock = FileLock(home / "lock")
        self.supervisor = Supervisor(
            lock=self.lock,
            home=home,
            environment={},
            announce=self.said.put_nowait,
            first_delay=0.05,
            grace=0.5,
        )

    async def next_line(self) -> str:
        return await asyncio.wait_for(self.said.get(), PATIENCE)

    def processes(self) -> list[psutil.Process]:
        return list(find_marked(self.supervisor.mark))


@asynccontextmanager
async def running(home: Path, *services: Service) -> AsyncIterator[Stack]:
    stack = Stack(home)
    assert stack.lock.try_exclusive()
    try:
        await stack.supervisor.open()
        await stack.supervisor.start(services)
        yield stack
    finally:
        await stack.supervisor.close()
        stack.lock.release()


async def eventually(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not condition():  # noqa: ASYNC110 - another process brings it about, no event of ours
            await asyncio.sleep(0.02)


def python(name: str, code: str) -> Service:
    return Service(name, name, (sys.executable, "-c", code))


def server(port: int) -> Service:
    code = SERVER.format(port=port)
    return replace(python("server", code), port=port, health_url=f"http://127.0.0.1:{port}/")


async def test_health_is_the_services_own_answer(home: Path, free_port: int) -> None:
    async with running(home, server(free_port)) as stack:
        await stack.supervisor.wait_healthy()
        async with httpx.AsyncClient(trust_env=False) as client:
            assert (await client.get(f"http://127.0.0.1:{free_port}/")).is_success


async def test_a_killed_child_is_told_and_started_again(home: Path, free_port: int) -> None:
    async with running(home, server(free_port)) as stack:
        await stack.supervisor.wait_healthy()
        [first] = stack.processes()
        first.kill()
        line = await stack.next_line()
        assert line.startswith("server was killed by SIGKILL; starting it again")
        assert str(home / "logs" / "server.log") in line
        await asyncio.to_thread(psutil.wait_procs, [first], PATIENCE)
        await stack.supervisor.wait_healthy()
        [second] = stack.processes()
        assert second.pid != first.pid


async def test_each_restart_waits_longer_than_the_one_before(home: Path) -> None:
    async with running(home, python("fails", "raise SystemExit(7)")) as stack:
        lines = [await stack.next_line() for _ in range(3)]
        assert all(line.startswith("fails ended with exit code 7") for line in lines)
        [child] = stack.supervisor.children
        assert child.deaths == 3


async def test_a_child_that_never_starts_is_an_error_in_its_own_words(home: Path) -> None:
    with pytest.raises(StackError, match=r"broken ended 3 times while starting: no such table"):
        async with running(home, python("broken", "raise SystemExit('no such table')")) as stack:
            await stack.supervisor.wait_healthy()


async def test_a_silent_child_is_not_waited_for_for_ever(home: Path, free_port: int) -> None:
    silent = replace(server(free_port), command=(sys.executable, "-c", SLEEPER))
    with pytest.raises(StackError, match="server was not healthy after 0 s"):
        async with running(home, silent) as stack:
            await stack.supervisor.wait_healthy(patience=0.1)


async def test_what_asks_another_is_started_after_it(home: Path, free_port: int) -> None:
    asks = f"import urllib.request as r; r.urlopen('http://127.0.0.1:{free_port}/'); {SLEEPER}"
    follower = replace(python("follower", asks), after="server")
    async with running(home, server(free_port), follower) as stack:
        await stack.supervisor.wait_healthy()
        assert stack.said.empty()


async def test_nothing_is_left_of_children_that_refuse_to_end(home: Path) -> None:
    """One that ignores SIGTERM, and its own child that has left the process group."""
    async with running(home, python("stubborn", STUBBORN)) as stack:
        log = home / "logs" / "stubborn.log"
        await eventually(lambda: "here" in log.read_text(encoding="utf-8"))
        assert len(stack.processes()) == 2
    assert stack.processes() == []
    assert await stack.next_line() == "stubborn did not end within 0 s and was killed"


async def test_a_command_beside_the_stack_fails_in_its_own_words(home: Path) -> None:
    async with running(home) as stack:
        await stack.supervisor.run_once("works", (sys.executable, "-c", "print('fine')"))
        assert (home / "logs" / "works.log").read_text(encoding="utf-8") == "fine\n"
        with pytest.raises(StackError, match="load failed: the file is empty"):
            await stack.supervisor.run_once(
                "load", (sys.executable, "-c", "exit('sluice: the file is empty')")
            )


async def test_the_state_on_disk_lasts_as_long_as_the_stack(home: Path) -> None:
    async with running(home, python("sleeper", SLEEPER)) as stack:
        [process] = stack.processes()
        expected = StackState.of_this_process({"sleeper": process.pid})
        await eventually(lambda: read_state(home) == expected)
        assert expected.is_alive
    assert read_state(home) is None
