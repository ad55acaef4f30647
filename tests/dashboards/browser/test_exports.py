"""Files are read after the page that offers them has run, and for the reader it was run for."""

from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser

from tests.dashboards.browser.walker import Walker, signed_in


@pytest.mark.parametrize(
    ("address", "button", "beginning"),
    [
        (f"rows?{urlencode({'list': '/analytics/drilldown/tickets/open/'})}", "Download as CSV", "task_id,"),
        ("workflows", "Download the event log as XES", "<?xml "),
    ],
)
def test_an_admin_takes_a_file_away(
    browser: Browser, walked_url: str, address: str, button: str, beginning: str
) -> None:
    text = taken_away(browser, walked_url, address, button).read_text(encoding="utf-8-sig")
    assert text.startswith(beginning)


@pytest.mark.parametrize(("button", "beginning"), [("PDF", b"%PDF-"), ("PNG", b"\x89PNG")])
def test_a_page_is_taken_away_on_paper(
    browser: Browser, walked_url: str, button: str, beginning: bytes
) -> None:
    assert taken_away(browser, walked_url, "?priority=High", button).read_bytes().startswith(beginning)


def taken_away(browser: Browser, walked_url: str, address: str, button: str) -> Path:
    page = Walker(signed_in(browser, walked_url).new_page()).page
    page.goto(f"{walked_url}/{address}")
    with page.expect_download() as download:
        page.get_by_role("button", name=button, exact=True).click()
    return Path(download.value.path())
