"""The documentation as it is read: in a browser, from page to page."""

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from pipelines.docs import build_contents, build_model_cards, build_static_docs
from pipelines.settings import PipelineSettings
from tests.dashboards.browser.conftest import BROWSER_FLAGS, PATIENCE_MS


@pytest.fixture(scope="module")
def site(module_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """All pages, of a desk that has not published yet."""
    folder = tmp_path_factory.mktemp("site")
    before = {name: os.environ.get(name) for name in ("SLUICE_DATABASE_URL", "SLUICE_HOME")}
    os.environ.update(
        SLUICE_DATABASE_URL=module_database_url, SLUICE_HOME=str(tmp_path_factory.mktemp("sluice"))
    )
    try:
        build_static_docs(folder)
        build_model_cards(folder)
        build_contents(folder)
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value
    return folder


@pytest.fixture
def complaints() -> list[str]:
    return []


@pytest.fixture
def browser_page(complaints: list[str]) -> Iterator[Page]:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("Chromium is not installed: on Debian, apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=BROWSER_FLAGS)
        page = browser.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda told: complaints.append(told.text) if told.type == "error" else None)
        page.on("requestfailed", lambda request: complaints.append(request.url))
        yield page
        browser.close()


def test_tables_are_reached_from_the_contents_and_lead_back(
    site: Path, browser_page: Page, complaints: list[str]
) -> None:
    expect.set_options(timeout=PATIENCE_MS)
    browser_page.goto((site / "contents.html").as_uri())
    browser_page.get_by_role("link", name="Tables and columns").click()
    browser_page.get_by_role("link", name="glossary").click()
    expect(browser_page.get_by_role("heading", name="Glossary")).to_be_visible()
    browser_page.get_by_role("link", name="overview", exact=True).click()
    browser_page.get_by_role("link", name="fct_tickets").first.click()
    expect(
        browser_page.locator("code.hljs, pre code").filter(has_text="from marts.fct_tickets")
    ).to_be_visible()
    # The folders of the menu have their icons: what was to fill them in did.
    expect(browser_page.locator("use[href^='#icn-']").first).to_be_attached()
    browser_page.goto((site / "index.html").as_uri())
    browser_page.get_by_role("link", name="contents", exact=True).click()
    expect(browser_page.get_by_role("heading", name="Documentation of this desk")).to_be_visible()
    assert complaints == []


def test_every_page_is_reached_from_the_contents(site: Path) -> None:
    contents = (site / "contents.html").read_text(encoding="utf-8")
    linked = {re.split(r"[#?]", address)[0] for address in re.findall(r'href="([^"]+)"', contents)}
    assert linked == {str(page.relative_to(site)) for page in site.rglob("*.html")} - {"contents.html"}


def test_data_docs_are_linked_once_there_are_any(
    module_database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLUICE_DATABASE_URL", module_database_url)
    monkeypatch.setenv("SLUICE_HOME", str(tmp_path))
    assert "data-docs/" not in build_contents(tmp_path).read_text(encoding="utf-8")
    site = PipelineSettings().data_docs
    site.mkdir(parents=True)
    (site / "index.html").touch()
    assert 'href="data-docs/index.html"' in build_contents(tmp_path).read_text(encoding="utf-8")
