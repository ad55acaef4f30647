"""Tickets are created and moved by many at once while every process is killed again and again.

    python -m tests.faults.storm --tickets 500 --kills 20 --seed 7

Each of the Ticket Service, the Workflow API, the worker and PostgreSQL is killed with SIGKILL so many
times at random points of the work, and started again at once. Clients ask again, under the same key, for
what was not answered. Once nothing is on its way any more, what the database holds is compared with what
the clients were told; the exit code is 1 when anything is amiss.
"""

import argparse
import asyncio
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from api.settings import ApiSettings
from sluice.embedded_postgres import EmbeddedPostgres
from tests.factories.crew import Crew
from tests.factories.desk import Desk
from tests.factories.mail_server import open_mail_server
from tests.faults.clients import LIVES, Client, Ticket
from tests.faults.stack import VICTIMS, Stack, own_server, running_stack, wait_until_quiet
from tests.faults.verdict import Verdict, judge, summary

QUIET_SECONDS = 240.0


@dataclass
class Storm:
    """What happened, and what is made of it."""

    tickets: list[Ticket] = field(default_factory=list)
    kills: dict[str, int] = field(default_factory=dict)
    own_deaths: dict[str, int] = field(default_factory=dict)
    retries: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    quiet_after: float | None = None
    # A kill between sending a mail and noting that it was sent has it sent again.
    mail_copies: int = 0
    verdict: Verdict = field(default_factory=Verdict)

    @property
    def findings(self) -> list[str]:
        late = [] if self.quiet_after is not None else [f"something is on its way after {QUIET_SECONDS} s"]
        return late + self.verdict.findings


async def rage(server: EmbeddedPostgres, *, tickets: int, kills: int, clients: int, seed: int) -> Storm:
    storm = Storm()
    async with open_mail_server() as mail_server, AsyncExitStack() as running:
        mail = {"HOST": "127.0.0.1", "PORT": str(mail_server.port), "SECURITY": "none"}
        settings = {f"SLUICE_SMTP_{name}": value for name, value in mail.items()}
        stack = await running.enter_async_context(running_stack(server, **settings))
        started = time.monotonic()
        await _play(stack, storm, kills=kills, clients=clients, lives=choose_lives(tickets, seed), seed=seed)
        storm.seconds = time.monotonic() - started
        storm.quiet_after = await asyncio.to_thread(
            wait_until_quiet, stack.database_url, seconds=QUIET_SECONDS
        )
        storm.kills, storm.own_deaths = stack.kills, stack.own_deaths
        message_ids = Counter(str(mail["Message-ID"]) for mail in mail_server.mails)
        storm.mail_copies = message_ids.total() - len(message_ids)
        storm.verdict = await asyncio.to_thread(judge, stack.database_url, storm.tickets, message_ids.keys())
    return storm


def choose_lives(tickets: int, seed: int) -> list[str]:
    """Give each ticket a life, all kinds equally often, in a random order."""
    names = list(LIVES)
    lives = [names[number % len(names)] for number in range(tickets)]
    random.Random(seed).shuffle(lives)  # noqa: S311 - reproducible
    return lives


async def _play(
    stack: Stack, storm: Storm, *, kills: int, clients: int, lives: Sequence[str], seed: int
) -> None:
    settings = ApiSettings(database_url=stack.database_url)
    waiting = list(enumerate(lives))[::-1]
    limits = httpx.Limits(max_connections=clients * 2)
    async with (
        httpx.AsyncClient(
            base_url=stack.ticket_service_url, timeout=15, trust_env=False, limits=limits
        ) as ticket_service,
        httpx.AsyncClient(
            base_url=stack.workflow_api_url, timeout=15, trust_env=False, limits=limits
        ) as workflow_api,
    ):
        desk = Desk(stack.database_url)
        crew = await Crew.gather(workflow_api, desk, settings)
        desk.execute("update ops.role_user set email = 'staff' || user_id || '@example.org'")

        async def live_on(number: int) -> None:
            chance = random.Random(f"{seed}-{number}")  # noqa: S311 - reproducible
            client = Client(crew, settings, ticket_service, workflow_api, storm.retries, chance)
            while waiting:
                storm.tickets.append(await client.live(*waiting.pop()))

        async with asyncio.TaskGroup() as group:
            for victim in VICTIMS:
                points = choose_points(kills, len(lives), f"{seed}-{victim}")
                group.create_task(_kill_at_each(points, stack, storm, victim))
            for number in range(clients):
                group.create_task(live_on(number))


def choose_points(kills: int, tickets: int, seed: str) -> list[float]:
    """Draw the moments to kill at: so many tickets done with, the seconds that follow as its fraction."""
    chance = random.Random(seed)  # noqa: S311 - reproducible
    return sorted(chance.uniform(0, tickets * 0.95) for _ in range(kills))


async def _kill_at_each(points: Sequence[float], stack: Stack, storm: Storm, victim: str) -> None:
    """Kill a victim that is at its work, once as many tickets are done with as each point says."""
    for point in points:
        while len(storm.tickets) < int(point):  # noqa: ASYNC110 - a look now and then is all it takes
            await asyncio.sleep(0.05)
        await asyncio.sleep(point % 1)
        while not await stack.kill(victim):  # noqa: ASYNC110 - the same
            await asyncio.sleep(0.1)


def run(*, tickets: int, kills: int, clients: int, seed: int, keep_logs: Path | None = None) -> Storm:
    with own_server() as server:
        try:
            return asyncio.run(rage(server, tickets=tickets, kills=kills, clients=clients, seed=seed))
        finally:
            if keep_logs is not None:
                keep_logs.mkdir(parents=True, exist_ok=True)
                for log in server.home.glob("*.log"):
                    (keep_logs / log.name).write_bytes(log.read_bytes())


def print_storm(storm: Storm) -> None:
    rows = [(f"kills of {name}", number) for name, number in storm.kills.items()]
    rows += [(f"own deaths of {name}", number) for name, number in storm.own_deaths.items()]
    rows += [(f"retries after {name}", number) for name, number in sorted(storm.retries.items())]
    rows += sorted(Counter(f"lives: {ticket.life}" for ticket in storm.tickets).items())
    rows += [*storm.verdict.counts.items(), ("mails sent a second time", storm.mail_copies)]
    print(summary(rows))  # noqa: T201 - what the command is for
    print(f"{storm.seconds:.0f} s of work, quiet {storm.quiet_after or -1:.0f} s later")  # noqa: T201
    print("\n".join(storm.findings) or "nothing lost, nothing twice")  # noqa: T201


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--tickets", type=int, default=500)
    parser.add_argument("--kills", type=int, default=20, help="of each process")
    parser.add_argument("--clients", type=int, default=12, help="at once")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--logs", type=Path, help="folder to keep the logs of the processes in")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    options = parser.parse_args(arguments)
    storm = run(
        tickets=options.tickets,
        kills=options.kills,
        clients=options.clients,
        seed=options.seed,
        keep_logs=options.logs,
    )
    if options.json:
        facts = {
            "kills": storm.kills,
            "own_deaths": storm.own_deaths,
            "retries": storm.retries,
            "lives": Counter(ticket.life for ticket in storm.tickets),
            "counts": storm.verdict.counts,
            "mail_copies": storm.mail_copies,
            "seconds": round(storm.seconds, 1),
            "quiet_after": storm.quiet_after,
            "findings": storm.findings,
        }
        print(json.dumps(facts))  # noqa: T201 - what the command is for
    else:
        print_storm(storm)
    sys.exit(bool(storm.findings))


if __name__ == "__main__":
    main()
