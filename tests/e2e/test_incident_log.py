"""The public incident log, read through REST, against figures computed straight from its file."""

import random
from collections import Counter
from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any

import httpx
import psycopg
import pytest
import pytest_asyncio

from tests.api.insights.calls import calling, get, running_service
from tests.e2e.lists import count, read_rows
from tests.fixtures.published_desk import PublishedDesk

pytestmark = pytest.mark.asyncio(loop_scope="module")

FIRST_DAY = date(2016, 2, 29)
SPAN_DAYS = 353
QUESTIONS = 200
# Lists up to this length are read to their end for every kind of drilldown.
READ_WHOLE = 300


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def client(published_incidents: PublishedDesk) -> AsyncIterator[httpx.AsyncClient]:
    async with running_service(published_incidents.url) as app, calling(app) as client:
        yield client


@pytest.fixture(scope="module")
def questions(published_incidents: PublishedDesk) -> list[dict[str, Any]]:
    """Random filter sets over the values that the log holds, a third of them dated."""
    generator = random.Random(7)  # noqa: S311 - a reproducible choice
    with psycopg.connect(published_incidents.url) as connection:
        known = connection.execute(
            "select department, category, sub_category, workflow_id, priority from serving.ticket_rows"
        ).fetchall()
    names = ("department", "category", "sub_category", "workflow_id", "priority")
    sets: list[dict[str, Any]] = []
    for _ in range(QUESTIONS):
        # Drawn from one ticket's values, so that the set is not empty for its values alone.
        values = dict(zip(names, generator.choice(known), strict=True))
        chosen = {name: value for name, value in values.items() if generator.random() < 0.6}
        days = sorted(FIRST_DAY + timedelta(days=generator.randrange(SPAN_DAYS)) for _ in range(2))
        dates = dict(zip(("start_date", "end_date"), map(str, days), strict=True))
        sets.append(chosen | {name: day for name, day in dates.items() if generator.random() < 0.5})
    return sets


class TestPublishedFigures:
    async def test_every_incident_is_completed(self, client: httpx.AsyncClient) -> None:
        dashboard = await get(client, "/tickets/dashboard/")
        assert (dashboard["total_tickets"], dashboard["completed_tickets"]) == (24_918, 24_918)
        assert dashboard["open_tickets"] == 0

    async def test_last_priorities(self, client: httpx.AsyncClient) -> None:
        answer = await get(client, "/tickets/priority/")
        counts = {part["priority"]: part["count"] for part in answer["priority_distribution"]}
        assert counts == {"Critical": 270, "High": 408, "Medium": 23_466, "Low": 774}

    async def test_sla_outcomes(self, client: httpx.AsyncClient) -> None:
        sla = await get(client, "/tickets/sla/")
        assert sum(group["sla_breached"] for group in sla["sla_compliance"]) == 9_115
        assert sla["overall_compliance_rate"] == pytest.approx(100 - 36.6, abs=0.05)
        rates = {group["priority"]: group["compliance_rate"] for group in sla["sla_compliance"]}
        expected = {"Critical": 1.9, "High": 0.5, "Medium": 64.5, "Low": 84.1}
        assert rates == {name: pytest.approx(rate, abs=0.05) for name, rate in expected.items()}
        breached = await get(client, "/drilldown/tickets/sla/", sla_status="breached")
        assert breached["count"] == 9_115

    @pytest.mark.parametrize(
        ("priority", "hours"),
        [(None, 22.1), ("Critical", 80.2), ("High", 38.2), ("Medium", 21.6), ("Low", 5.0)],
    )
    async def test_median_resolution(
        self, client: httpx.AsyncClient, priority: str | None, hours: float
    ) -> None:
        dashboard = await get(client, "/tickets/dashboard/", **({"priority": priority} if priority else {}))
        # Within the one per cent that the histogram promises, and the rounding of the figure itself.
        assert dashboard["median_resolution_hours"] == pytest.approx(hours, rel=0.01, abs=0.05)

    async def test_counts_of_resolutions_and_changes(self, published_incidents: PublishedDesk) -> None:
        with psycopg.connect(published_incidents.url) as connection:
            row = connection.execute(
                """
                select
                    count(resolution_seconds),
                    count(*) filter (where group_change_count > 0),
                    count(*) filter (where assignee_change_count > 0),
                    count(*) filter (where priority_change_count > 0),
                    count(*) filter (where category_change_count > 0),
                    count(*) filter (where reopen_count > 0)
                from marts.fct_tickets
                """
            ).fetchone()
        assert row == (23_362, 11_344, 8_949, 383, 1_216, 275)

    async def test_trends_count_each_day_once(self, client: httpx.AsyncClient) -> None:
        dates = {"start_date": "2016-02-01", "end_date": "2017-02-28"}
        trends = await get(client, "/ticket-trends/", **dates)
        assert trends["summary"]["total_created"] == 24_918
        spring = [day for day in trends["trends"] if "2016-03-01" <= day["date"] <= "2016-05-31"]
        assert sum(day["created"] for day in spring) == 24_437


