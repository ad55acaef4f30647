"""Alerts of unusual days per week, by their budget, and how many of the days that were planted are told.

Protocol: simulated desks of 12,000 tickets over 400 days, imported, published and forecast as any other, but
for Prophet, which the largest series do without. Each is judged over its last 90 days. Quiet desks have
seasons, growth, holidays that no calendar tells, a lasting shift, and no trouble. Into the others are planted
three days of thrice the tickets, two on which none came, and two on which every third ticket was escalated.
The old rule is the one without a budget: each day against its weekday, from `anomaly_z` on.

Bars, at the thresholds a desk begins with and at the least robust z-score there may be: no more alerts per
week than the budget on the quiet desks, within chance, and at a budget of 2 at least eight of ten planted
days told.

    python -m bench.anomalies
    python -m bench.anomalies --seeds 3 --tickets 5000
"""

import argparse
import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.raw_cursor import RawCursor

from api.insights.operational.anomalies import tell
from api.insights.operational.limits import Limits
from api.insights.operational.repository import ANOMALIES
from api.kit.db import with_database
from api.migrations.runner import upgrade
from bench.desks import run_sluice, vacuum
from ml.ticket_volume import MODEL_VERSION
from pipelines.defs.ticket_volume.series import choose_series
from pipelines.defs.ticket_volume.storage import read_holidays, read_volume, replace_backtest, write_run
from pipelines.defs.ticket_volume.training import learn_all
from sluice.database import ensure_database, resolve_database_url
from sluice.history_import.events import LogEvent
from sluice.history_import.item_track import ESCALATION
from sluice.history_import.load import load_history, refresh_statistics
from sluice.history_import.rejects import Rejects
from sluice.simulator.arrivals import Turns
from sluice.simulator.generator import Simulation

DAYS, JUDGED_DAYS = 400, 90
BUDGETS = (1, 2, 5)
RECALL_BUDGET = 2
# The one that a desk begins with, and the least that may be set: then the budget alone decides.
ROBUST_Z = (Decimal("3.5"), Decimal(2))
SHIFT_BACK, EVERY_ESCALATED = 160, 3
SPIKES_BACK, CLOSED_BACK, BURSTS_BACK = (12, 33, 61), (19, 47), (26, 54)

_WITHOUT_BUDGET = """
    select count(*) from intermediate.int_operational__baselines as baselines
    cross join lateral (
        select greatest(baselines.spread, sqrt(greatest(baselines.expected, 1))) as spread,
            baselines.counted - baselines.expected as difference
    ) as told
    where baselines.is_complete and baselines.day >= %(first_day)s
        and abs(told.difference) >= %(difference)s and abs(told.difference) >= %(z)s * told.spread
        and (told.difference > 0 or baselines.metric in ('volume', 'category'))
"""


@dataclass(frozen=True)
class Planted:
    """Days on which something was done to a desk, and what has to be told of them."""

    spikes: tuple[date, ...]
    closed: tuple[date, ...]
    bursts: tuple[date, ...]

    @property
    def due(self) -> set[tuple[str, str]]:
        volumes = {("volume", day.isoformat()) for day in (*self.spikes, *self.closed)}
        return volumes | {("escalation", day.isoformat()) for day in self.bursts}


def plan_of(end: datetime, *, is_quiet: bool) -> Planted:
    def wednesdays(backs: tuple[int, ...]) -> tuple[date, ...]:
        days = ((end - timedelta(days=back)).date() for back in backs)
        return () if is_quiet else tuple(day - timedelta(days=(day.weekday() - 2) % 7) for day in days)

    return Planted(wednesdays(SPIKES_BACK), wednesdays(CLOSED_BACK), wednesdays(BURSTS_BACK))


def planted_events(events: Iterator[LogEvent], planted: Planted) -> Iterator[LogEvent]:
    """The events of a desk that was closed on some days and saw bursts of escalations on others."""
    numbers = count(1)
    key, arrivals = "", 0
    for event in events:
        is_arrival = event.ticket_key != key
        if is_arrival:
            key, arrivals = event.ticket_key, arrivals + 1
            arrived_on = event.occurred_at.date()
        if arrived_on in planted.closed:
            continue
        yield event._replace(row_number=next(numbers))
        if is_arrival and arrived_on in planted.bursts and arrivals % EVERY_ESCALATED == 0:
            yield event._replace(
                row_number=next(numbers), handover=ESCALATION, actor=event.assignee, assignee="Duty Lead"
            )


