"""A number opens to its items: the list has its count, and the rows are those that were counted."""

import random
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from tests.api.insights.calls import get
from tests.api.insights.items.pages import read_ids
from tests.api.insights.items.turns import STATUSES, Question, Turn, mean_hours, random_question

pytestmark = pytest.mark.asyncio(loop_scope="module")

SLA_STATES = ["met", "breached", "on_track", "at_risk", "no_sla"]
MOVED = {"Transferred", "Escalation"}
# Of the transfers: the list, its count, the filter that opens it, and what that filter compares.
PARTS = [
    ("top_transferrers", "transfer_count", "from_user_id", "from_user_id"),
    ("top_transfer_recipients", "received_count", "to_user_id", "user_id"),
    ("top_initiators", "transfer_count", "transferred_by", "transferred_by"),
]
WORDS = {"ticket_number", "subject", "user_name"}


def question(number: int, turns: Sequence[Turn]) -> Question:
    return random_question(random.Random(1_000 + number), turns) if number else Question()  # noqa: S311


def newest_first(turns: Iterable[Turn]) -> list[int]:
    ordered = sorted(turns, key=lambda turn: (turn.assigned_on, turn.task_item_id), reverse=True)
    return [turn.task_item_id for turn in ordered]


def instant(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


@pytest.mark.parametrize("number", range(20))
class TestOpening:
    async def test_each_status_opens(self, reader: httpx.AsyncClient, turns: list[Turn], number: int) -> None:
        asked = question(number, turns)
        chosen = asked.select(turns)
        told = await get(reader, "/tasks/status/", **asked.query())
        for part in told["status_distribution"]:
            opened = await read_ids(
                reader, "/drilldown/tasks/status/", {"status": part["status"]} | asked.query()
            )
            expected = newest_first(turn for turn in chosen if turn.status == part["status"])
            assert opened == (part["count"], expected)
        assert await read_ids(reader, "/drilldown/tasks/status/", asked.query()) == (
            told["total_task_items"],
            newest_first(chosen),
        )

    async def test_each_origin_opens(self, reader: httpx.AsyncClient, turns: list[Turn], number: int) -> None:
        asked = question(number, turns)
        told = await get(reader, "/tasks/origin/", **asked.query())
        for part in told["origin_distribution"]:
            opened = await read_ids(
                reader, "/drilldown/tasks/origin/", {"origin": part["origin"].lower()} | asked.query()
            )
            expected = newest_first(turn for turn in asked.select(turns) if turn.origin == part["origin"])
            assert opened == (part["count"], expected)

    async def test_each_sla_figure_opens(
        self, reader: httpx.AsyncClient, turns: list[Turn], number: int
    ) -> None:
        asked = question(number, turns)
        chosen = asked.select(turns)
        told = await get(reader, "/tasks/performance/", **asked.query())
        summary = told["sla_compliance"]["summary"]
        by_status = told["sla_compliance"]["by_current_status"]
        figures: list[tuple[int, dict[str, str]]] = [
            (summary["total_tasks_with_sla"], {"is_judged": "true"}),
            (summary["tasks_met"], {"sla_status": "met"}),
            (summary["tasks_on_track"], {"sla_status": "on_track"}),
            (summary["tasks_at_risk"], {"sla_status": "at_risk"}),
            (summary["tasks_breached"], {"sla_status": "breached"}),
            (told["active_items"], {"is_open": "true"}),
            (told["overdue_items"], {"is_open": "true", "sla_status": "breached"}),
        ]
        for status, parts in by_status.items():
            shown = {"status": status}
            if status in {"new", "in progress"}:
                figures += [(parts["total"], shown | {"is_judged": "true"})]
                figures += [
                    (parts[s], shown | {"sla_status": s}) for s in ("on_track", "at_risk", "breached")
                ]
            else:
                figures += [
                    (parts["total"], shown | {"has_target": "true"}),
                    (parts["met_sla"], shown | {"sla_status": "met"}),
                    (parts["missed_sla"], shown | {"sla_status": "breached"}),
                    (parts["not_judged"], shown | {"has_target": "true", "is_judged": "false"}),
                ]
        for count, states in figures:
            opened = await read_ids(reader, "/drilldown/tasks/status/", states | asked.query())
            assert opened == (count, newest_first(turn for turn in chosen if is_in(turn, states))), states

    async def test_any_states_together(
        self, reader: httpx.AsyncClient, turns: list[Turn], number: int
    ) -> None:
        """Also those that no figure crosses, which are counted from the rows."""
        asked = question(number, turns)
        generator = random.Random(number)  # noqa: S311
        for _ in range(6):
            values = {
                "status": generator.choice(STATUSES),
                "sla_status": generator.choice(SLA_STATES),
                "is_open": generator.choice(["true", "false"]),
                "is_judged": generator.choice(["true", "false"]),
                "has_target": generator.choice(["true", "false"]),
            }
            states = {name: values[name] for name in generator.sample(sorted(values), 2)}
            expected = newest_first(turn for turn in asked.select(turns) if is_in(turn, states))
            opened = await read_ids(reader, "/drilldown/tasks/status/", states | asked.query())
            assert opened == (len(expected), expected), states

    async def test_each_person_opens(self, reader: httpx.AsyncClient, turns: list[Turn], number: int) -> None:
        asked = question(number, turns).without("user_id")
        told = await get(reader, "/tasks/users/", **asked.query())
        figures: dict[str, dict[str, str]] = {
            "total_items": {},
            "new": {"status": "new"},
            "in_progress": {"status": "in progress"},
            "resolved": {"status": "resolved"},
            "reassigned": {"status": "reassigned"},
            "escalated": {"status": "escalated"},
            "active_items": {"is_open": "true"},
            "overdue_items": {"is_open": "true", "sla_status": "breached"},
            "sla_met": {"sla_status": "met"},
            "sla_missed": {"is_open": "false", "sla_status": "breached"},
        }
        for person in told["user_performance"][:4]:
            own = [turn for turn in asked.select(turns) if turn.user_id == person["user_id"]]
            path = f"/drilldown/user/{person['user_id']}/"
            for figure, states in figures.items():
                opened = await read_ids(reader, path, states | asked.query())
                assert opened == (
                    person[figure],
                    newest_first(turn for turn in own if is_in(turn, states)),
                ), figure
            answer = await get(reader, path, **asked.query())
            assert {**answer["summary"], "rank": person["rank"]} == person

    async def test_each_transfer_figure_opens(
        self, reader: httpx.AsyncClient, turns: list[Turn], number: int
    ) -> None:
        asked = question(number, turns).without("user_id")
        chosen = [turn for turn in asked.select(turns) if turn.origin in MOVED]
        told = await get(reader, "/tasks/transfers/", **asked.query())
        figures: list[tuple[int, dict[str, Any], dict[str, Any]]] = [
            (told["total_transfers"], {"origin": "Transferred"}, {"origin": "Transferred"}),
            (told["total_escalations"], {"origin": "escalation"}, {"origin": "Escalation"}),
            (told["total_transfers"] + told["total_escalations"], {}, {}),
        ]
        for field, counted, parameter, attribute in PARTS:
            figures += [
                (
                    row[counted],
                    {"origin": "transferred", parameter: row["user_id"]},
                    {"origin": "Transferred", attribute: row["user_id"]},
                )
                for row in told[field][:4]
            ]
        if asked.value_of("step_id") is None:
            figures += [
                (
                    row["escalation_count"],
                    {"origin": "Escalation", "step_id": row["step_id"]},
                    {"origin": "Escalation", "step_id": row["step_id"]},
                )
                for row in told["escalations_by_step"][:4]
            ]
        for count, query, wanted in figures:
            opened = await read_ids(reader, "/drilldown/transfers/", query | asked.query())
            assert opened == (count, newest_first(turn for turn in chosen if has(turn, wanted))), query

    async def test_any_sides_of_a_move(
        self, reader: httpx.AsyncClient, turns: list[Turn], number: int
    ) -> None:
        asked = question(number, turns).without("user_id")
        chosen = [turn for turn in asked.select(turns) if turn.origin in MOVED]
        generator = random.Random(number)  # noqa: S311
        model = generator.choice([turn for turn in turns if turn.origin in MOVED])
        giver, taker = model.from_user_id, model.user_id
        for person in (giver, taker):
            either = [turn for turn in chosen if person in {turn.user_id, turn.from_user_id}]
            opened = await read_ids(reader, "/drilldown/transfers/", {"user_id": person} | asked.query())
            assert opened == (len(either), newest_first(either))
        sides = {"from_user_id": giver, "to_user_id": taker, "origin": model.origin}
        for size in (1, 2, 3):
            query = {name: sides[name] for name in generator.sample(sorted(sides), size)}
            wanted = {"user_id" if name == "to_user_id" else name: value for name, value in query.items()}
            expected = newest_first(turn for turn in chosen if has(turn, wanted))
            opened = await read_ids(reader, "/drilldown/transfers/", query | asked.query())
            assert opened == (len(expected), expected), query


def has(turn: Turn, wanted: Mapping[str, Any]) -> bool:
    return all(getattr(turn, name) == value for name, value in wanted.items())


def is_in(turn: Turn, states: dict[str, str]) -> bool:
    told = {
        "status": turn.status,
        "sla_status": turn.sla_status,
        "is_open": str(turn.is_open).lower(),
        "is_judged": str(turn.sla_status != "no_sla").lower(),
        "has_target": str(turn.target is not None).lower(),
    }
    return all(told[name] == value for name, value in states.items())


class TestPages:
    @pytest.mark.parametrize("page_size", [1, 3, 10, 100])
    async def test_any_page_size_shows_the_same_items(
        self, reader: httpx.AsyncClient, turns: list[Turn], page_size: int
    ) -> None:
        model = min(turns, key=lambda turn: turn.task_item_id)
        own = [turn for turn in turns if turn.user_id == model.user_id]
        opened = await read_ids(reader, f"/drilldown/user/{model.user_id}/", {}, page_size)
        assert opened == (len(own), newest_first(own))

    async def test_past_the_end(self, reader: httpx.AsyncClient, turns: list[Turn]) -> None:
        for path in ("tasks/status", "tasks/origin", "transfers", f"user/{turns[0].user_id}"):
            response = await reader.get(f"/drilldown/{path}/", params={"page": 10_000})
            assert (response.status_code, response.json()["code"]) == (404, "page_out_of_range")


class TestRows:
    async def test_an_item(self, reader: httpx.AsyncClient, turns: list[Turn]) -> None:
        known = {turn.task_item_id: turn for turn in turns}
        answer = await get(reader, f"/drilldown/user/{turns[0].user_id}/", page_size=100)
        for row in answer["results"]:
            turn = known[row["task_item_id"]]
            actions = [] if turn.action_seconds is None else [turn.action_seconds]
            assert {
                name: row[name] for name in row if name not in {"ticket_number", "subject", "user_name"}
            } == {
                "task_item_id": turn.task_item_id,
                "task_id": turn.task_id,
                "user_id": turn.user_id,
                "role": turn.role,
                "origin": turn.origin,
                "assigned_on": instant(turn.assigned_on),
                "workflow_name": turn.workflow_name,
                "step_id": turn.step_id,
                "step_name": turn.step_name,
                "priority": turn.priority,
                "status": turn.status,
                "acted_on": instant(turn.acted_on),
                "target_resolution": instant(turn.target),
                "sla_status": turn.sla_status,
                "resolution_time": instant(turn.closed_at) if turn.status == "resolved" else None,
                "time_to_action_hours": mean_hours(actions),
            }

    async def test_a_move(self, reader: httpx.AsyncClient, turns: list[Turn]) -> None:
        known = {turn.task_item_id: turn for turn in turns}
        answer = await get(reader, "/drilldown/transfers/", page_size=100)
        assert answer["results"]
        for row in answer["results"]:
            turn = known[row["task_item_id"]]
            assert (row["from_user_id"], row["to_user_id"]) == (turn.from_user_id, turn.user_id)
            assert (row["transferred_by_id"], row["notes"]) == (turn.transferred_by, turn.handover_note)
            assert (row["transferred_at"], row["origin"]) == (instant(turn.assigned_on), turn.origin)
            assert (row["from_user"] is None) == (turn.from_user_id is None)
