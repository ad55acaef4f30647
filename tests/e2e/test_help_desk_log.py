"""The public help desk log, as CSV and as XES: the same published figures from either."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import psycopg
import pytest
import pytest_asyncio

from tests.api.insights.calls import calling, get, running_service
from tests.e2e.lists import figures
from tests.fixtures.published_desk import PublishedDesk, import_of, publish

pytestmark = pytest.mark.asyncio(loop_scope="module")

HOURS_TO_LAST_RESOLVE = 6.66 * 24
YEARS = [{}, *({"start_date": f"{year}-01-01", "end_date": f"{year}-12-31"} for year in range(2010, 2015))]


@pytest.fixture(scope="module")
def xes_database(
    shared_data: Path, module_database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> str:
    log = shared_data / "italian_helpdesk" / "Helpdesk.xes.gz"
    publish(module_database_url, tmp_path_factory.mktemp("home"), import_of(log, "helpdesk_xes"))
    return module_database_url


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def from_csv(published_help_desk: PublishedDesk) -> AsyncIterator[httpx.AsyncClient]:
    async with running_service(published_help_desk.url) as app, calling(app) as client:
        yield client


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def from_xes(xes_database: str) -> AsyncIterator[httpx.AsyncClient]:
    async with running_service(xes_database) as app, calling(app) as client:
        yield client


async def test_the_figures_of_the_file(from_csv: httpx.AsyncClient) -> None:
    dashboard = await get(from_csv, "/tickets/dashboard/")
    assert dashboard["total_tickets"] == 4_580
    assert dashboard["median_resolution_hours"] == pytest.approx(HOURS_TO_LAST_RESOLVE, rel=0.011)


async def test_the_counts_of_the_file(published_help_desk: PublishedDesk) -> None:
    with psycopg.connect(published_help_desk.url) as connection:
        row = connection.execute(
            "select count(resolution_seconds), count(*) filter (where priority_change_count > 0) "
            "from marts.fct_tickets"
        ).fetchone()
    # 4,569 tickets reached Resolve; those that were reopened and not resolved again are not resolved.
    assert row is not None
    assert (row[0] <= 4_569, row[1]) == (True, 77)


@pytest.mark.parametrize("dates", YEARS, ids=str)
@pytest.mark.parametrize("path", ["/tickets/dashboard/", "/tickets/status/", "/tickets/age/?scope=all"])
async def test_both_forms_publish_the_same(
    from_csv: httpx.AsyncClient, from_xes: httpx.AsyncClient, path: str, dates: dict[str, str]
) -> None:
    assert await figures(from_csv, path, dates) == await figures(from_xes, path, dates)


async def test_both_forms_publish_the_same_trend(
    from_csv: httpx.AsyncClient, from_xes: httpx.AsyncClient
) -> None:
    question = {"start_date": "2010-01-01", "end_date": "2014-01-31", "granularity": "week"}
    trends = await figures(from_csv, "/ticket-trends/", question)
    assert trends == await figures(from_xes, "/ticket-trends/", question)
    assert trends["summary"]["total_created"] == 4_580
