"""What the operations API costs, as a multiple of the same work in hand-written SQL.

Two desks, one ten times the other, each behind a real service process of its own. Three ways to do one
thing take turns on the same desk: the endpoint, plain SQL through the same driver in this process
(`raw_operations`), and that SQL behind the same server. `x raw` is the endpoint against the plain SQL,
`x served` against the SQL behind the server; in brackets the tenth and ninetieth percentile of the
rounds, each of which compares neighbours in time.

    python -m bench.operations
    python -m bench.operations --tickets 10000 100000 --rounds 40
"""

import argparse
import os
import random
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from statistics import median, quantiles

from bench.desks import cloned, fill_desk, serving
from bench.operated_desk import OPERATIONS, RAW, SERVED, SERVICE, WAYS, OperatedDesk
from bench.statement_counter import Asked, StatementCounter

CALLS_PER_TURN = 10
WARM_UP_TURNS = 3
MOST_GROWTH = 1.3

Cell = tuple[str, int, str]


@dataclass
class Timings:
    """Seconds of each call, by operation, size and way; one list per turn."""

    turns: dict[Cell, list[list[float]]] = field(default_factory=dict)

    def add(self, cell: Cell, seconds: list[float]) -> None:
        self.turns.setdefault(cell, []).append(seconds)

    def percentiles(self, cell: Cell) -> tuple[float, float]:
        """Median and 99th percentile in milliseconds."""
        samples = [seconds for turn in self.turns[cell] for seconds in turn]
        return median(samples) * 1000, quantiles(samples, n=100)[98] * 1000

    def ratio(self, cell: Cell, to: Cell) -> "Ratio":
        rounds = [
            median(own) / median(other) for own, other in zip(self.turns[cell], self.turns[to], strict=True)
        ]
        tenths = quantiles(rounds, n=10)
        return Ratio(self.percentiles(cell)[0] / self.percentiles(to)[0], tenths[0], tenths[8])


@dataclass(frozen=True)
class Ratio:
    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:5.2f} ({self.low:.1f}-{self.high:.1f})"


def measure(desks: Sequence[OperatedDesk], rounds: int) -> Timings:
    order = random.Random(1)  # noqa: S311 - a reproducible order
    timings = Timings()
    for number in range(-WARM_UP_TURNS, rounds):
        for operation in OPERATIONS:
            turns = [(desk, way) for desk in desks for way in WAYS]
            order.shuffle(turns)
            for desk, way in turns:
                seconds = desk.time(operation.prepare(desk, way, CALLS_PER_TURN))
                if number >= 0:
                    timings.add((operation.name, desk.tickets, way), seconds)
    return timings


def count_statements(database_url: str, tickets: int) -> dict[tuple[str, str], Asked]:
    """What one call of each operation asks of PostgreSQL, once everything is warm."""
    asked: dict[tuple[str, str], Asked] = {}
    with StatementCounter(database_url) as counter, ExitStack() as stack:
        desk = OperatedDesk(stack, tickets, counter.url, port=stack.enter_context(serving(counter.url)))
        for operation in OPERATIONS:
            for way in (SERVICE, RAW):
                *warm_up, counted = operation.prepare(desk, way, CALLS_PER_TURN)
                desk.time(warm_up)
                counter.since_last()
                desk.time([counted])
                asked[operation.name, way] = counter.since_last()
    return asked


def print_table(timings: Timings, asked: dict[tuple[str, str], Asked], sizes: tuple[int, int]) -> None:
    print(f"\n{'':12}{'':>9}{'statements':>13}{'round trips':>13}{'raw':>8}{'endpoint':>10}")
    print(
        f"{'operation':12}{'tickets':>9}{'raw':>6}{'ours':>7}{'raw':>6}{'ours':>7}{'p50 ms':>8}"
        f"{'p50 ms':>10}{'p99 ms':>8}  {'x raw':16}{'x served':16}"
    )
    for operation in OPERATIONS:
        raw, ours = asked[operation.name, RAW], asked[operation.name, SERVICE]
        for tickets in sizes:
            service, plain, served = ((operation.name, tickets, way) for way in (SERVICE, RAW, SERVED))
            p50, p99 = timings.percentiles(service)
            print(
                f"{operation.name:12}{tickets:9,}{raw.statements:6}{ours.statements:7}{raw.round_trips:6}"
                f"{ours.round_trips:7}{timings.percentiles(plain)[0]:8.2f}{p50:10.2f}{p99:8.2f}"
                f"  {timings.ratio(service, plain)!s:16}{timings.ratio(service, served)!s:16}"
            )


def print_verdict(timings: Timings, sizes: tuple[int, int]) -> None:
    small, large = sizes
    print()
    for operation in OPERATIONS:
        worst = max(
            timings.ratio((operation.name, tickets, SERVICE), (operation.name, tickets, RAW)).value
            for tickets in sizes
        )
        growth = timings.ratio((operation.name, large, SERVICE), (operation.name, small, SERVICE))
        print(
            f"{operation.name:12} most x raw {worst:.2f}, aim {operation.most_times_raw} at most;"
            f" growth {growth}, aim {MOST_GROWTH} at most"
        )
    print(f"load average {' '.join(f'{load:.1f}' for load in os.getloadavg())} on {os.cpu_count()} cores")


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--tickets", type=int, nargs=2, default=(10_000, 100_000), metavar=("FEW", "MANY"))
    parser.add_argument("--rounds", type=int, default=40, help=f"turns of {CALLS_PER_TURN} calls each")
    options = parser.parse_args(arguments)
    sizes = (options.tickets[0], options.tickets[1])
    with ExitStack() as stack:
        urls = {tickets: stack.enter_context(cloned(fill_desk(tickets))) for tickets in sizes}
        asked = count_statements(urls[sizes[0]], sizes[0])
        desks = [
            OperatedDesk(stack, tickets, url, port=stack.enter_context(serving(url)))
            for tickets, url in urls.items()
        ]
        timings = measure(desks, options.rounds)
    print_table(timings, asked, sizes)
    print_verdict(timings, sizes)


if __name__ == "__main__":
    main()
