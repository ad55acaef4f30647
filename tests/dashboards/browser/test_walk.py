"""Every page of a simulated desk in a real browser: drawn, open to everybody, without a word of complaint."""

from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlencode

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.dashboards.app_pages.test_every_page import FIRST, QUESTIONS, SLUGS
from tests.dashboards.browser.conftest import PATIENCE_MS
from tests.dashboards.conftest import PASSWORD
from tests.dashboards.serving import SESSION, sign_in_at

# More than any page has places that the keyboard stops at before its first number.
MOST_STOPS = 150
SERIOUS = {"serious", "critical"}


@dataclass
class Walker:
    """A reader's window, and all that its browser complained of."""

    page: Page
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.set_default_timeout(PATIENCE_MS)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", lambda said: said.type == "error" and self.complaints.append(said.text))

    def settle(self) -> None:
        """Wait until the page is drawn; its script has ended, and nothing of it is stale."""
        self.page.locator("h1:visible").wait_for()
        self.page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()

    def barriers(self) -> list[str]:
        """What keeps somebody from the page, by the serious rules of axe-core, and where."""
        return [
            f"{found['id']}: {node['target']} {node['html'][:200]} {node['failureSummary']}"
            for found in Axe().run(self.page).response["violations"]
            if found["impact"] in SERIOUS
            for node in found["nodes"]
        ]

    def tab_to(self, words: str) -> None:
        """Go on by Tab until what these words begin has the focus."""
        seen = []
        for _ in range(MOST_STOPS):
            self.page.keyboard.press("Tab")
            seen.append(self.page.evaluate("(document.activeElement.innerText || '').trim()"))
            if seen[-1].startswith(words):
                return
        pytest.fail(f"the keyboard never came to {words!r}, but to {seen}")


def address_of(slug: str) -> str:
    query = urlencode(QUESTIONS.get(slug, {}))
    return f"/{'' if slug == FIRST else slug}{f'?{query}' if query else ''}"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_page_is_drawn_without_complaint(
    browser: Browser, walked_url: str, theme: Literal["light", "dark"]
) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 1000}, color_scheme=theme)
    session_id = sign_in_at(walked_url, "manager", PASSWORD).cookies[SESSION]
    context.add_cookies([{"name": SESSION, "value": session_id, "url": walked_url}])
    troubles = {}
    for slug in SLUGS:
        walker = Walker(context.new_page())
        walker.page.goto(f"{walked_url}{address_of(slug)}")
        walker.settle()
        exceptions = walker.page.get_by_test_id("stException").all_inner_texts()
        if found := walker.complaints + exceptions + walker.barriers():
            troubles[slug] = found
        walker.page.close()
    assert troubles == {}


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
