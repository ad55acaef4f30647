"""The overview in a real browser: a real Streamlit process, a real API, rows in a real PostgreSQL."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from tests.api.insights.desk import Ticket
from tests.dashboards.conftest import PASSWORD, Desk

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


@pytest.fixture
def browser_page() -> Iterator[Page]:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("Chromium is not installed: on Debian, apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=BROWSER_FLAGS)
        page = browser.new_page(viewport={"width": 1440, "height": 1000})
        page.set_default_timeout(PATIENCE_MS)
        yield page
        browser.close()


def test_a_manager_signs_in_filters_and_signs_out(
    desk: Desk, pages_url: str, browser_page: Page, tickets: list[Ticket]
) -> None:
    expect.set_options(timeout=PATIENCE_MS)
    desk.publish_now(tickets)
    desk.publish_forecast()
    complaints: list[str] = []
    browser_page.on("pageerror", lambda error: complaints.append(str(error)))

    browser_page.goto(pages_url)
    browser_page.get_by_label("User name").fill("manager")
    browser_page.get_by_label("Password").fill(PASSWORD)
    browser_page.get_by_role("button", name="Sign in").click()
    total = browser_page.get_by_test_id("stMetric").filter(has_text="Total tickets")
    expect(total).to_contain_text("5")
    compliance = browser_page.get_by_test_id("stMetric").filter(has_text="SLA compliance")
    expect(compliance).to_contain_text("66.7 %")
    # Created and resolved, backlog, forecast, SLA, status: drawn, not merely announced.
    expect(browser_page.get_by_test_id("stVegaLiteChart").locator("canvas, svg")).to_have_count(5)
    expect(browser_page.get_by_text("In backtests it was off by 18 %")).to_be_visible()

    browser_page.get_by_role("combobox", name="Department").click()
    browser_page.get_by_role("option", name="HR").click()
    expect(total).to_contain_text("1")
    assert "department=HR" in browser_page.url

    browser_page.get_by_role("button", name="Sign out").click()
    expect(browser_page.get_by_role("link", name="Sign in")).to_be_visible()
    expect(browser_page.get_by_test_id("stMetric")).to_have_count(0)
    assert complaints == []
