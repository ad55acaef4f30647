"""`sluice demo`: a whole desk on simulated history, from an empty folder to a published forecast."""

import asyncio
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
from psycopg import sql
from rich.console import Console
from rich.table import Table

from sluice.demo.people import SignIn, prepare_sign_ins
from sluice.demo.report import print_report
from sluice.errors import SluiceError
from sluice.parts import PARTS
from sluice.settings import StackSettings, load_settings
from sluice.stack.command import announce, build_docs, run_until_signal
from sluice.stack.session import StackSession, open_stack

SEED = 7
# Dagster's sensor would publish as soon as it sees the history, beside the demo's own run; the other
# parts may as well start while that run waits for the database.
SCHEDULING_PARTS = ("dagster",)
QUIET_PARTS = tuple(part for part in PARTS if part not in SCHEDULING_PARTS)


class InterruptedDemoError(SluiceError):
    exit_code = 130

    def __init__(self) -> None:
        super().__init__("stopped before there was anything to show; `sluice demo` goes on from here")


@dataclass(frozen=True)
class History:
    """How much of the desk's past is simulated."""

    tickets: int
    days: int

    @property
    def options(self) -> tuple[str, ...]:
        return ("--tickets", str(self.tickets), "--days", str(self.days), "--seed", str(SEED))


def run_demo(history: History, *, once: bool) -> None:
    run_until_signal(_demo(load_settings(), history, once=once))


async def _demo(settings: StackSettings, history: History, *, once: bool) -> None:
    console = Console()
    began = time.monotonic()
    async with open_stack(settings, PARTS, announce) as session:
        _tell(console, began, "PostgreSQL is up and migrated")
        try:
            sign_ins = await _bring_up(session, history, console)
        except asyncio.CancelledError:
            raise InterruptedDemoError from None
        await asyncio.to_thread(print_report, console, settings.api_url, sign_ins[0])
        console.print(_addresses(session))
        console.print(_credentials(sign_ins))
        console.print(f"All of it took {time.monotonic() - began:.0f} s.")
        if not once:
            console.print("Serving until Ctrl-C.")
            await asyncio.Event().wait()


async def _bring_up(session: StackSession, history: History, console: Console) -> list[SignIn]:
    sign_ins = await _load_desk(session, history, console)
    await session.start(QUIET_PARTS)
    await _publish(session, console)
    with _phase(console, "services started and healthy"):
        await asyncio.gather(_build_docs(session), session.start(SCHEDULING_PARTS))
        await session.wait_healthy()
    return sign_ins


async def _load_desk(session: StackSession, history: History, console: Console) -> list[SignIn]:
    """Bring in a history to look at, unless an earlier demo has, and people who may look."""
    if _is_missing(session.database_url, "ops", "task"):
        with _phase(console, "history of a desk simulated"):
            await session.supervisor.run_once("simulate", _sluice("simulate", *history.options))
    return await asyncio.to_thread(
        prepare_sign_ins, session.settings, session.database_url, session.credentials
    )


async def _publish(session: StackSession, console: Console) -> None:
    if _is_missing(session.database_url, "serving", "current_publication"):
        with _phase(console, "models trained, tables built, checked and published"):
            await session.supervisor.run_once("pipeline", _sluice("pipeline", "run"))


async def _build_docs(session: StackSession) -> None:
    if not (session.settings.docs / "index.html").exists():
        await build_docs(session)


def _sluice(*arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-m", "sluice", *arguments)


def _is_missing(database_url: str, schema: str, table: str) -> bool:
    first_row = sql.SQL("select from {} limit 1").format(sql.Identifier(schema, table))
    with psycopg.connect(database_url) as connection:
        return connection.execute(first_row).fetchone() is None


@contextmanager
def _phase(console: Console, title: str) -> Iterator[None]:
    began = time.monotonic()
    with console.status(f"[bold]{title}[/bold] …"):
        yield
    _tell(console, began, title)


def _tell(console: Console, began: float, title: str) -> None:
    console.print(f"{time.monotonic() - began:6.1f} s  {title}", highlight=False)


def _addresses(session: StackSession) -> Table:
    table = Table(title="Addresses", title_justify="left")
    table.add_column("part")
    table.add_column("address")
    for service in session.services:
        if service.address:
            table.add_row(service.name, service.address)
    return table


def _credentials(sign_ins: list[SignIn]) -> Table:
    table = Table(title="Sign-ins", title_justify="left")
    # Nothing that is to be copied is broken over two lines.
    table.add_column("user", no_wrap=True)
    table.add_column("password", no_wrap=True)
    table.add_column("for")
    for sign_in in sign_ins:
        table.add_row(sign_in.username, sign_in.password, sign_in.purpose)
    return table
