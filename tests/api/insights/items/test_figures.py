"""Every figure about items against the items themselves, counted one by one."""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.api.insights.calls import get
from tests.api.insights.items.turns import (
    ORIGINS,
    STATUSES,
    Question,
    Turn,
    mean_hours,
    percentage,
    quantile_hours,
    random_question,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")

QUESTIONS = 45
BEST_FIRST: dict[str, Callable[[dict[str, Any]], Any]] = {
    "resolution_rate": lambda row: (-row["resolution_rate"], -row["resolved"]),
    "resolved": lambda row: (-row["resolved"], -row["resolution_rate"]),
    "sla_met_rate": lambda row: (row["sla_met_rate"] is None, -(row["sla_met_rate"] or 0), -row["resolved"]),
    "avg_time_to_action_hours": lambda row: (
        row["avg_time_to_action_hours"] is None,
        row["avg_time_to_action_hours"] or 0,
        -row["resolved"],
    ),
    "breach_rate": lambda row: (row["breach_rate"], -row["resolved"]),
}

NOTED = {
    "new": "new",
    "in_progress": "in progress",
    "escalated": "escalated",
    "transferred": "reassigned",
    "resolved": "resolved",
    "breached": "breached",
}
BEGINNINGS: dict[str, Callable[[date], date]] = {
    "day": lambda day: day,
    "week": lambda day: day - timedelta(days=day.weekday()),
    "month": lambda day: day.replace(day=1),
}


def question(number: int, turns: Sequence[Turn]) -> Question:
    """The first asks for everything, the others are random."""
    return random_question(random.Random(number), turns) if number else Question()  # noqa: S311


def near(exact: float | None) -> Any:
    """Within 1 %, then rounded."""
    return None if exact is None else pytest.approx(exact, rel=0, abs=0.0101 * exact + 0.0051)


def actions_of(turns: Sequence[Turn]) -> list[int]:
    return [turn.action_seconds for turn in turns if turn.action_seconds is not None]


def spread(seconds: Sequence[int]) -> dict[str, Any]:
    return {
        "samples": len(seconds),
        "average": mean_hours(seconds),
        "median": near(quantile_hours(seconds, 0.5)),
        "p90": near(quantile_hours(seconds, 0.9)),
        "minimum": near(min(seconds) / 3600 if seconds else None),
        "maximum": near(max(seconds) / 3600 if seconds else None),
    }


def performance(turns: Sequence[Turn]) -> dict[str, Any]:
    """One person's figures, but for their name and roles."""
    statuses = Counter(turn.status for turn in turns)
    finished = Counter(turn.sla_status for turn in turns if not turn.is_open)
    overdue = sum(turn.is_overdue for turn in turns)
    actions = actions_of(turns)
    return {
        "user_id": turns[0].user_id,
        "total_items": len(turns),
        "new": statuses["new"],
        "in_progress": statuses["in progress"],
        "resolved": statuses["resolved"],
        "reassigned": statuses["reassigned"],
        "escalated": statuses["escalated"],
        "breached": overdue,
        "active_items": sum(turn.is_open for turn in turns),
        "overdue_items": overdue,
        "sla_met": finished["met"],
        "sla_missed": finished["breached"],
        "resolution_rate": percentage(statuses["resolved"], len(turns)),
        "escalation_rate": percentage(statuses["escalated"], len(turns)),
        "breach_rate": percentage(overdue, len(turns)),
        "sla_met_rate": percentage(finished["met"], finished["met"] + finished["breached"]),
        "actions": len(actions),
        "avg_time_to_action_hours": mean_hours(actions),
        "median_time_to_action_hours": near(quantile_hours(actions, 0.5)),
        "p90_time_to_action_hours": near(quantile_hours(actions, 0.9)),
    }


def ended(turns: Sequence[Turn], status: str) -> dict[str, int]:
    states = Counter(turn.sla_status for turn in turns if turn.status == status and turn.target is not None)
    return {
        "total": states.total(),
        "met_sla": states["met"],
        "missed_sla": states["breached"],
        "not_judged": states["no_sla"],
    }


def unfinished(turns: Sequence[Turn], status: str) -> dict[str, int]:
    states = Counter(turn.sla_status for turn in turns if turn.status == status)
    known = {name: states[name] for name in ("on_track", "at_risk", "breached")}
    return {"total": sum(known.values()), **known}


def top(turns: Sequence[Turn], name: str) -> list[tuple[int, int]]:
    counts = Counter(getattr(turn, name) for turn in turns if getattr(turn, name) is not None)
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:10]


