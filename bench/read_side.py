"""What an answer costs, as a multiple of the least that one from PostgreSQL can cost here.

Two published desks, one ten times the other, each behind a real service process of its own. This process
asks one question at a time, in turn and in random order, so that whatever else the machine does falls on
all alike. `x bare` compares an endpoint with the bare endpoint of its own process (one row by key,
same driver, same authentication); `growth` compares the two sizes.

    python -m bench.read_side
    python -m bench.read_side --tickets 10000 100000 --rounds 40
"""

import argparse
import os
import random
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, timedelta
from statistics import median, quantiles

from bench.bare_app import BARE_ADMIN_PATH, BARE_PATH
from bench.connection import Connection
from bench.desks import admin_token, busiest_agent, prepare_desk, serving

REQUESTS_PER_TURN = 25
WARM_UP = 30
MOST_BARE, MOST_GROWTH = 3.0, 1.3
# Median milliseconds over one connection that the system the contract was written for shows on this
# class of machine, at 10,000 and 100,000 tickets.
ORIGINAL = {
    "dashboard": (41, 262),
    "trends": (18, 29),
    "rows: sla": (932, 6_728),
    "my-tasks": (2_915, 30_739),
}


@dataclass
class Question:
    name: str
    path: str
    query: dict[str, str] = field(default_factory=dict)
    bare: "Question | None" = None
    samples: dict[int, list[float]] = field(default_factory=dict)

    def times_bare(self, tickets: int) -> tuple[float, float]:
        """Both percentiles as multiples of the bare endpoint's that asks for the same authentication."""
        own, least = self.percentiles(tickets), (self.bare or self).percentiles(tickets)
        return own[0] / least[0], own[1] / least[1]

    def growth(self, small: int, large: int) -> float:
        return self.percentiles(large)[0] / self.percentiles(small)[0]

    def percentiles(self, tickets: int) -> tuple[float, float]:
        """Median and 99th percentile in milliseconds."""
        samples = self.samples[tickets]
        return median(samples) * 1000, quantiles(samples, n=100)[98] * 1000


def build_questions(as_of: date) -> list[Question]:
    bare, bare_admin = Question("bare", BARE_PATH), Question("bare, admin", BARE_ADMIN_PATH)
    month = {"start_date": str(as_of - timedelta(days=45)), "end_date": str(as_of - timedelta(days=10))}
    tickets, rows = "/analytics/tickets", "/analytics/drilldown/tickets"
    tasks, workflows, lists = "/analytics/tasks", "/analytics/workflows", "/analytics/drilldown"
    questions = [
        Question("dashboard", f"{tickets}/dashboard/"),
        Question("dashboard, dates", f"{tickets}/dashboard/", month),
        Question("status", f"{tickets}/status/"),
        Question("status, dates", f"{tickets}/status/", month),
        Question("priority", f"{tickets}/priority/"),
        Question("age", f"{tickets}/age/"),
        Question("sla", f"{tickets}/sla/"),
        Question("sla by workflow", f"{tickets}/sla/", {"group_by": "workflow"}),
        Question("trends", "/analytics/ticket-trends/"),
        Question("categories", "/analytics/ticket-categories/"),
        Question("workflows", f"{workflows}/metrics/"),
        Question("departments", f"{workflows}/departments/"),
        Question("steps", f"{workflows}/steps/"),
        Question("process map", f"{workflows}/1/process-map/"),
        Question("variants", f"{workflows}/1/variants/"),
        Question("items: status", f"{tasks}/status/"),
        Question("items: origin", f"{tasks}/origin/"),
        Question("items: performance", f"{tasks}/performance/"),
        Question("items: perf., dates", f"{tasks}/performance/", month),
        Question("users", f"{tasks}/users/"),
        Question("transfers", f"{tasks}/transfers/"),
        Question("items: trends", "/analytics/task-item-trends/"),
        Question("rows: status", f"{rows}/status/", {"status": "completed"}),
        Question("rows: status, p.300", f"{rows}/status/", {"status": "completed", "page": "300"}),
        Question("rows: priority", f"{rows}/priority/", {"priority": "High"}),
        Question("rows: age", f"{rows}/age/"),
        Question("rows: sla", f"{rows}/sla/", {"sla_status": "breached"}),
        Question("rows: category", f"{rows}/category/"),
        Question("rows: items", f"{lists}/tasks/status/", {"status": "resolved"}),
        Question("rows: origin", f"{lists}/tasks/origin/", {"origin": "Transferred"}),
        Question("rows: transfers", f"{lists}/transfers/"),
        Question("rows: workflow", f"{lists}/workflow/1/"),
        Question("rows: steps", f"{lists}/steps/"),
        Question("my-tasks", "/tasks/my-tasks/"),
    ]
    for question in questions:
        question.bare = bare
    for_admins = [
        Question("forecast", "/analytics/forecast/volume/"),
        Question("forecast: workload", "/analytics/forecast/workload/"),
        Question("operational", "/analytics/operational/"),
        Question("workload", "/analytics/workload/"),
        Question("sla-risk", "/analytics/sla-risk/"),
        Question("anomalies", "/analytics/anomalies/"),
    ]
    for question in for_admins:
        question.bare = bare_admin
    return [bare, *questions, bare_admin, *for_admins]


