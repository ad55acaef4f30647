"""What the forecast asks of each role, reckoned here from the rows that it is published from."""

import random
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from math import exp
from statistics import median
from typing import Any

import httpx
import psycopg
import pytest
from psycopg import sql
from psycopg.rows import dict_row

from api.insights.forecasts.erlang import MAX_AGENTS
from tests.api.insights.calls import calling, get, running_service
from tests.api.insights.desk import AS_OF, Ticket
from tests.api.insights.publishing import Publication
from tests.fixtures.published_desk import PublishedDesk

PATH = "/forecast/workload/"
TODAY = AS_OF.date()
MIDNIGHT = datetime.combine(TODAY, datetime.min.time(), UTC)
HISTORY_DAYS, TICKETS_A_DAY = 20, 4
Row = dict[str, Any]


def insert(connection: psycopg.Connection[Any], table: str, rows: Iterable[Row]) -> None:
    for row in rows:
        statement = sql.SQL("insert into serving.{} ({}) values ({})").format(
            sql.Identifier(table),
            sql.SQL(", ").join(map(sql.Identifier, row)),
            sql.SQL(", ").join(sql.Placeholder() * len(row)),
        )
        connection.execute(statement, list(row.values()))


def person(user_id: int, role: str, **facts: Any) -> Row:
    counts = ("items", "open_items", "overdue_items", "resolved_items", "system_items", "transferred_items")
    row = dict.fromkeys((*counts, "escalated_items"), 0) | {"user_id": user_id, "role": role}
    return row | {"user_name": f"Person {user_id}", "is_member": True, "capacity": None} | facts


def added_up(role: str, items: Counter[datetime]) -> Iterator[Row]:
    """What a role was given by the end of each day that brought something, by the hour of the clock."""
    to_date = [0] * 24
    for day in sorted({hour.date() for hour in items}):
        for hour, count in items.items():
            to_date[hour.hour] += count * (hour.date() == day)
        yield {"role": role, "day": day, "items_to_date": list(to_date)}


@pytest.fixture
def publication(connection: psycopg.Connection[Any]) -> Publication:
    """Four tickets on each of many days; ten are expected today, eleven tomorrow, and so on."""
    days = [MIDNIGHT + timedelta(hours=9) - timedelta(days=number) for number in range(1, 100)]
    tickets = [
        Ticket(task_id=number, created_at=day)
        for number, day in enumerate([day for day in days for _ in range(TICKETS_A_DAY)], 1)
    ]
    publication = Publication(connection, tickets)
    publication.publish()
    points = {("daily", TODAY + timedelta(days=ahead)): 10.0 + ahead for ahead in range(30)}
    publication.forecast({}, points)
    return publication


@pytest.fixture
def items(connection: psycopg.Connection[Any]) -> dict[str, Counter[datetime]]:
    """Items of two roles by hour: of the history, of the day that is not over, and of before."""
    generator = random.Random(8)  # noqa: S311 - a reproducible desk
    hours = [MIDNIGHT + timedelta(hours=number) for number in range(-24 * (HISTORY_DAYS + 5), 14)]
    found: dict[str, Counter[datetime]] = {"Agent": Counter(), "Clerk": Counter()}
    for role, share in (("Agent", 0.5), ("Clerk", 0.1)):
        for hour in hours:
            if generator.random() < share:
                found[role][hour] = generator.randint(1, 3 + (hour.hour == 10) * 9)
        insert(connection, "role_arrivals", added_up(role, found[role]))
    return found


def handling(role: str, minutes: float, items: int = 50) -> Row:
    return {"role": role, "handled_items": items, "handling_seconds": minutes * 60}


