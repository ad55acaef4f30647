from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.factories.desk import Desk
from tests.fixtures.statements import StatementCount

Headers = dict[str, Any]
EVENTS = "/audit/events/"
_COLUMNS = (
    "user_id", "username", "email", "action", "target_type", "target_id", "description", "recorded_at",
)  # fmt: skip
NOW = datetime.now(UTC)

# Oldest first, in the order of the columns above.
SEEDS: dict[str, tuple[Any, ...]] = {
    "dawn": (1, "ana", "ana@north.example", "update_workflow", "Workflow", 3, None, "2026-01-10T00:00:00Z"),
    "midnight": (4, "bo", None, "transfer_task", "Task", 3, None, "2026-01-10T23:59:59.999999Z"),
    "next day": (4, "bo", None, "toggle_hold", "Task", 5, "50% done_now", "2026-01-11T00:00:00Z"),
    "two days old": (None, "service", None, "create_task", "Task", 5, None, NOW - timedelta(hours=40)),
    "one day old": (1, "ana", None, "other", "Role", 5, "50 parts done now", NOW - timedelta(hours=30)),
    "fresh": (9, "cy", None, "toggle_hold", "Task", 5, None, NOW - timedelta(hours=1)),
}
NEWEST_FIRST = list(reversed(SEEDS))


class Shelf:
    """Events of every kind, by the names that they have here."""

    def __init__(self, client: httpx.AsyncClient, desk: Desk) -> None:
        self.client = client
        self.names: dict[int, str] = {}
        for name, values in SEEDS.items():
            marks = ", ".join(["%s"] * len(values))
            statement = f"insert into ops.audit_event ({', '.join(_COLUMNS)}) values ({marks}) returning *"
            (row,) = desk.execute(statement, *values)
            self.names[row["audit_event_id"]] = name

    async def list(self, query: str) -> list[str]:
        answer = await self.client.get(f"{EVENTS}{query}")
        assert answer.status_code == 200, answer.text
        return [self.names[event["id"]] for event in answer.json()["results"]]


@pytest.fixture
def shelf(api: httpx.AsyncClient, as_admin: Headers, desk: Desk) -> Shelf:
    api.headers.update(as_admin)
    return Shelf(api, desk)


class TestFilters:
    async def test_choose_the_events_that_they_name(self, shelf: Shelf) -> None:
        for query, expected in {
            "": NEWEST_FIRST,
            "?action=toggle_hold": ["fresh", "next day"],
            "?action=delete_role": [],
            "?user_id=1": ["one day old", "dawn"],
            "?user_id=77": [],
            "?target_type=Task": ["fresh", "two days old", "next day", "midnight"],
            "?target_id=3": ["midnight", "dawn"],
            "?target_type=Task&target_id=3": ["midnight"],
            "?action=toggle_hold&user_id=4": ["next day"],
        }.items():
            assert await shelf.list(query) == expected, query

    async def test_count_days_back_from_now(self, shelf: Shelf) -> None:
        for days, expected in ((1, 1), (2, 3), (3, 3), (36_500, 6)):
            assert await shelf.list(f"?days={days}") == NEWEST_FIRST[:expected], days

    async def test_take_whole_days_with_both_ends(self, shelf: Shelf) -> None:
        for query, expected in {
            "?start_date=2026-01-10&end_date=2026-01-10": ["midnight", "dawn"],
            "?start_date=2026-01-11&end_date=2026-01-11": ["next day"],
            "?end_date=2026-01-11": ["next day", "midnight", "dawn"],
            "?start_date=2026-01-11": NEWEST_FIRST[:4],
            "?start_date=2026-01-11&days=1": ["fresh"],
            "?end_date=2026-01-09": [],
        }.items():
            assert await shelf.list(query) == expected, query

    async def test_search_in_five_columns_whatever_the_capitals(self, shelf: Shelf) -> None:
        for words, expected in {
            "BO": ["next day", "midnight"],
            "north.EXAMPLE": ["dawn"],
            "transfer": ["midnight"],
            "role": ["one day old"],
            "parts": ["one day old"],
            " cy ": ["fresh"],
            "nowhere": [],
            "": NEWEST_FIRST,
        }.items():
            assert await shelf.list(f"?search={words}") == expected, words

    async def test_search_for_signs_as_they_are_written(self, shelf: Shelf) -> None:
        for sign, expected in {"50%25": ["next day"], "done_now": ["next day"], "%5C": [], "'": []}.items():
            assert await shelf.list(f"?search={sign}") == expected, sign

    async def test_refuse_what_they_do_not_know_and_say_what_they_do(self, shelf: Shelf) -> None:
        for query, field, permitted in (
            ("action=explode", "action", "'update_workflow'"),
            ("target_type=Workflows", "target_type", "'Workflow'"),
            ("ordering=email", "ordering", "timestamp, action, username"),
            ("days=0", "days", "from 1 upwards"),
            ("days=36501", "days", "36500"),
            ("user_id=-1", "user_id", "digits"),
            ("target_id=1.5", "target_id", "digits"),
            ("start_date=2026-02-02&end_date=2026-02-01", "start_date", "after end_date"),
            ("object_id=3", "object_id", "target_id"),
        ):
            answer = await shelf.client.get(f"{EVENTS}?{query}")
            assert (answer.status_code, answer.json()["code"]) == (400, "validation_failed"), query
            assert permitted in answer.json()["details"][field][0]


