"""Every number of every page, followed to its rows and on to a ticket."""

import re
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, expect

from tests.dashboards.browser.walker import Walker, address_of, signed_in

PAGES = ["overview", "tickets", "sla", "workflows", "people", "insights"]
ADDED_UP = "See how it adds up"
ROWS = re.compile(r"^[\d,]+ rows$")
NUMBER = re.compile(r"-?[\d,]+(?:\.\d+)?")
LINKS = """
    () => [...document.querySelectorAll('a[href^="/rows?"]')].map(link => {
        const card = link.closest("[data-testid=stVerticalBlock]");
        const told = card && card.querySelectorAll("[data-testid=stMetricValue]");
        const one = told && told.length === 1 ? told[0].innerText : null;
        return [link.getAttribute("href"), link.innerText, one];
    })
"""


class Opened(NamedTuple):
    """Where a number leads to, and what its card says, if it stands on one."""

    href: str
    words: str
    told: str | None


def value_of(told: str) -> str:
    found = NUMBER.search(told)
    assert found, told
    return found[0].replace(",", "")


@pytest.fixture
def walker(browser: Browser, walked_url: str) -> Walker:
    return Walker(signed_in(browser, walked_url).new_page())


@pytest.mark.parametrize("slug", PAGES)
def test_numbers_open_to_their_rows_and_they_to_a_ticket(walker: Walker, walked_url: str, slug: str) -> None:
    walker.open(f"{walked_url}{address_of(slug)}")
    walker.page.locator("a[href^='/rows?']").first.wait_for()
    links = [Opened(*found) for found in walker.page.evaluate(LINKS)]
    assert links
    tickets = [ticket for opened in links if (ticket := follow(walker, walked_url, opened))]
    walker.open(f"{walked_url}{tickets[0]}")
    number = tickets[0].partition("#")[2]
    expect(walker.page.get_by_role("heading", name=number)).to_be_visible()
    expect(walker.page.get_by_role("heading", name="What happened")).to_be_visible()
    assert walker.troubles() == []


def follow(walker: Walker, walked_url: str, opened: Opened) -> str | None:
    """Open the rows of a number; the address of the first one's ticket is returned, if there is one."""
    walker.open(f"{walked_url}{opened.href}")
    page = walker.page
    if opened.words == ADDED_UP:
        expect(page.get_by_text("it comes to the same")).to_be_visible()
        return None
    heading = page.get_by_role("heading", name=ROWS)
    expect(heading).to_be_visible()
    assert page.get_by_text("which is not the same").count() == 0
    shown = page.get_by_test_id("stMetricValue")
    if opened.told is not None and shown.count():
        told = value_of(opened.told)
        half_a_digit = 0.5 * 10 ** -len(told.partition(".")[2]) + 1e-9
        assert abs(float(told) - float(value_of(shown.inner_text()))) <= half_a_digit, opened.href
    if heading.inner_text() == "0 rows":
        return None
    cells = page.locator("[data-testid^=glide-cell]")
    cells.first.wait_for(state="attached")
    # Ways of a workflow are no tickets.
    return next((text for text in cells.all_inner_texts() if text.startswith("/ticket?")), None)


def test_a_bar_opens_to_its_rows(walker: Walker, walked_url: str) -> None:
    walker.open(f"{walked_url}/tickets")
    bars = walker.page.get_by_label("Tickets by priority, as bars").locator(".mark-rect path")
    # Critical, high, medium, low.
    bars.nth(2).click()
    walker.page.wait_for_url("**/rows?**")
    walker.settle()
    assert "priority%3DMedium" in walker.page.url
    expect(walker.page.get_by_role("heading", name=ROWS)).to_be_visible()
    assert walker.troubles() == []