def measure(questions: Sequence[Question], connections: dict[int, Connection], rounds: int) -> None:
    order = random.Random(1)  # noqa: S311 - a reproducible order
    turns = [(question, tickets) for question in questions for tickets in connections]
    for question, tickets in turns:
        warm_up = connections[tickets].request(question.path, question.query)
        for _ in range(WARM_UP):
            connections[tickets].time(warm_up)
    for _ in range(rounds):
        order.shuffle(turns)
        for question, tickets in turns:
            request = connections[tickets].request(question.path, question.query)
            samples = question.samples.setdefault(tickets, [])
            samples += [connections[tickets].time(request) for _ in range(REQUESTS_PER_TURN)]


def print_table(questions: Sequence[Question], small: int, large: int) -> None:
    print(f"{'':21}{small:>12,} tickets{'':16}{large:>12,} tickets{'':24}original")
    heads = f"{'p50 ms':>9}{'p99 ms':>9}{'x bare':>8}{'x p99':>7}"
    print(f"{'endpoint':21}{heads}  {heads}{'growth':>9}   p50 ms at both")
    for question in questions:
        cells = []
        for tickets in (small, large):
            p50, p99 = question.percentiles(tickets)
            times50, times99 = question.times_bare(tickets)
            cells.append(f"{p50:9.2f}{p99:9.2f}{times50:8.2f}{times99:7.2f}")
        original = " ".join(f"{value:,}" for value in ORIGINAL.get(question.name, ()))
        print(f"{question.name:21}{cells[0]}  {cells[1]}{question.growth(small, large):9.2f}   {original}")


def print_noise(bare: Question) -> None:
    """How far apart the bare endpoint's own turns lie: no ratio is sharper than that."""
    for tickets, samples in bare.samples.items():
        turns = [samples[at : at + REQUESTS_PER_TURN] for at in range(0, len(samples), REQUESTS_PER_TURN)]
        medians = sorted(median(turn) * 1000 for turn in turns)
        print(
            f"noise: bare p50 by turn at {tickets:,} tickets from {medians[0]:.2f} to {medians[-1]:.2f} ms"
            f" over {len(turns)} turns"
        )
    print(f"load average {' '.join(f'{load:.1f}' for load in os.getloadavg())} on {os.cpu_count()} cores")


def print_verdict(questions: Sequence[Question], small: int, large: int) -> None:
    analytics = [question for question in questions if question.path.startswith("/analytics/")]
    worst = max((q.times_bare(tickets)[0], q.name) for q in analytics for tickets in (small, large))
    growth = max((q.growth(small, large), q.name) for q in analytics)
    print(f"most x bare: {worst[0]:.2f} ({worst[1]}), aim {MOST_BARE} at most")
    print(f"most growth: {growth[0]:.2f} ({growth[1]}), aim {MOST_GROWTH} at most")


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--tickets", type=int, nargs=2, default=(10_000, 100_000), metavar=("FEW", "MANY"))
    parser.add_argument("--rounds", type=int, default=40, help=f"turns of {REQUESTS_PER_TURN} requests each")
    options = parser.parse_args(arguments)
    small, large = options.tickets
    urls = {tickets: prepare_desk(tickets) for tickets in (small, large)}
    with ExitStack() as stack:
        connections = {
            tickets: stack.enter_context(
                Connection(stack.enter_context(serving(url)), admin_token(busiest_agent(url)))
            )
            for tickets, url in urls.items()
        }
        published = connections[small].get("/analytics/tickets/status/")
        questions = build_questions(date.fromisoformat(published["data_as_of"][:10]))
        measure(questions, connections, options.rounds)
    print_table(questions, small, large)
    print_noise(questions[0])
    print_verdict(questions, small, large)


if __name__ == "__main__":
    main()
