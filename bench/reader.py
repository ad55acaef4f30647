"""A reader with a real browser before the dashboards, who tells how long each step took and where."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Browser, Page
from prometheus_client.parser import text_string_to_metric_families

from bench.desks import wait_until_listening

SERVER = Path(__file__).parent.parent / "dashboards" / "server.py"
PATIENCE_MS = 120_000
# A page that changes no more for this long is done: what comes later comes by itself, as a new publication.
QUIET_MS = 400
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
# The instants of the reader's click, of each change of what the script does, and of the last change seen.
WATCH = """
    const seen = window.seen = {click: null, states: [], last: 0};
    new MutationObserver(records => {
        seen.last = performance.now();
        for (const {attributeName, target} of records)
            if (attributeName === "data-test-script-state")
                seen.states.push([seen.last, target.dataset.testScriptState]);
    }).observe(document, {subtree: true, childList: true, attributes: true, characterData: true});
    document.addEventListener("click", () => { seen.click ??= performance.now(); }, {capture: true});
"""
FORGET = "Object.assign(window.seen, {click: null, states: []})"
IS_DONE = """quiet => {
    const {click, states, last} = window.seen;
    return click && states.length > 1 && states.at(-1)[1] === "notRunning"
        && performance.now() - last > quiet && !document.querySelector("[data-stale=true]");
}"""


@dataclass(frozen=True)
class Step:
    """Seconds from a click to the last change of the page.

    Attributes:
        api: What the service needed for its answers, by its own histogram.
        python: The rest of the time until the browser knew that the page's script had ended; what it drew
            meanwhile is in it.
        browser: All else: the way there and back, and drawing.
    """

    total: float
    api: float
    python: float
    browser: float


class Reader:
    def __init__(self, page: Page, spent_by_api: Callable[[], float]) -> None:
        self.page = page
        self._spent_by_api = spent_by_api

    def sign_in(self, url: str, name: str, password: str) -> None:
        self.page.set_default_timeout(PATIENCE_MS)
        self.page.add_init_script(WATCH)
        self.page.goto(url)
        self.page.get_by_label("User name").fill(name)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.get_by_test_id("stMetric").first.wait_for()

    def open(self, title: str) -> Step:
        """Go to a page of the navigation."""
        link = self.page.get_by_test_id("stSidebarNav").get_by_role("link", name=title, exact=True)
        return self._timed(link.click)

    def narrow(self, label: str, option: str) -> Step:
        """Choose an option of a filter; the time begins with the choice, not with opening the list."""
        self.page.get_by_test_id("stSidebar").get_by_role("combobox", name=label).click()
        # The first click may only have given it the focus.
        self.page.keyboard.press("ArrowDown")
        return self._timed(self.page.get_by_role("option", name=option, exact=True).click)

    def _timed(self, act: Callable[[], None]) -> Step:
        spent = self._spent_by_api()
        self.page.evaluate(FORGET)
        act()
        self.page.wait_for_function(IS_DONE, arg=QUIET_MS)
        seen = self.page.evaluate("window.seen")
        if self.page.get_by_test_id("stException").count():
            raise RuntimeError(f"the page {self.page.url} shows an exception")
        total = (seen["last"] - seen["click"]) / 1000
        ran = _running(seen["states"]) / 1000
        api = self._spent_by_api() - spent
        return Step(total, api, ran - api, total - ran)


def _running(states: list[list[Any]]) -> float:
    """Milliseconds in which the script ran."""
    ran, since = 0.0, None
    for instant, state in states:
        if since is not None:
            ran += instant - since
        since = None if state == "notRunning" else instant
    return ran


@contextmanager
def showing(api_port: int) -> Iterator[str]:
    """Run the dashboards, one process, over a service; their address is yielded."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    options = [
        "--server.address=127.0.0.1",
        f"--server.port={port}",
        "--server.fileWatcherType=none",
        "--logger.level=error",
    ]
    process = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", str(SERVER), *options],
        env=os.environ
        | {
            "SLUICE_WORKFLOW_API_URL": f"http://127.0.0.1:{api_port}",
            "PYTHONPATH": str(SERVER.parent.parent),
        },
        cwd=SERVER.parent,
        stdout=subprocess.DEVNULL,
    )
    try:
        wait_until_listening(port, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def seconds_spent(api_port: int, token: str) -> float:
    """What the service has spent on requests so far, but for those that ask for this."""
    headers = {"Authorization": f"Bearer {token}"}
    told = httpx.get(f"http://127.0.0.1:{api_port}/metrics/", headers=headers).raise_for_status().text
    return sum(
        sample.value
        for family in text_string_to_metric_families(told)
        for sample in family.samples
        if sample.name == "sluice_http_request_seconds_sum" and sample.labels["route"] != "/metrics/"
    )


def launch(playwright: Any) -> Browser:
    chromium = shutil.which("chromium")
    if chromium is None:
        raise RuntimeError("Chromium is not installed: on Debian, apt-get install chromium")
    browser: Browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
    return browser