class TestOneNumber:
    async def test_each_count_is_the_count_of_its_rows(
        self, client: httpx.AsyncClient, questions: list[dict[str, Any]]
    ) -> None:
        for question in questions:
            dashboard = await get(client, "/tickets/dashboard/", **question)
            statuses = (await get(client, "/tickets/status/", **question))["status_summary"]
            priorities = (await get(client, "/tickets/priority/", **question))["priority_distribution"]
            ages = (await get(client, "/tickets/age/", scope="all", **question))["ticket_age"]
            sla = (await get(client, "/tickets/sla/", **question))["sla_compliance"]
            total = dashboard["total_tickets"]
            assert {total} == {
                sum(part["count"] for part in parts) for parts in (statuses, priorities, ages)
            } | {sum(group["total_tasks"] for group in sla)}
            assert await count(client, "status", **question) == total
            assert (
                await count(client, "status", status="completed", **question)
                == (dashboard["completed_tickets"])
            )
            for part in priorities:
                expected = await count(client, "priority", **(question | {"priority": part["priority"]}))
                assert part["count"] == (
                    expected if question.get("priority", part["priority"]) == part["priority"] else 0
                )
            for part in ages:
                query = question | {"age_bucket": part["age_bucket"], "scope": "all"}
                assert await count(client, "age", **query) == part["count"]
            for state, column in (("met", "sla_met"), ("breached", "sla_breached"), ("no_sla", "no_sla")):
                assert await count(client, "sla", sla_status=state, **question) == sum(
                    group[column] for group in sla
                )

    async def test_the_rows_add_up_to_the_numbers(
        self, client: httpx.AsyncClient, questions: list[dict[str, Any]]
    ) -> None:
        for question in questions:
            total = (await get(client, "/tickets/status/", **question))["total_tickets"]
            rows = await read_rows(client, "status", **question)
            assert len({row["task_id"] for row in rows}) == len(rows) == total
            assert all(row[name] == value for row in rows for name, value in question.items() if name in row)
            priorities = (await get(client, "/tickets/priority/", **question))["priority_distribution"]
            assert Counter(row["priority"] for row in rows) == Counter(
                {part["priority"]: part["count"] for part in priorities}
            )
            states = Counter(row["sla_status"] for row in rows)
            sla = (await get(client, "/tickets/sla/", **question))["sla_compliance"]
            assert states["met"] == sum(group["sla_met"] for group in sla)
            assert states["breached"] == sum(group["sla_breached"] for group in sla)
            if total <= READ_WHOLE:
                expected = {row["task_id"] for row in rows}
                for kind in ("priority", "sla"):
                    assert {row["task_id"] for row in await read_rows(client, kind, **question)} == expected
                aged = await read_rows(client, "age", scope="all", **question)
                assert {row["task_id"] for row in aged} == expected
