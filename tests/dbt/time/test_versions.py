"""States of random lives, on calendars and around the clock, at instants of all kinds."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from api.sla.life import SlaClock
from tests.dbt.time.conftest import ToldDesk
from tests.dbt.time.desk import sla_clock
from tests.dbt.time.told import ENDED, Life

# A moment before, at, and after.
AROUND = [timedelta(microseconds=each) for each in (-1, 0, 1)]


def lived_until(life: Life, instant: datetime) -> tuple[str, SlaClock]:
    """Status and clock of a life of which nothing later is known."""
    told = Life(life.created_at, life.calendar, [event for event in life.events if event[3] <= instant])
    return told.status, sla_clock(told)


def instants_of(life: Life, as_of: datetime) -> Iterator[datetime]:
    """Its events and deadlines, a moment before and after each, and instants of no meaning."""
    generator = random.Random(str(life.created_at))  # noqa: S311 - the same at every run
    ends = {at for _, _, _, at in life.events}
    for at in sorted(ends):
        deadlines = lived_until(life, at)[1].deadlines
        assert deadlines is not None
        ends |= {deadlines.at_risk_at, deadlines.critical_at, deadlines.target}
    yield from (at + moment for at in sorted(ends) for moment in AROUND)
    for _ in range(5):
        yield life.created_at + (as_of - life.created_at) * generator.random()


@pytest.fixture(scope="module")
def kept(told_desk: ToldDesk) -> dict[int, list[dict[str, Any]]]:
    kept: dict[int, list[dict[str, Any]]] = {task_id: [] for task_id in told_desk.lives}
    for row in told_desk.rows("select * from build.ticket_versions order by task_id, valid_from"):
        kept[row["task_id"]].append(row)
    return kept


@pytest.fixture(scope="module")
def present(told_desk: ToldDesk) -> dict[int, dict[str, Any]]:
    rows = told_desk.rows(
        "select *, target_resolution_at as target_resolution, is_sla_critical as is_critical "
        "from marts.fct_tickets"
    )
    return {row["task_id"]: row for row in rows}


def test_states_at_any_instant(
    told_desk: ToldDesk, kept: dict[int, list[dict[str, Any]]], present: dict[int, dict[str, Any]]
) -> None:
    asked = 0
    for task_id, life in told_desk.lives.items():
        for instant in instants_of(life, told_desk.as_of):
            if not life.created_at <= instant <= told_desk.as_of:
                continue
            asked += 1
            holding = [row for row in kept[task_id] if row["valid_from"] <= instant < row["valid_until"]]
            (row,) = holding or [present[task_id]]
            status, clock = lived_until(life, instant)
            deadlines = clock.deadlines
            assert deadlines is not None
            told = (row["status"], row["sla_status"], row["target_resolution"])
            assert told == (status, clock.state_at(instant), deadlines.target), (task_id, instant)
            held = clock.hold_started_at or instant
            is_critical = status not in ENDED and deadlines.critical_at <= held <= deadlines.target
            assert row["is_critical"] == is_critical, (task_id, instant)
    assert asked > 1_000


def test_versions_of_a_ticket_follow_one_another(kept: dict[int, list[dict[str, Any]]]) -> None:
    for rows in kept.values():
        for row, following in pairwise(rows):
            assert row["valid_until"] == following["valid_from"]


def test_the_state_that_lasts_is_not_kept(told_desk: ToldDesk, kept: dict[int, list[dict[str, Any]]]) -> None:
    over = [task_id for task_id, life in told_desk.lives.items() if life.status in ENDED]
    assert over
    for task_id in over:
        last = told_desk.lives[task_id].events
        ended_at = max(at for _, before, after, at in last if before != after)
        assert all(row["valid_until"] <= ended_at for row in kept[task_id])
