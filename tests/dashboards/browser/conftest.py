"""A real browser before the dashboards as they are served."""

import asyncio
import shutil
from collections.abc import Iterator

import psycopg
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from api.settings import ApiSettings
from tests.dashboards.conftest import FORECAST, create_accounts, serve
from tests.dashboards.serving import serve_pages
from tests.fixtures.published_desk import PLANTED, SIMULATED, Publications

# A busy machine draws late; a missing element is missed all the same.
PATIENCE_MS = 60_000
BROWSER_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# A desk of the walk's own: whoever signs in writes to it.
WALKED_BEFORE = "SLUICE_TEST_WALKED_DESK"


@pytest.fixture
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("Chromium is not installed: on Debian, apt-get install chromium")
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=BROWSER_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def browser_page(browser: Browser) -> Page:
    context = browser.new_context(viewport={"width": 1440, "height": 1000})
    context.set_default_timeout(PATIENCE_MS)
    return context.new_page()


@pytest.fixture(scope="session")
def walked_database(publications: Publications) -> Iterator[str]:
    """A simulated desk with a forecast, and accounts to sign in with."""
    with publications.desk("walked", SIMULATED, WALKED_BEFORE, PLANTED, furnish) as desk:
        yield desk.url


def furnish(url: str) -> None:
    asyncio.run(create_accounts(ApiSettings(database_url=url)))
    with psycopg.connect(url) as connection:
        connection.execute(FORECAST)


@pytest.fixture(scope="session")
def walked_api(walked_database: str) -> Iterator[str]:
    with serve(ApiSettings(database_url=walked_database), [], []) as url:
        yield url


@pytest.fixture(scope="session")
def walked_url(walked_api: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The dashboards of that desk."""
    with serve_pages(walked_api, tmp_path_factory.mktemp("walked")) as url:
        yield url
