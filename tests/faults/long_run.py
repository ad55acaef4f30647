"""Many days of a desk are published bit by bit; a full rebuild at the end must give every row of it again.

python -m tests.faults.long_run --days 200 --seed 7
"""

import argparse
import json
import random
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from api.migrations.runner import upgrade
from tests.faults.catalogue.workbench import RUN, Workbench
from tests.faults.random_days import play_day
from tests.pipelines.desk import fill_desk
from tests.pipelines.published import published_rows

# Days that one publication takes over, at the least and at the most.
STEP = (5, 9)
# A repair by hand and a restored dump come past what the database would refuse.
PAST_CONSTRAINTS = "alter table ops.task drop constraint ck_task_resolved_after_created"


@dataclass
class Verdict:
    """`differing` are tables of which increments have published other rows than a rebuild, with how many."""

    days: int = 0
    operations: int = 0
    publications: int = 0
    rows: int = 0
    differing: dict[str, int] = field(default_factory=dict)


def run_long(
    bench: Workbench, *, days: int, seed: int, tell: Callable[[Verdict], None] = lambda _: None
) -> Verdict:
    """Play the days, publish every few of them, and hold what is published to a full rebuild.

    Args:
        bench: One whose database has nothing in it.
        days: How many, up to yesterday.
        seed: Of all that is decided by lot.
        tell: Called after each publication.
    """
    generator, verdict = random.Random(seed), Verdict()  # noqa: S311 - a reproducible history
    upgrade(bench.url)
    fill_desk(bench.url, tickets=0, days=1)
    bench.execute(PAST_CONSTRAINTS)
    midnight = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    while verdict.days < days:
        for _ in range(min(generator.randint(*STEP), days - verdict.days)):
            with bench.connect() as connection:
                day = midnight - timedelta(days=days - verdict.days)
                verdict.operations += play_day(connection, day, generator)
            verdict.days += 1
        _publish(bench, midnight - timedelta(days=days - verdict.days))
        verdict.publications += 1
        tell(verdict)
    by_increments = _published(bench)
    _publish(bench, midnight, "--full-refresh")
    rebuilt = _published(bench)
    verdict.rows = sum(map(len, rebuilt.values()))
    verdict.differing = {
        table: len(set(rows) ^ set(by_increments[table]))
        for table, rows in rebuilt.items()
        if rows != by_increments[table]
    }
    return verdict


def _publish(bench: Workbench, as_of: datetime, *options: str) -> None:
    bench.judge_at(as_of)
    ended = bench.run(*RUN, *options)
    if ended.status != 0:
        raise RuntimeError(ended.said)


def _published(bench: Workbench) -> dict[str, list[str]]:
    with bench.connect() as connection:
        return published_rows(connection)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--days", type=int, default=200)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args(arguments)
    with (
        tempfile.TemporaryDirectory(prefix="faults-", ignore_cleanup_errors=True) as folder,
        Workbench(Path(folder)) as bench,
    ):
        verdict = run_long(bench, days=options.days, seed=options.seed, tell=_say)
    sys.stdout.write(json.dumps(vars(verdict), indent=1) + "\n")
    return 1 if verdict.differing else 0


def _say(verdict: Verdict) -> None:
    sys.stdout.write(f"day {verdict.days}, {verdict.operations} operations, published\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
