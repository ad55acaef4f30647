"""Pictures of what data engineers and analysts open, taken of a simulated desk in a real browser.

`python -m tests.e2e.screenshots` writes those of docs/data-engineers.md to docs/images/. It takes minutes:
the desk is simulated, its models are learnt, and a run is made to fail.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from playwright.sync_api import Page, expect, sync_playwright

from sluice.database import resolve_database_url
from tests.dashboards.browser.conftest import BROWSER_FLAGS, PATIENCE_MS
from tests.e2e.dagster_stack import DagsterStack

PICTURES = Path(__file__).parents[2] / "docs" / "images"
DAGSTER_PORT, DOCS_PORT = 18_300, 18_380
DAGSTER, DOCS = (f"http://127.0.0.1:{port}" for port in (DAGSTER_PORT, DOCS_PORT))
GROUP = f"{DAGSTER}/locations/__repository__@sluice/asset-groups/ticket_models/lineage"
ASSET = f"{DAGSTER}/assets/serving/ticket_rows?view=events"
CHECK = f"{DAGSTER}/assets/marts/fct_tickets?view=checks&checkDetail=ticket_profile"
# Two of three tickets are gone, as after an import that broke off.
LOSE = "update ops.task set deleted_at = now() where task_id % 3 <> 0"
FIND = "update ops.task set deleted_at = null"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--theme", choices=["light", "dark"], default="light")
    parser.add_argument("--folder", type=Path, default=PICTURES, help="where the pictures are written")
    parser.add_argument("--home", type=Path, help="a desk of an earlier call to take, or to leave behind")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="sluice-pictures-") as temporary:
        home = asked.home or Path(temporary)
        os.environ["SLUICE_HOME"] = str(home)
        if not (home / "postgres").exists():
            sluice("simulate", "--tickets", "1000", "--days", "120", "--seed", "7")
            sluice("pipeline", "run")
        url = resolve_database_url()
        stack = DagsterStack(home, url, DAGSTER_PORT, parts="dagster,docs", DOCS_PORT=DOCS_PORT)
        with stack, browser_page(asked.theme) as page:
            take_all(page, url, asked.folder)


def sluice(*arguments: str, check: bool = True) -> None:
    subprocess.run([sys.executable, "-m", "sluice", *arguments], check=check)


@contextmanager
def browser_page(theme: str) -> Iterator[Page]:
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("Chromium is not installed: on Debian, apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=BROWSER_FLAGS)
        page = browser.new_page(
            viewport={"width": 1440, "height": 900}, color_scheme="dark" if theme == "dark" else "light"
        )
        page.add_init_script(f"localStorage.setItem('theme', JSON.stringify('{theme.title()}'))")
        page.set_default_timeout(PATIENCE_MS)
        expect.set_options(timeout=PATIENCE_MS)
        yield page
        browser.close()


def take_all(page: Page, url: str, folder: Path) -> None:
    # The graph is drawn as large as its place allows.
    page.goto(f"{DAGSTER}/asset-groups")
    page.get_by_text("Hide navigation").click()
    page.goto(f"{DAGSTER}/asset-groups")
    take(page, folder / "asset-graph.png", shown="publication")
    page.goto(GROUP)
    take(page, folder / "asset-group.png", shown="model_promotion")
    page.goto(ASSET)
    take(page, folder / "asset.png", shown="window_first")
    with tickets_lost(url):
        sluice("pipeline", "run", "--no-train", check=False)
        page.goto(CHECK)
        take(page, folder / "failed-check.png", shown="kept_share")
        page.goto(f"{DOCS}/data-docs/index.html")
        take(page, folder / "data-docs.png", shown="ticket_profile")
    page.goto(f"{DOCS}/#!/model/model.sluice.fct_tickets")
    take(page, folder / "dbt-docs.png", shown="fct_tickets")
    page.goto(f"{DOCS}/model-cards/ticket_volume.html")
    take(page, folder / "model-card.png", shown="How right it was")


@contextmanager
def tickets_lost(url: str) -> Iterator[None]:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(LOSE)
        try:
            yield
        finally:
            connection.execute(FIND)


def take(page: Page, picture: Path, *, shown: str) -> None:
    """Take the picture once the text is shown and nothing is loading."""
    expect(page.get_by_text(shown).first).to_be_visible()
    page.wait_for_load_state("networkidle")
    page.screenshot(path=picture, animations="disabled")


if __name__ == "__main__":
    main()