@contextmanager
def published_desk(tickets: int, seed: int, *, is_quiet: bool) -> Iterator[tuple[str, Planted]]:
    """A desk of its own, forecast and published, dropped afterwards."""
    name = f"sluice_bench_anomalies_{'quiet' if is_quiet else 'planted'}_{seed}"
    server = resolve_database_url()
    url = with_database(server, name)
    drop = sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name))
    with psycopg.connect(with_database(server, "postgres"), autocommit=True) as keeper:
        keeper.execute(drop)
        ensure_database(url)
        try:
            upgrade(url)
            planted = fill(url, tickets, seed, is_quiet=is_quiet)
            run_sluice(url, "pipeline", "run", "--no-train")
            forecast(url)
            run_sluice(url, "pipeline", "run", "--no-train")
            vacuum(url)
            yield url, planted
        finally:
            keeper.execute(drop)


def fill(url: str, tickets: int, seed: int, *, is_quiet: bool) -> Planted:
    end = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    planted = plan_of(end, is_quiet=is_quiet)
    turns = Turns(level_shift=(end - timedelta(days=SHIFT_BACK)).date(), spikes=planted.spikes)
    desk = Simulation(tickets=tickets, days=DAYS, seed=seed, end=end, turns=turns)
    with psycopg.connect(url) as connection, Rejects(Path("bench-rejects.csv"), limit=0) as rejects:
        load_history(
            connection, desk.plan(), planted_events(desk.events(), planted), rejects=rejects, files=[]
        )
        refresh_statistics(connection)
    return planted


def forecast(url: str) -> None:
    """What the nightly training does about volumes, without Prophet."""
    with psycopg.connect(url) as connection:
        volume, as_of = read_volume(connection)
        series = [replace(each, with_prophet=False) for each in choose_series(volume)]
        models = learn_all(series, as_of=as_of, holidays=read_holidays(connection))
        run_id = write_run(
            connection,
            [
                (each.series_key, each.filters, model.forecast())
                for each, model in zip(series, models, strict=True)
            ],
            kind="ticket_volume",
            data_as_of=as_of,
            model_version=MODEL_VERSION,
            params={},
        )
        replace_backtest(connection, run_id, series, models)


def ask(url: str, budget: int, robust_z: Decimal) -> dict[str, Any]:
    """The answer of the endpoint over the days that are judged, at some thresholds."""
    with psycopg.connect(url, cursor_factory=RawCursor) as connection:
        limits = dict(connection.execute("select name, value from ops.insight_threshold").fetchall())
        limits |= {"anomaly_alerts_per_week": Decimal(budget), "anomaly_z": robust_z}
        arguments = ANOMALIES.arguments({**limits, "days": JUDGED_DAYS})
        row = connection.execute(ANOMALIES.text, arguments).fetchone()
    assert row is not None
    return tell(json.loads(row[2]), Limits(limits))


def told_without_budget(url: str, robust_z: Decimal) -> int:
    first_day = datetime.now(UTC).date() - timedelta(days=JUDGED_DAYS)
    with psycopg.connect(url) as connection:
        given = {"first_day": first_day, "difference": 5, "z": robust_z}
        row = connection.execute(_WITHOUT_BUDGET, given).fetchone()
    assert row is not None
    return int(row[0])


def report_quiet(desks: list[tuple[str, Planted]]) -> None:
    weeks = len(desks) * JUDGED_DAYS / 7
    for robust_z in ROBUST_Z:
        told = {
            budget: sum(ask(url, budget, robust_z)["anomaly_count"] for url, _ in desks) for budget in BUDGETS
        }
        old = sum(told_without_budget(url, robust_z) for url, _ in desks)
        rates = ", ".join(f"budget {budget}: {number / weeks:.2f}" for budget, number in told.items())
        print(f"  z from {robust_z} on, alerts per week: {rates}; the old rule: {old / weeks:.2f}")


def report_planted(desks: list[tuple[str, Planted]]) -> None:
    for robust_z in ROBUST_Z:
        found, due, alerts = 0, 0, 0
        for url, planted in desks:
            rows = ask(url, RECALL_BUDGET, robust_z)["anomalies"]
            alerts += len(rows)
            found += len(planted.due & {(row["metric"], row["date"]) for row in rows})
            due += len(planted.due)
        weeks = len(desks) * JUDGED_DAYS / 7
        print(
            f"  z from {robust_z} on, budget {RECALL_BUDGET}: {found} of {due} planted days told, "
            f"{alerts / weeks:.2f} alerts per week with what the days brought about"
        )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2], help="one desk of each kind for each")
    parser.add_argument("--tickets", type=int, default=12_000, help="of each desk")
    options = parser.parse_args()
    for is_quiet, report in ((True, report_quiet), (False, report_planted)):
        print("quiet desks" if is_quiet else "desks with planted days", flush=True)
        with ExitStack() as stack:
            report(
                [
                    stack.enter_context(published_desk(options.tickets, seed, is_quiet=is_quiet))
                    for seed in options.seeds
                ]
            )


if __name__ == "__main__":
    main()
