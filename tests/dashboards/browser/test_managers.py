"""The way of docs/managers.md: three questions of a new manager, answered from the sign-in on."""

import os
from pathlib import Path

from playwright.sync_api import Browser, Locator, expect

from tests.dashboards.browser.walker import Walker
from tests.dashboards.conftest import PASSWORD

FEWER_CLICKS_THAN = 10
# A folder for pictures of the way; nowhere unless told.
PICTURES = os.environ.get("SLUICE_TEST_PICTURES")


class Manager(Walker):
    """A walker who counts what they click."""

    clicks = 0

    def click(self, place: Locator) -> None:
        place.click()
        self.clicks += 1
        self.settle()

    def take(self, name: str) -> None:
        if PICTURES:
            self.page.wait_for_load_state("networkidle")
            self.page.screenshot(path=Path(PICTURES) / f"dashboards-{name}.png", animations="disabled")


def test_three_questions_in_less_than_ten_clicks(browser: Browser, walked_url: str) -> None:
    manager = Manager(browser.new_page(viewport={"width": 1440, "height": 900}))
    page, main = manager.page, manager.page.get_by_test_id("stMain")
    page.goto(walked_url)
    page.get_by_label("User name").fill("manager")
    page.get_by_label("Password").fill(PASSWORD)
    manager.click(page.get_by_role("button", name="Sign in"))
    expect(page.get_by_test_id("stMetric").first).to_be_visible()
    manager.take("overview")

    manager.click(page.get_by_role("link", name="Forecasts"))
    manager.click(main.get_by_text("Breach risk", exact=True))
    likeliest = [page.get_by_test_id(f"glide-cell-0-{row}") for row in range(3)]
    expect(likeliest[-1]).to_be_attached()
    assert len({cell.inner_text().partition("#")[2] for cell in likeliest} - {""}) == 3
    manager.take("breach-risk")

    manager.click(main.get_by_text("Workload and staffing", exact=True))
    manager.click(main.get_by_role("radiogroup", name="Days ahead").get_by_text("7", exact=True))
    expect(main.get_by_role("heading", name="When tickets are expected")).to_be_visible()
    expect(main.get_by_role("heading", name="People needed")).to_be_visible()
    manager.take("staffing")

    manager.click(page.get_by_role("link", name="Workflows"))
    manager.click(main.get_by_role("combobox", name="Steps, map and ways of"))
    # The first click may only have given it the focus.
    page.keyboard.press("ArrowDown")
    manager.click(page.get_by_role("option").nth(1))
    expect(main.get_by_text("The slowest step is")).to_be_visible()
    manager.take("workflow")

    assert manager.complaints == []
    assert manager.clicks < FEWER_CLICKS_THAN
