"""Each filter, chosen in a real browser: in the address, and in numbers that are the API's."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.dashboards.browser.walker import Walker, signed_in
from tests.dashboards.conftest import PASSWORD

Ask = Callable[..., Any]
DASHBOARD, PERFORMANCE = "/analytics/tickets/dashboard/", "/analytics/tasks/performance/"


@pytest.fixture
def ask(walked_api: str) -> Iterator[Ask]:
    """Ask the API itself, as the manager."""
    with httpx.Client(base_url=walked_api, timeout=60) as client:
        signed = client.post("/auth/token/", json={"username": "manager", "password": PASSWORD})
        client.headers["Authorization"] = f"Bearer {signed.json()['access_token']}"

        def asked(path: str, **query: str) -> Any:
            return client.get(path, params=query).raise_for_status().json()

        yield asked


@pytest.fixture
def walker(browser: Browser, walked_url: str) -> Walker:
    walker = Walker(signed_in(browser, walked_url).new_page())
    walker.open(f"{walked_url}/tickets")
    return walker


def choose(walker: Walker, label: str, option: str) -> None:
    box = walker.page.get_by_test_id("stSidebar").get_by_role("combobox", name=label)
    box.click()
    # Of many options only those are there that match what was typed.
    walker.page.keyboard.type(option)
    walker.page.get_by_role("option", name=option).first.click()


def card(walker: Walker, label: str) -> Locator:
    found = walker.page.get_by_test_id("stMetric").filter(has=walker.page.get_by_text(label, exact=True))
    return found.get_by_test_id("stMetricValue")


@pytest.mark.parametrize(
    ("label", "option"), [("Department", "Finance"), ("Category", "Access"), ("Priority", "High")]
)
def test_what_tickets_are_of(walker: Walker, ask: Ask, label: str, option: str) -> None:
    name = label.lower()
    whole, part = ask(DASHBOARD)["total_tickets"], ask(DASHBOARD, **{name: option})["total_tickets"]
    assert 0 < part < whole
    expect(card(walker, "Total tickets")).to_have_text(f"{whole:,}")
    choose(walker, label, option)
    expect(card(walker, "Total tickets")).to_have_text(f"{part:,}")
    assert f"{name}={option}" in walker.page.url
    # A link shows the same to whoever follows it.
    walker.open(walker.page.url)
    expect(card(walker, "Total tickets")).to_have_text(f"{part:,}")
    # Other pages take it along.
    walker.page.get_by_role("link", name="Overview").click()
    expect(card(walker, "SLA compliance")).to_be_visible()
    expect(card(walker, "Total tickets")).to_have_text(f"{part:,}")
    assert walker.troubles() == []


def test_the_workflow(walker: Walker, ask: Ask) -> None:
    workflow = ask("/analytics/workflows/metrics/")["workflow_metrics"][0]
    choose(walker, "Workflow", workflow["workflow_name"])
    part = ask(DASHBOARD, workflow_id=str(workflow["workflow_id"]))["total_tickets"]
    expect(card(walker, "Total tickets")).to_have_text(f"{part:,}")
    assert walker.troubles() == []


def test_dates_and_the_period_before(walker: Walker) -> None:
    choose(walker, "Created", "Last 30 days")
    expect(walker.page.get_by_test_id("stMetricDelta").first).to_be_visible()
    walker.page.get_by_text("Compare with the period before").click()
    expect(walker.page.get_by_test_id("stMetricDelta")).to_have_count(0)
    assert "period=Last" in walker.page.url
    assert walker.troubles() == []


def test_role_and_person(walker: Walker, ask: Ask, walked_url: str) -> None:
    walker.open(f"{walked_url}/people")
    person = ask("/analytics/tasks/users/")["user_performance"][0]
    choose(walker, "Person", person["user_name"])
    narrowed = {"user_id": str(person["user_id"])}
    items = card(walker, "Items")
    expect(items).to_have_text(f"{ask(PERFORMANCE, **narrowed)['total_task_items']:,}")
    narrowed |= {"role": person["roles"][0]}
    choose(walker, "Role", narrowed["role"])
    expect(items).to_have_text(f"{ask(PERFORMANCE, **narrowed)['total_task_items']:,}")
    assert walker.troubles() == []
