"""A period beside the one before it."""

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest

from tests.api.insights.calls import NUMBERS, get
from tests.api.insights.desk import Filters, random_filters, two_decimals

pytestmark = pytest.mark.asyncio(loop_scope="module")

GENERATOR = random.Random(23)  # noqa: S311 - a reproducible choice of filters
COMPARED = [*NUMBERS, "/ticket-trends/"]
NOT_OF_A_PERIOD = {"generated_at", "data_as_of", "as_of", "publication_id", "previous", "change"}
FIRST = date(2025, 11, 1)


def random_period(generator: random.Random) -> Filters:
    """Random filters, and dates of the desk's time."""
    start = FIRST + timedelta(days=generator.randrange(120))
    end = start + timedelta(days=generator.choice([0, 6, 29, generator.randrange(60)]))
    return Filters(**(vars(random_filters(generator)) | {"start_date": start, "end_date": end}))


def before(filters: Filters) -> Filters:
    assert filters.start_date
    assert filters.end_date
    days = (filters.end_date - filters.start_date).days + 1
    shift = timedelta(days=days)
    dates = {"start_date": filters.start_date - shift, "end_date": filters.end_date - shift}
    return Filters(**(vars(filters) | dates))


def figures(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name not in NOT_OF_A_PERIOD}


def headlines(answer: dict[str, Any]) -> dict[str, Any]:
    """Numbers, and what may be one: rates and hours are null where nothing stands below the line."""
    told = figures(answer) | answer.get("summary", {})
    return {
        name: value
        for name, value in told.items()
        if value is None or (isinstance(value, int | float) and not isinstance(value, bool))
    }


@pytest.mark.parametrize("path", COMPARED)
@pytest.mark.parametrize("filters", [random_period(GENERATOR) for _ in range(12)], ids=str)
async def test_both_periods_are_told_as_each_alone(
    client: httpx.AsyncClient, path: str, filters: Filters
) -> None:
    both = await get(client, path, compare="previous", **filters.query())
    now = await get(client, path, **filters.query())
    earlier = await get(client, path, **before(filters).query())
    assert figures(both) == figures(now)
    assert both["previous"] == figures(earlier)
    present, past = headlines(now), headlines(earlier)
    names = [name for name in present if present[name] is not None or past[name] is not None]
    assert both["change"].keys() == set(names)
    for name in names:
        value, was = present[name], past[name]
        told = both["change"][name]
        if value is None or was is None:
            assert told == {"absolute": None, "percent": None}
            continue
        moved = Decimal(str(value)) - Decimal(str(was))
        assert told["absolute"] == pytest.approx(float(moved))
        assert told["percent"] == (two_decimals(100 * moved / Decimal(str(was))) if was > 0 else None)


@pytest.mark.parametrize("path", COMPARED)
async def test_nothing_is_compared_unasked(client: httpx.AsyncClient, path: str) -> None:
    answer = await get(client, path)
    assert (answer["previous"], answer["change"]) == (None, None)


@pytest.mark.parametrize("path", COMPARED)
@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"compare": "previous"}, "give start_date and end_date"),
        ({"compare": "previous", "start_date": "2026-02-01"}, "give start_date and end_date"),
        ({"compare": "previous", "end_date": "2026-02-01"}, "give start_date and end_date"),
        ({"compare": "year"}, "'previous'"),
        ({"compare": "previous", "start_date": "0001-01-02", "end_date": "0001-01-03"}, "shorten the range"),
    ],
)
async def test_a_comparison_that_cannot_be_made_is_refused(
    client: httpx.AsyncClient, path: str, query: dict[str, str], sentence: str
) -> None:
    response = await client.get(path, params=query)
    assert response.status_code == 400
    assert sentence in str(response.json()["details"])


async def test_the_first_period_of_the_calendar_has_one_before_it(client: httpx.AsyncClient) -> None:
    query = {"compare": "previous", "start_date": "0001-01-03", "end_date": "0001-01-04"}
    answer = await get(client, "/tickets/status/", **query)
    assert answer["previous"]["total_tickets"] == 0


async def test_a_comparison_is_kept_apart_from_the_figures_alone(client: httpx.AsyncClient) -> None:
    query = {"start_date": "2026-02-01", "end_date": "2026-02-28"}
    alone = await client.get("/tickets/status/", params=query)
    both = await client.get("/tickets/status/", params=query | {"compare": "previous"})
    again = await client.get(
        "/tickets/status/",
        params=query | {"compare": "previous"},
        headers={"If-None-Match": both.headers["etag"]},
    )
    assert alone.headers["etag"] != both.headers["etag"]
    assert (again.status_code, again.content) == (304, b"")
