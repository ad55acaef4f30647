"""One oracle for all faults: was it noticed, was anything served wrong, did one command recover from it."""

import json
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass

import psycopg

from tests.faults.catalogue.fault import NOTHING, RETRAIN, Fault, Finder, Sees
from tests.faults.catalogue.laboratory import Laboratory
from tests.faults.catalogue.workbench import Ended
from tests.pipelines.published import publication_count, published_rows

# What is told of rows that are set aside, and how many there are of what: not the numbers themselves.
TOLD_OF_INPUTS = frozenset({"quarantined_rows", "input_facts"})
# A training that was to make good what a fault had spoilt learns from one ticket more than the one before.
LEARNT = frozenset({
    "anomalies", "forecast_series", "forecast_points", "forecast_hours", "forecast_scores",
    "resolution_forecast", "ticket_risks", "model_decisions", "served_models",
})  # fmt: skip
_SET_ASIDE = """
    select format('%s %s: %s (%s)', source_table, coalesce(ticket_number, '-'), reason, detail)
    from serving.quarantined_rows
"""
_LOGGED = "select event::jsonb ->> 'user_message' from dagster.event_logs where event like '%Data Docs%'"
_COUNTED = "select coalesce(sum(quarantined_count), 0) from serving.input_facts"
# By `sluice pipeline explain`, as whoever is called would hear of it.
_EXPLAINED = frozenset({Finder.WARNING, Finder.RETRY, Finder.NEXT_RUN, Finder.REBUILD})

_EXAMPLE = 300
FOUND_LATE = "found late"

Rows = dict[str, list[str]]


@dataclass(frozen=True)
class Observation:
    """What there is to see after a run on a broken desk."""

    told: str
    rows: Rows
    published: int
    counted: int


@dataclass(frozen=True)
class Result:
    """What came of one fault; `heard` is the line that told of it, `wrong` names tables served otherwise."""

    fault: Fault
    heard: str
    wrong: tuple[str, ...]
    differing_after: tuple[str, ...]
    seconds: float

    @property
    def is_detected(self) -> bool:
        return bool(self.heard)

    @property
    def is_served_right(self) -> bool:
        return not self.wrong

    @property
    def has_recovered(self) -> bool:
        return not self.differing_after

    @property
    def is_good(self) -> bool:
        return self.is_detected and self.is_served_right and self.has_recovered

    @property
    def says(self) -> str:
        """The result in a few words."""
        if self.is_good:
            return FOUND_LATE if self.fault.sees is Sees.LATE else "as expected"
        shortfalls = (
            (not self.is_detected, "NOT DETECTED"),
            (not self.is_served_right, f"SERVED WRONG: {', '.join(self.wrong)}"),
            (not self.has_recovered, f"NOT RECOVERED: {', '.join(self.differing_after)}"),
        )
        return "; ".join(words for is_so, words in shortfalls if is_so)


def refuse(database_url: str, fault: Fault) -> Result:
    """Try a write that the database is to refuse; it is undone if it is not."""
    begun = time.monotonic()
    with psycopg.connect(database_url) as connection:
        try:
            connection.execute(fault.breaks.encode())
            heard = ""
            wrong: tuple[str, ...] = ("the write was taken",)
        except psycopg.Error as error:
            heard, wrong = _line(str(error), fault.says), ()
        connection.rollback()
    return Result(fault, heard, wrong, (), time.monotonic() - begun)


def try_out(laboratory: Laboratory, faults: Sequence[Fault]) -> list[Result]:
    """Break a desk by all of the faults at once, run, look, mend, recover, and say what came of each."""
    begun = time.monotonic()
    first = faults[0]
    allowed = _allowed(laboratory, faults)
    laboratory.restore()
    for fault in faults:
        laboratory.execute(fault.breaks or "select")
    before = _count(laboratory)
    ended = first.run(laboratory)
    seen = _observe(laboratory, ended, first.found_by, before)
    differing = _recover(laboratory, faults)
    seconds = (time.monotonic() - begun) / len(faults)
    return [
        Result(
            fault,
            _line(seen.told, fault.says),
            _wrong(fault, seen, allowed, laboratory.before),
            differing,
            seconds,
        )
        for fault in faults
    ]


