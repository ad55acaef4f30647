"""What a publication costs beyond its SQL: with nothing to do, and after tickets have changed.

Each round publishes a copy of the desk once for every number of changed tickets and for either way of
starting the run's process: anew, which has it import everything, and forked from one that has done so
already, which is what `sluice up` does. Up to half of the changed tickets are open ones of the simulated
history that move on, as many as there are; the rest are new.

Start is the time until the run has begun. The rest is split by looking at it every 20 ms: a statement of the
server, else the library that the run is in.

The first publication of a round makes good what the copying of the desk has undone and is not shown.
Bar: with 100 changed tickets, forked, at most 20 s on two cores.

    python -m bench.publication
    python -m bench.publication --tickets 10000 --rounds 3
"""

import argparse
import multiprocessing
import os
import tempfile
from collections import defaultdict
from contextlib import ExitStack
from dataclasses import dataclass
from importlib import import_module
from multiprocessing.context import BaseContext
from multiprocessing.queues import SimpleQueue
from statistics import median
from time import time

import psycopg

from bench.desks import admin_token, cloned, prepare_desk, serving
from bench.operated_desk import NOTES, SERVICE, OperatedDesk, creations
from bench.time_split import PARTS, SQL, watched
from pipelines.code_server import PRELOADED, warm_context
from sluice.pipeline_commands import enter_stack_environment
from sluice.settings import load_settings

# Open tickets in an order without meaning, each with the person who holds it and the way to go.
OPEN = """
select task.task_id, role_user.user_id, min(step_transition.transition_id)
from ops.task
join ops.task_item on task_item.task_id = task.task_id and task_item.closed_at is null
join ops.role_user using (role_user_id)
join ops.step_transition
    on step_transition.from_step_id = task.current_step_id and step_transition.deleted_at is null
where task.status = 'pending'
group by task.task_id, role_user.user_id
order by md5(task.task_id::text)
limit %s
"""
CHANGED = (0, 100, 1000)
ANEW, FORKED = "anew", "forked"
BAR_SECONDS = 20


@dataclass(frozen=True)
class Run:
    """Wall seconds of one publication from asking for it to its end, and of its parts."""

    wall: float
    start: float
    parts: dict[str, float]


def publish(database_url: str, result: "SimpleQueue[tuple[float, float, dict[str, int]]]") -> None:
    """Publish in this process; what is told is when the run began and ended, and what it was seen at."""
    # Importing is part of what is measured; the check's library is imported by the first check otherwise.
    for module in PRELOADED:
        import_module(module)
    from pipelines.runner import run_pipeline  # noqa: PLC0415 - see above

    began = time()
    with watched(database_url) as seen:
        outcome = run_pipeline(train=False)
    if outcome.failures:
        raise RuntimeError("; ".join(outcome.failures))
    result.put((began, time(), dict(seen)))


def timed_run(context: BaseContext, database_url: str) -> Run:
    result = context.SimpleQueue()
    asked = time()
    process = context.Process(target=publish, args=(database_url, result))
    process.start()
    process.join()
    if process.exitcode:
        raise RuntimeError("the publication failed: its reason stands above")
    began, ended, seen = result.get()
    looks = sum(seen.values())
    return Run(
        wall=ended - asked,
        start=began - asked,
        parts={part: (ended - began) * seen.get(part, 0) / looks for part in PARTS},
    )


def change(desk: OperatedDesk, database_url: str, tickets: int) -> None:
    """Change so many tickets through the service."""
    with psycopg.connect(database_url) as connection:
        open_ones = connection.execute(OPEN, [tickets // 2]).fetchall()
    for task_id, user_id, transition_id in open_ones:
        body = {"transition_id": transition_id, "notes": NOTES}
        desk.http.time(desk.http.post(f"/transitions/{task_id}/transition/", body, admin_token(user_id)))
    desk.time(creations(desk, SERVICE, tickets - len(open_ones)))


def measure(tickets: int, rounds: int) -> dict[tuple[int, str], list[Run]]:
    runs: dict[tuple[int, str], list[Run]] = defaultdict(list)
    with ExitStack() as stack:
        url = stack.enter_context(cloned(prepare_desk(tickets)))
        os.environ["SLUICE_DATABASE_URL"] = url
        os.environ["SLUICE_HOME"] = stack.enter_context(tempfile.TemporaryDirectory())
        enter_stack_environment(load_settings())
        desk = OperatedDesk(stack, tickets, url, port=stack.enter_context(serving(url)))
        # A process imports its main module, which is this one and needs more than that of the service.
        ways = {FORKED: warm_context("bench.publication"), ANEW: multiprocessing.get_context("spawn")}
        timed_run(ways[FORKED], url)
        for number in range(rounds):
            for changed in CHANGED:
                # Who comes first takes turns, so that neither finds the warmer database each time.
                for way in (ANEW, FORKED) if number % 2 else (FORKED, ANEW):
                    change(desk, url, changed)
                    runs[changed, way].append(timed_run(ways[way], url))
    return runs


def report(runs: dict[tuple[int, str], list[Run]]) -> None:
    columns = ("start", *PARTS)
    print(
        f"{'changed':>8} {'process':8}{'wall s':>8}{'spread':>8}" + "".join(f"{name:>9}" for name in columns)
    )
    for (changed, way), timed in runs.items():
        walls = [run.wall for run in timed]
        shares = [median(run.start for run in timed)]
        shares += [median(run.parts[part] for run in timed) for part in PARTS]
        print(
            f"{changed:8} {way:8}{median(walls):8.1f}{(max(walls) - min(walls)) / median(walls):8.0%}"
            + "".join(f"{seconds:9.1f}" for seconds in shares)
        )
    for changed in CHANGED:
        without = {
            way: median(run.wall - run.parts[SQL] for run in runs[changed, way]) for way in (ANEW, FORKED)
        }
        ratio = without[FORKED] / without[ANEW]
        print(f"{changed} changed: what is not SQL takes {ratio:.2f} of the time when forked")
    slowest = median(run.wall for run in runs[100, FORKED])
    print(f"bar, 100 changed, forked: {slowest:.1f} s of {BAR_SECONDS} s")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--tickets", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    print(f"{asked.tickets:,} tickets, {asked.rounds} rounds, {os.cpu_count()} cores")
    report(measure(asked.tickets, asked.rounds))


if __name__ == "__main__":
    main()