class TestOrder:
    async def test_is_by_one_field_with_ties_in_the_order_of_writing(self, shelf: Shelf) -> None:
        for field, expected in {
            "timestamp": list(SEEDS),
            "action": ["two days old", "one day old", "next day", "fresh", "midnight", "dawn"],
            "username": ["dawn", "one day old", "midnight", "next day", "fresh", "two days old"],
        }.items():
            assert await shelf.list(f"?ordering={field}") == expected, field
            assert await shelf.list(f"?ordering=-{field}") == expected[::-1], field


class TestPages:
    async def test_follow_each_other_and_keep_the_filters(self, shelf: Shelf) -> None:
        first = (await shelf.client.get(f"{EVENTS}?target_type=Task&page_size=3")).json()
        assert (first["count"], len(first["results"]), first["previous"]) == (4, 3, None)
        last = (await shelf.client.get(first["next"])).json()
        assert [shelf.names[event["id"]] for event in last["results"]] == ["midnight"]
        assert last["next"] is None
        assert (await shelf.client.get(last["previous"])).json()["results"] == first["results"]

    async def test_past_the_end_are_not_found(self, shelf: Shelf) -> None:
        for path in ("?page=7&page_size=1", "by-target/?target_type=Task&target_id=5&page=2"):
            answer = await shelf.client.get(f"{EVENTS}{path}")
            assert (answer.status_code, answer.json()["code"]) == (404, "page_out_of_range")

    async def test_cost_the_same_few_statements_however_long(
        self, shelf: Shelf, desk: Desk, count_statements: StatementCount
    ) -> None:
        desk.execute(
            "insert into ops.audit_event (action, target_type) "
            "select 'other', 'Task' from generate_series(1, 150)"
        )
        costs = []
        for size in (1, 100):
            with count_statements() as statements:
                page = (await shelf.client.get(f"{EVENTS}?page_size={size}")).json()
            assert len(page["results"]) == size
            costs.append(len(statements))
        assert costs[0] == costs[1] <= 3


class TestByTarget:
    async def test_lists_what_happened_to_one_thing_newest_first(self, shelf: Shelf) -> None:
        query = "by-target/?target_type=Task&target_id=5"
        assert await shelf.list(query) == ["fresh", "two days old", "next day"]
        assert await shelf.list(f"{query}&page_size=1&page=2") == ["two days old"]
        assert await shelf.list("by-target/?target_type=Calendar&target_id=5") == []

    async def test_asks_for_both_the_kind_and_the_id(self, shelf: Shelf) -> None:
        for query, missing in (("target_type=Task", "target_id"), ("target_id=5", "target_type")):
            answer = await shelf.client.get(f"{EVENTS}by-target/?{query}")
            assert (answer.status_code, list(answer.json()["details"])) == (400, [missing])


class TestOne:
    async def test_is_shown_as_in_the_list(self, shelf: Shelf) -> None:
        listed = (await shelf.client.get(EVENTS)).json()["results"]
        for event in listed:
            shown = await shelf.client.get(f"{EVENTS}{event['id']}/")
            assert (shown.status_code, shown.json()) == (200, event)

    async def test_that_nobody_wrote_is_not_found(self, shelf: Shelf) -> None:
        answer = await shelf.client.get(f"{EVENTS}{max(shelf.names) + 1}/")
        assert (answer.status_code, answer.json()["error"]) == (404, "Audit event not found")


class TestReaders:
    async def test_are_admins_alone(
        self, shelf: Shelf, api: httpx.AsyncClient, request: pytest.FixtureRequest
    ) -> None:
        callers = {
            "as_admin": 200,
            "as_agent": 403,
            "as_technician": 403,
            "as_coordinator": 403,
            "as_employee": 403,
            "as_service": 401,
        }
        for path in ("", f"{min(shelf.names)}/", "by-target/?target_type=Task&target_id=5"):
            for caller, status in callers.items():
                answer = await api.get(f"{EVENTS}{path}", headers=request.getfixturevalue(caller))
                assert answer.status_code == status, (path, caller)
            assert (await api.get(f"{EVENTS}{path}", headers={"Authorization": ""})).status_code == 401

    async def test_cannot_change_what_they_read(self, shelf: Shelf) -> None:
        event_id = min(shelf.names)
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            for path in ("", f"{event_id}/", "by-target/"):
                answer = await shelf.client.request(method, f"{EVENTS}{path}", json={"username": "bo"})
                assert answer.status_code == 405, (method, path)
        assert await shelf.list("") == NEWEST_FIRST
