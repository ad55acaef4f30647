import random
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta

import httpx
import pytest

from tests.api.insights.calls import get
from tests.api.insights.desk import AS_OF, Filters, Ticket, random_filters

pytestmark = pytest.mark.asyncio(loop_scope="module")

TODAY = AS_OF.date()
GENERATOR = random.Random(21)  # noqa: S311 - a reproducible choice of filters
QUESTIONS = [Filters(), *(random_filters(GENERATOR) for _ in range(20))]
PERIOD_OF: dict[str, Callable[[date], date]] = {
    "day": lambda day: day,
    "week": lambda day: day - timedelta(days=day.weekday()),
    "month": lambda day: day.replace(day=1),
}


@pytest.mark.parametrize("granularity", ["day", "week", "month"])
@pytest.mark.parametrize("filters", QUESTIONS, ids=str)
async def test_each_period_counts_what_happened_in_it(
    client: httpx.AsyncClient, desk: list[Ticket], filters: Filters, granularity: str
) -> None:
    answer = await get(client, "/ticket-trends/", granularity=granularity, **filters.query())
    last = min(filters.end_date or TODAY, TODAY)
    first = filters.start_date or last - timedelta(days=29)
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    period_of = PERIOD_OF[granularity]
    tickets = Filters(**(vars(filters) | {"start_date": None, "end_date": None})).select(desk)
    created = Counter(period_of(t.day) for t in tickets if first <= t.day <= last)
    resolved_days = [t.resolved_at.date() for t in tickets if t.resolved_at]
    resolved = Counter(period_of(day) for day in resolved_days if first <= day <= last)
    ended_days = resolved_days + [t.cancelled_at.date() for t in tickets if t.cancelled_at]

    def backlog(period: date) -> int:
        end = max(day for day in days if period_of(day) == period)
        return sum(t.day <= end for t in tickets) - sum(day <= end for day in ended_days)

    assert answer["time_period_days"] == len(days)
    assert answer["trends"] == [
        {
            "date": str(period),
            "created": created[period],
            "resolved": resolved[period],
            "backlog": backlog(period),
        }
        for period in sorted({period_of(day) for day in days})
    ]
    assert answer["summary"] == {
        "total_created": created.total(),
        "total_resolved": resolved.total(),
        "net": created.total() - resolved.total(),
    }


async def test_days_reach_back_from_the_day_of_the_data(client: httpx.AsyncClient) -> None:
    answer = await get(client, "/ticket-trends/", days=2)
    assert answer["date_range"] == {"start_date": "2026-03-09", "end_date": "2026-03-10"}
    assert [trend["date"] for trend in answer["trends"]] == ["2026-03-09", "2026-03-10"]


async def test_a_range_after_the_data_is_empty(client: httpx.AsyncClient) -> None:
    answer = await get(client, "/ticket-trends/", start_date="2026-04-01", end_date="2026-04-30")
    assert (answer["time_period_days"], answer["trends"]) == (0, [])
    assert answer["summary"] == {"total_created": 0, "total_resolved": 0, "net": 0}


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"days": "0"}, "greater than or equal to 1"),
        ({"days": "731"}, "less than or equal to 730"),
        ({"days": "x"}, "valid integer"),
        ({"days": "7", "start_date": "2026-03-01"}, "either days or start_date"),
        ({"start_date": "0001-01-01", "end_date": "9999-12-31"}, "coarser granularity"),
        ({"granularity": "hour"}, "'day', 'week' or 'month'"),
    ],
)
async def test_a_window_that_cannot_be_drawn_is_refused(
    client: httpx.AsyncClient, query: dict[str, str], sentence: str
) -> None:
    response = await client.get("/ticket-trends/", params=query)
    assert response.status_code == 400
    assert sentence in str(response.json()["details"])