@pytest.mark.usefixtures("publication")
async def test_work_is_that_of_the_forecast(
    admin: httpx.AsyncClient, connection: psycopg.Connection[Any], items: dict[str, Counter[datetime]]
) -> None:
    insert(connection, "role_handling", [handling("Agent", 30), handling("Clerk", 12)])
    people = [person(1, "Agent"), person(2, "Agent"), person(2, "Clerk"), person(3, "Agent", is_member=False)]
    insert(connection, "agent_load", people)
    answer = await get(admin, PATH, history_days=HISTORY_DAYS, forecast_days=9, tz="Asia/Kolkata")

    told = {row["role"]: row for row in answer["by_role"]}
    assert list(told) == ["Agent", "Clerk"]
    for role, minutes, agents in (("Agent", 30, 2), ("Clerk", 12, 1)):
        since = MIDNIGHT - timedelta(days=HISTORY_DAYS)
        history = {hour: count for hour, count in items[role].items() if since <= hour < MIDNIGHT}
        by_hour: Counter[int] = Counter()
        for hour, count in history.items():
            by_hour[hour.hour] += count
        ratio = sum(history.values()) / (HISTORY_DAYS * TICKETS_A_DAY)
        expected = {
            "role": role,
            "predicted_items": ratio * sum(range(10, 19)),
            "items_lower": ratio * 0.4 * sum(range(10, 19)),
            "items_upper": ratio * 1.6 * sum(range(10, 19)),
            "agents": agents,
            # From Tuesday to Wednesday of the next week: seven working days.
            "capacity_hours": agents * 7 * 8,
            "items_per_ticket": ratio,
            "handling_minutes": minutes,
            "handled_items": 50,
            "peak_hour_items": ratio * 18 * max(by_hour.values()) / sum(history.values()),
        }
        for end in ("predicted", "lower", "upper"):
            of_items = expected["predicted_items" if end == "predicted" else f"items_{end}"]
            expected["predicted_hours" if end == "predicted" else f"hours_{end}"] = of_items * minutes / 60
        expected["utilization"] = 100 * expected["predicted_hours"] / expected["capacity_hours"]
        row = told[role]
        assert row.keys() - expected.keys() == {"recommended_agents", "expected_service_level"}
        assert {name: row[name] for name in expected} == pytest.approx(expected, abs=0.006)