@pytest.mark.parametrize("number", range(QUESTIONS))
class TestEachFigure:
    async def test_statuses(self, reader: httpx.AsyncClient, turns: list[Turn], number: int) -> None:
        asked = question(number, turns)
        chosen = asked.select(turns)
        answer = await get(reader, "/tasks/status/", **asked.query())
        counts = Counter(dict.fromkeys(STATUSES, 0) | Counter(turn.status for turn in chosen))
        assert answer["total_task_items"] == len(chosen)
        told = [(part["status"], part["count"], part["percentage"]) for part in answer["status_distribution"]]
        assert told == [
            (status, count, percentage(count, len(chosen)))
            for status, count in sorted(counts.items(), key=lambda pair: (-pair[1], STATUSES.index(pair[0])))
        ]

    async def test_origins(self, reader: httpx.AsyncClient, turns: list[Turn], number: int) -> None:
        asked = question(number, turns)
        chosen = asked.select(turns)
        answer = await get(reader, "/tasks/origin/", **asked.query())
        counts = Counter(dict.fromkeys(ORIGINS, 0) | Counter(turn.origin for turn in chosen))
        assert answer["total_task_items"] == len(chosen)
        told = [(part["origin"], part["count"], part["percentage"]) for part in answer["origin_distribution"]]
        assert told == [
            (origin, count, percentage(count, len(chosen)))
            for origin, count in sorted(counts.items(), key=lambda pair: (-pair[1], ORIGINS.index(pair[0])))
        ]

    async def test_performance(self, reader: httpx.AsyncClient, turns: list[Turn], number: int) -> None:
        asked = question(number, turns)
        chosen = asked.select(turns)
        answer = await get(reader, "/tasks/performance/", **asked.query())
        states = Counter(turn.sla_status for turn in chosen)
        resolutions = [turn.resolution_seconds for turn in chosen if turn.resolution_seconds is not None]
        assert answer["time_to_action_hours"] == spread(actions_of(chosen))
        assert answer["resolution_time_hours"] == spread(resolutions)
        assert answer["sla_compliance"] == {
            "summary": {
                "total_tasks_with_sla": states.total() - states["no_sla"],
                "tasks_met": states["met"],
                "tasks_on_track": states["on_track"],
                "tasks_at_risk": states["at_risk"],
                "tasks_breached": states["breached"],
                "current_compliance_rate_percent": percentage(
                    states["met"], states["met"] + states["breached"]
                ),
            },
            "by_current_status": {
                "new": unfinished(chosen, "new"),
                "in progress": unfinished(chosen, "in progress"),
                "resolved": ended(chosen, "resolved"),
                "escalated": ended(chosen, "escalated"),
                "reassigned": ended(chosen, "reassigned"),
            },
        }
        assert answer["total_task_items"] == len(chosen)
        assert answer["active_items"] == sum(turn.is_open for turn in chosen)
        assert answer["overdue_items"] == sum(turn.is_overdue for turn in chosen)

    async def test_people(self, reader: httpx.AsyncClient, turns: list[Turn], number: int) -> None:
        sort = list(BEST_FIRST)[number % len(BEST_FIRST)]
        asked = question(number, turns)
        least = number % 4
        shown = (1_000, 7)[number % 2]
        answer = await get(reader, "/tasks/users/", sort=sort, min_items=least, limit=shown, **asked.query())
        owned: dict[int, list[Turn]] = {}
        for turn in asked.select(turns):
            owned.setdefault(turn.user_id, []).append(turn)
        expected = [performance(own) for own in owned.values() if len(own) >= least]
        rows = answer["user_performance"]
        assert answer["total_users"] == len(expected)
        assert [row["rank"] for row in rows] == list(range(1, len(rows) + 1))
        expected.sort(key=lambda row: (*BEST_FIRST[sort](row), row["user_id"]))
        unnamed = [
            {name: value for name, value in row.items() if name not in {"rank", "user_name", "roles"}}
            for row in rows
        ]
        assert unnamed == expected[:shown]

    async def test_transfers(self, reader: httpx.AsyncClient, turns: list[Turn], number: int) -> None:
        asked = question(number, turns)
        chosen = asked.select(turns)
        answer = await get(reader, "/tasks/transfers/", **asked.query())
        moved = [turn for turn in chosen if turn.origin == "Transferred"]
        escalated = [turn for turn in chosen if turn.origin == "Escalation"]
        assert answer["total_task_items"] == len(chosen)
        assert (answer["total_transfers"], answer["transfer_rate"]) == (
            len(moved),
            percentage(len(moved), len(chosen)),
        )
        assert (answer["total_escalations"], answer["escalation_rate"]) == (
            len(escalated),
            percentage(len(escalated), len(chosen)),
        )
        received = [(row["user_id"], row["received_count"]) for row in answer["top_transfer_recipients"]]
        assert received == top(moved, "user_id")
        # A person's filter asks for the moves in which that person took the part that is counted.
        anyone = [t for t in asked.without("user_id").select(turns) if t.origin == "Transferred"]
        person = asked.value_of("user_id")
        for field, part in (("top_transferrers", "from_user_id"), ("top_initiators", "transferred_by")):
            own = [turn for turn in anyone if person in {None, getattr(turn, part)}]
            told = [(row["user_id"], row["transfer_count"]) for row in answer[field]]
            assert told == top(own, part)
        steps = Counter((turn.step_id, turn.step_name, turn.workflow_name) for turn in escalated)
        told_steps = [
            (row["step_id"], row["step_name"], row["workflow_name"], row["escalation_count"])
            for row in answer["escalations_by_step"]
        ]
        assert told_steps == sorted(
            ((*step, count) for step, count in steps.items()), key=lambda row: (-row[3], row[0])
        )

    async def test_trends(
        self, reader: httpx.AsyncClient, turns: list[Turn], as_of: datetime, number: int
    ) -> None:
        asked = question(number, turns)
        granularity = list(BEGINNINGS)[number % len(BEGINNINGS)]
        answer = await get(reader, "/task-item-trends/", granularity=granularity, **asked.query())
        last = min(asked.end_date or as_of.date(), as_of.date())
        first = asked.start_date or last - timedelta(days=29)
        assert answer["date_range"] == {"start_date": str(first), "end_date": str(last)}
        assert answer["time_period_days"] == max((last - first).days + 1, 0)
        days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
        noted = Counter(
            (status, BEGINNINGS[granularity](moment.astimezone(UTC).date()))
            for turn in asked.of_dimensions(turns)
            for status, moment in turn.events
            if first <= moment.astimezone(UTC).date() <= last
        )
        assert answer["trends"] == [
            {"date": str(period), **{name: noted[status, period] for name, status in NOTED.items()}}
            for period in sorted({BEGINNINGS[granularity](day) for day in days})
        ]
        assert answer["summary"] == {
            name: sum(count for (noted_status, _), count in noted.items() if noted_status == status)
            for name, status in NOTED.items()
        }
