"""Every page of a simulated desk in a real browser: drawn, open to everybody, without a word of complaint."""

from typing import Literal

import pytest
from playwright.sync_api import Browser, expect

from tests.dashboards.app_pages.test_every_page import SLUGS
from tests.dashboards.browser.walker import MOST_STOPS, Walker, address_of, signed_in
from tests.dashboards.conftest import PASSWORD

# Of administrators alone, as the API has it.
REFUSED = ["admin", "insights"]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_page_is_drawn_without_complaint(
    browser: Browser, walked_url: str, theme: Literal["light", "dark"]
) -> None:
    context = signed_in(browser, walked_url, color_scheme=theme)
    troubles = {}
    for slug in SLUGS:
        walker = Walker(context.new_page())
        walker.open(f"{walked_url}{address_of(slug)}")
        if found := walker.troubles() + walker.barriers():
            troubles[slug] = found
        walker.page.close()
    assert troubles == {}


@pytest.mark.parametrize("username", ["coordinator", "agent"])
def test_every_page_is_for_everybody_or_says_whom_it_is_for(
    browser: Browser, walked_url: str, username: str
) -> None:
    context = signed_in(browser, walked_url, username)
    troubles, refused = {}, []
    for slug in SLUGS:
        walker = Walker(context.new_page())
        walker.open(f"{walked_url}{address_of(slug)}")
        if found := walker.troubles():
            troubles[slug] = found
        if walker.page.get_by_text("Your account may not see these numbers").count():
            refused.append(slug)
        walker.page.close()
    assert troubles == {}
    assert refused == REFUSED


def test_from_the_sign_in_to_a_ticket_by_keyboard(browser: Browser, walked_url: str) -> None:
    walker = Walker(browser.new_page(viewport={"width": 1440, "height": 1000}))
    page = walker.page
    page.goto(walked_url)
    expect(page.get_by_label("User name")).to_be_focused()
    page.keyboard.type("manager")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("stMetric").first).to_be_visible()
    walker.settle()
    walker.tab_to("See the tickets")
    page.keyboard.press("Enter")
    page.wait_for_url("**/rows?**")
    expect(page.get_by_test_id("stDataFrame")).to_be_visible()
    walker.settle()
    # Into the table, to a row of it, out of it past its last column, and on by the link to that row's ticket.
    page.get_by_test_id("data-grid-canvas").wait_for()
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.dataset.testid") == "data-grid-canvas":
            break
    page.keyboard.press("ArrowDown")
    link = page.get_by_role("link", name="Open SIM-")
    ticket = link.inner_text().removeprefix("Open ")
    walker.tab_to("Open SIM-")
    page.keyboard.press("Enter")
    page.wait_for_url("**/ticket?**")
    expect(page.get_by_role("heading", name=ticket)).to_be_visible()
    walker.settle()
    assert walker.complaints == []