@pytest.mark.usefixtures("publication", "items")
async def test_days_of_a_role_add_up(admin: httpx.AsyncClient, connection: psycopg.Connection[Any]) -> None:
    insert(connection, "role_handling", [handling("Agent", 30)])
    insert(connection, "agent_load", [person(1, "Agent"), person(2, "Clerk", is_member=False)])
    answer = await get(admin, PATH, forecast_days=5)
    assert [row["date"] for row in answer["by_role_daily"]] == [
        str(TODAY + timedelta(days=number // 2)) for number in range(10)
    ]
    for whole in answer["by_role"]:
        days = [row for row in answer["by_role_daily"] if row["role"] == whole["role"]]
        for name in ("predicted_items", "items_lower", "items_upper", "predicted_hours", "hours_upper"):
            known = [row[name] for row in days if row[name] is not None]
            total = sum(known) if known else None
            assert whole[name] == pytest.approx(total, abs=0.03), name


@pytest.mark.usefixtures("publication")
class TestPeople:
    @pytest.fixture(autouse=True)
    def ten_erlang(self, connection: psycopg.Connection[Any]) -> None:
        """On each day of the history two items in one hour: ten tickets expected make five items."""
        hours = (MIDNIGHT + timedelta(hours=9) - timedelta(days=number) for number in range(1, 61))
        insert(connection, "role_arrivals", added_up("Agent", Counter(dict.fromkeys(hours, 2))))
        insert(connection, "agent_load", [person(number, "Agent") for number in range(14)])

    async def test_as_many_as_erlang_c_asks_for(
        self, admin: httpx.AsyncClient, connection: psycopg.Connection[Any]
    ) -> None:
        insert(connection, "role_handling", [handling("Agent", 120)])
        (role,) = (await get(admin, PATH, forecast_days=1))["by_role"]
        # Ten Erlang and fourteen people: 0.1741 have to wait, an hour being half of a handling time.
        assert (role["peak_hour_items"], role["agents"]) == (5, 14)
        assert role["expected_service_level"] == pytest.approx(1 - 0.1741 * exp(-4 / 2), abs=1e-4)
        assert role["recommended_agents"] == 12

    async def test_more_is_asked_of_a_better_service(
        self, admin: httpx.AsyncClient, connection: psycopg.Connection[Any]
    ) -> None:
        insert(connection, "role_handling", [handling("Agent", 120)])
        needed = [
            (await get(admin, PATH, forecast_days=1, **asked))["by_role"][0]["recommended_agents"]
            for asked in (
                {"answer_within": 1440},
                {},
                {"service_level": 0.95},
                {"service_level": 0.95, "answer_within": 1},
            )
        ]
        assert needed == [11, 12, 14, 17]

    async def test_who_is_needed_for_an_absurd_load_is_bounded(
        self, admin: httpx.AsyncClient, connection: psycopg.Connection[Any]
    ) -> None:
        insert(connection, "role_handling", [handling("Agent", 480)])
        connection.execute("update serving.role_arrivals set items_to_date[10] = items_to_date[10] * 100000")
        answer = await get(admin, PATH)
        assert answer["by_role"][0]["recommended_agents"] == MAX_AGENTS
        assert "Agent: more than 1000 people would be needed in its busiest hour" in answer["warnings"]

    async def test_without_a_handling_time_hours_are_not_told(self, admin: httpx.AsyncClient) -> None:
        answer = await get(admin, PATH)
        (role,) = answer["by_role"]
        assert role["predicted_items"] > 0
        names = ("predicted_hours", "hours_lower", "utilization", "recommended_agents", "handling_minutes")
        assert {role[name] for name in names} == {None}
        (warning,) = [text for text in answer["warnings"] if text.startswith("Agent: ")]
        assert "none of its items was resolved" in warning

    async def test_a_median_of_few_items_is_said_to_be_one(
        self, admin: httpx.AsyncClient, connection: psycopg.Connection[Any]
    ) -> None:
        insert(connection, "role_handling", [handling("Agent", 30, items=4)])
        assert "Agent: its handling time is the median of 4 items" in (await get(admin, PATH))["warnings"]

    async def test_items_that_take_no_time_need_somebody(
        self, admin: httpx.AsyncClient, connection: psycopg.Connection[Any]
    ) -> None:
        insert(connection, "role_handling", [handling("Agent", 0)])
        (role,) = (await get(admin, PATH))["by_role"]
        assert (role["recommended_agents"], role["expected_service_level"]) == (1, 1)

    async def test_a_role_without_items_is_idle(
        self, admin: httpx.AsyncClient, connection: psycopg.Connection[Any]
    ) -> None:
        insert(connection, "agent_load", [person(20, "Clerk")])
        told = {row["role"]: row for row in (await get(admin, PATH))["by_role"]}
        idle = told["Clerk"]
        assert (idle["agents"], idle["recommended_agents"]) == (1, 0)
        assert (idle["predicted_items"], idle["predicted_hours"], idle["utilization"]) == (0, 0, 0)

    async def test_without_bands_of_days_a_role_has_none(
        self, admin: httpx.AsyncClient, connection: psycopg.Connection[Any]
    ) -> None:
        insert(connection, "role_handling", [handling("Agent", 30)])
        connection.execute("delete from serving.forecast_points where ds > %s", [TODAY])
        (role,) = (await get(admin, PATH))["by_role"]
        assert (role["items_lower"], role["items_upper"], role["hours_upper"]) == (None, None, None)
        assert role["predicted_items"] == pytest.approx((10 + 6 * TICKETS_A_DAY) * 0.5)


async def test_the_pipeline_publishes_what_roles_were_given_and_how_long_it_took(
    published_desk: PublishedDesk,
) -> None:
    with psycopg.connect(published_desk.url, row_factory=dict_row) as connection:
        rows = connection.execute(
            """
            select role.name as role, member.user_id, item.status, item.assigned_on, item.acted_on
            from ops.task_item as item
            inner join ops.task using (task_id)
            inner join ops.role_user as member using (role_user_id)
            inner join ops.role using (role_id)
            where task.deleted_at is null
            order by item.acted_on, item.task_item_id
            """
        ).fetchall()
    async with running_service(published_desk.url) as app, calling(app, "Admin") as admin:
        answer = await get(admin, PATH, history_days=60)
    today = datetime.fromisoformat(answer["data_as_of"]).date()
    first = today - timedelta(days=60)
    taken: dict[str, list[float]] = {}
    last: dict[int, datetime] = {}
    for row in rows:
        if row["status"] == "resolved" and row["acted_on"] is not None:
            begins = max(row["assigned_on"], last.get(row["user_id"], row["assigned_on"]))
            last[row["user_id"]] = row["acted_on"]
            seconds = (row["acted_on"] - begins).total_seconds()
            taken.setdefault(row["role"], []).append(min(seconds, 8 * 3600))
    given = Counter(row["role"] for row in rows if first <= row["assigned_on"].astimezone(UTC).date() < today)
    assert {role["role"] for role in answer["by_role"]} >= given.keys()
    assert len(given) > 2
    for role in answer["by_role"]:
        times = taken.get(role["role"], [])
        assert role["handled_items"] == len(times)
        minutes = pytest.approx(median(times) / 60, abs=0.006) if times else None
        assert role["handling_minutes"] == minutes
        ratio = given[role["role"]] / answer["history"]["tickets"]
        assert role["items_per_ticket"] == pytest.approx(ratio, abs=1e-4)
