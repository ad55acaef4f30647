"""A reader's window onto the pages, and how they get about in it."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

from tests.dashboards.app_pages.test_every_page import FIRST, QUESTIONS
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

    def open(self, url: str) -> None:
        self.page.goto(url)
        self.settle()

    def troubles(self) -> list[str]:
        """What the browser complained of and what Streamlit shows as an exception."""
        return self.complaints + self.page.get_by_test_id("stException").all_inner_texts()

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


def signed_in(browser: Browser, pages_url: str, username: str = "manager", **how: Any) -> BrowserContext:
    """Windows of a reader who has signed in already; `how` is handed on to Playwright."""
    context = browser.new_context(viewport={"width": 1440, "height": 1000}, **how)
    session_id = sign_in_at(pages_url, username, PASSWORD).cookies[SESSION]
    context.add_cookies([{"name": SESSION, "value": session_id, "url": pages_url}])
    return context
