"""What models cost on a desk: training all of them, and asking them of many open tickets.

The desk is that of `python -m bench.read_side`, built and published on the first run. Scoring is asked of
10,000 tickets as if all were open: of each its last event while it was.

Bars, on two cores with nothing else running: all training within 5 minutes and 4 GiB, 10,000 open tickets
scored within 20 s, reading them included.

    python -m bench.model_cost
    python -m bench.model_cost --tickets 10000 --scored 2000
"""

import argparse
import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from time import perf_counter

import psycopg

from bench.desks import prepare_desk
from pipelines.defs.ticket_models.cases import Cases, read_cases
from pipelines.defs.ticket_models.registry import Training, record_training
from pipelines.defs.ticket_models.scoring import score_open_tickets
from pipelines.defs.ticket_models.training import open_events, train_risk, train_time
from pipelines.defs.ticket_volume.hours import forecast_hours
from pipelines.defs.ticket_volume.series import choose_series
from pipelines.defs.ticket_volume.storage import read_holidays, read_hours, read_volume
from pipelines.defs.ticket_volume.training import learn_all

TRAINING_BAR_SECONDS, SCORING_BAR_SECONDS, MEMORY_BAR_MIB = 300, 20, 4096


@contextmanager
def told(what: str) -> Iterator[None]:
    began = perf_counter()
    yield
    print(f"  {what:46}{perf_counter() - began:7.1f} s", flush=True)


def forecast_volume(connection: psycopg.Connection) -> None:
    volume, as_of = read_volume(connection)
    series = choose_series(volume)
    histories = read_hours(connection, series)
    with told(f"forecasts of {len(series)} series"):
        models = learn_all(series, as_of=as_of, holidays=read_holidays(connection))
    with told("their hours"):
        forecast_hours(series, models, histories)


def train_models(cases: Cases) -> list[Training]:
    trainings = []
    for train, name in ((train_risk, "risk of a breach"), (train_time, "remaining time")):
        with told(f"{name}, {len(cases.log.rows):,} events"):
            trainings.append(train(cases))
    return trainings


def open_again(cases: Cases, count: int) -> Cases:
    """The newest tickets as if they were open: without their end, and nothing known of it."""
    rows = open_events(cases.log).rows
    newest = rows.drop_duplicates("ticket").nlargest(count, "opened_at")["ticket"]
    return replace(
        cases,
        log=replace(cases.log, rows=rows),
        breaches=cases.breaches.drop(newest, errors="ignore"),
        open_tickets=cases.open_tickets.union(newest),
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--tickets", type=int, default=100_000, help="size of the desk")
    parser.add_argument("--scored", type=int, default=10_000, help="how many tickets are asked of")
    options = parser.parse_args()
    url = prepare_desk(options.tickets)
    print(f"\na desk of {options.tickets:,} tickets, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    began = perf_counter()
    with psycopg.connect(url) as connection:
        forecast_volume(connection)
        with told("reading a year of events"):
            cases = read_cases(connection)
        trainings = train_models(cases)
        trained = perf_counter() - began
        for training in trainings:
            record_training(connection, training)
        began = perf_counter()
        with told("reading them again, and scoring"):
            asked = open_again(read_cases(connection), options.scored)
            count = score_open_tickets(connection, asked).tickets
        scored = perf_counter() - began
        # What was said of tickets that are over is not to be published.
        connection.rollback()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"  training in all {trained:.0f} s (bar {TRAINING_BAR_SECONDS})")
    print(f"  {memory:.0f} MiB at most (bar {MEMORY_BAR_MIB})")
    print(f"  {count:,} tickets scored in {scored:.1f} s (bar {SCORING_BAR_SECONDS})")


if __name__ == "__main__":
    main()