def _allowed(laboratory: Laboratory, faults: Sequence[Fault]) -> Rows:
    """What a run may publish, row by row."""
    if faults[0].sees is not Sees.WITHOUT:
        return laboratory.sound
    laboratory.restore()
    for fault in faults:
        laboratory.execute(fault.truth)
    ended = laboratory.run("pipeline", "run", "--no-train")
    assert ended.status == 0, ended.said
    with laboratory.connect() as connection:
        return published_rows(connection)


def _observe(laboratory: Laboratory, ended: Ended, finder: Finder, before: int) -> Observation:
    told = [ended.said]
    with laboratory.connect() as connection:
        told += [line for (line,) in connection.execute(_SET_ASIDE)]
        rows, published = published_rows(connection), publication_count(connection) - before
        if finder is Finder.LOG:
            told += [line for (line,) in connection.execute(_LOGGED)]
        counted = connection.execute(_COUNTED).fetchone()
    if finder in _EXPLAINED:
        told += _explained(laboratory)
    return Observation("\n".join(told), rows, published, counted[0] if counted else 0)


def _explained(laboratory: Laboratory) -> list[str]:
    said = laboratory.run("pipeline", "explain", "--json").said
    explained = json.loads(said[said.index("{") :])
    story = explained["story"]
    unmet = [f"{each['check']}: {each['said']}" for each in story["unmet"]]
    return [explained["summary"], *unmet, *story["errors"], f"{story['retries']} retries"]


def _count(laboratory: Laboratory) -> int:
    with laboratory.connect() as connection:
        return publication_count(connection)


def _wrong(fault: Fault, seen: Observation, allowed: Rows, before: Rows) -> tuple[str, ...]:
    if not seen.published:
        may_be_old = fault.sees in {Sees.LAST_GOOD, Sees.EITHER}
        return _differing(seen.rows, before) if may_be_old else ("nothing was published",)
    if fault.sees is Sees.LAST_GOOD:
        return ("a publication was made",)
    if fault.sees is Sees.WITHOUT and not seen.counted:
        return ("nothing was counted as set aside",)
    if fault.sees is Sees.MARKED:
        return ()
    left_out = TOLD_OF_INPUTS if fault.sees is Sees.WITHOUT else frozenset()
    return _differing(seen.rows, allowed, left_out)


def _recover(laboratory: Laboratory, faults: Sequence[Fault]) -> tuple[str, ...]:
    for mends in dict.fromkeys(fault.mends for fault in faults if fault.mends):
        laboratory.execute(mends)
    recovery = faults[0].recovery
    if recovery != NOTHING:
        ended = laboratory.run(*recovery.split()[1:])
        if ended.status != 0:
            return (f"the recovery failed: {ended.said.strip()}",)
    with laboratory.connect() as connection:
        rows = published_rows(connection)
    return _differing(rows, laboratory.sound, LEARNT if recovery == RETRAIN else frozenset())


def _differing(rows: Rows, others: Rows, left_out: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """Tables that are not the same, each with how many rows are too many and too few, and one of them."""
    found = []
    for table in others.keys() - left_out:
        surplus, missing = (
            set(rows[table]) - set(others[table]),
            set(others[table]) - set(rows[table]),
        )
        if surplus or missing:
            example = min(surplus or missing)[:_EXAMPLE]
            found.append(f"{table} (+{len(surplus)} -{len(missing)}, {example})")
    return tuple(sorted(found))


def _line(told: str, pattern: str) -> str:
    """The first line in which the pattern is found."""
    return next((line.strip() for line in told.splitlines() if re.search(pattern, line)), "")
