"""Every number that can be proven, of every answer, agrees on a desk that the real pipeline published."""

import random
from collections.abc import AsyncIterator, Iterator
from typing import Any
from urllib.parse import urlencode

import httpx
import psycopg
import pytest
import pytest_asyncio
from psycopg.rows import dict_row

from api.insights.catalogue.registry import Carrier, Metric, load_metrics
from tests.api.insights.calls import calling, running_service
from tests.api.insights.proof.calls import prove
from tests.fixtures.published_desk import PublishedDesk

GENERATOR = random.Random(5)  # noqa: S311 - a reproducible choice of filters
CARRIERS = [
    pytest.param(metric, carrier, id=f"{carrier.answer} {carrier.field}")
    for metric in load_metrics().values()
    if metric.is_provable
    for carrier in metric.carried
]
# These answers take none of the filters that their metrics have elsewhere.
UNFILTERED = ("/process-map/", "/service-health/")
ITEMS = "select *, assigned_on::date as start_date, assigned_on::date + 30 as end_date from serving.item_rows"

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(scope="module")
def items(published_desk: PublishedDesk) -> list[dict[str, Any]]:
    with psycopg.connect(published_desk.url, row_factory=dict_row) as connection:
        return connection.execute(f"{ITEMS} order by task_item_id").fetchall()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def reader(published_desk: PublishedDesk) -> AsyncIterator[httpx.AsyncClient]:
    async with running_service(published_desk.url) as app, calling(app, "Admin") as client:
        yield client


def questions(metric: Metric, carrier: Carrier, items: list[dict[str, Any]]) -> Iterator[str]:
    """The answer without filters, and with some of those that one of the items passes."""
    for size in (0, 1, 2):
        item = GENERATOR.choice(items)
        known = (
            [] if carrier.answer.endswith(UNFILTERED) else [name for name in metric.filters if name in item]
        )
        asked = {name: item[name] for name in GENERATOR.sample(known, min(size, len(known)))}
        path = carrier.answer.format(workflow_id=item["workflow_id"], user_id=item["user_id"])
        wanted = {name: value for name, value in carrier.when.items() if value is not None}
        yield f"{path}?{urlencode({**wanted, **asked})}"


@pytest.mark.parametrize(("metric", "carrier"), CARRIERS)
async def test_it_agrees_with_its_list_and_its_rows(
    reader: httpx.AsyncClient, items: list[dict[str, Any]], metric: Metric, carrier: Carrier
) -> None:
    for question in questions(metric, carrier, items):
        proof = await prove(reader, question, carrier.field)
        assert [each for each in proof["proofs"] if not each["agrees"]] == [], question
