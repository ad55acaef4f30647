"""The overview in a real browser: a real Streamlit process, a real API, rows in a real PostgreSQL."""

from playwright.sync_api import Page, expect

from tests.api.insights.desk import Ticket
from tests.dashboards.conftest import PASSWORD, Desk


def test_a_manager_signs_in_filters_and_signs_out(
    desk: Desk, pages_url: str, browser_page: Page, tickets: list[Ticket]
) -> None:
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


def test_signing_out_in_one_window_empties_the_other_by_itself(
    desk: Desk, pages_url: str, browser_page: Page, tickets: list[Ticket]
) -> None:
    desk.publish_now(tickets)
    browser_page.goto(pages_url)
    browser_page.get_by_label("User name").fill("manager")
    browser_page.get_by_label("Password").fill(PASSWORD)
    browser_page.get_by_role("button", name="Sign in").click()
    expect(browser_page.get_by_test_id("stMetric").first).to_be_visible()
    other = browser_page.context.new_page()
    other.goto(pages_url)
    other.get_by_role("button", name="Sign out").click()
    expect(browser_page.get_by_text("You are signed out.")).to_be_visible()
    expect(browser_page.get_by_test_id("stMetric")).to_have_count(0)
    browser_page.reload()
    expect(browser_page.get_by_label("Password")).to_be_visible()
