from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import psycopg
import pytest
from streamlit.testing.v1 import AppTest

from api.insights.catalogue.registry import load_metrics
from dashboards.session import SESSION_ID
from tests.api.insights.desk import AS_OF, Ticket
from tests.api.insights.publishing import Publication
from tests.dashboards.app_pages.conftest import cards, table_with
from tests.dashboards.conftest import Desk, account_of, open_session

PAGE = "app_pages/data.py"
ASIDE = {
    "source_table": "task",
    "row_id": 1,
    "reason": "contradictory_state",
    "detail": "resolved before it was created",
    "ticket_id": 1,
    "ticket_number": "TX20260310000001",
    "task_id": 1,
    "workflow_id": 1,
    "department": "IT",
    "category": "Software",
    "sub_category": "Email",
    "priority": "High",
    "seen_at": AS_OF - timedelta(hours=1),
    "first_day": AS_OF.date() - timedelta(days=10),
    "last_day": AS_OF.date() - timedelta(days=5),
}
FACTS = {
    "source_table": "task",
    "row_count": 40,
    "quarantined_count": 1,
    "last_seen_at": AS_OF,
    "recent_count": None,
    "late_count": None,
    "last_occurred_at": None,
}


@pytest.fixture
def publication_id(desk: Desk, tickets: list[Ticket]) -> Iterator[int]:
    """A publication with one row set aside."""
    number = desk.publish_now(tickets)
    with psycopg.connect(desk.database_url) as connection:
        publication = Publication(connection, tickets)
        publication.fill("quarantined_rows", [ASIDE])
        connection.execute("truncate serving.input_facts")
        publication.fill("input_facts", [FACTS])
    yield number
    desk.execute("truncate serving.quarantined_rows, serving.input_facts")


def open_page(page: AppTest, username: str = "manager", **query: str) -> AppTest:
    page.session_state[SESSION_ID] = open_session(username)
    for name, value in query.items():
        page.query_params[name] = value
    page.switch_page(PAGE)
    page.run()
    assert not page.exception
    return page


def ask(desk: Desk, page: AppTest, address: str) -> Any:
    token = account_of(page).access_token
    return httpx.get(f"{desk.url}{address}", headers={"Authorization": f"Bearer {token}"}).json()


def test_checks_and_parts_are_as_the_api_tells_them(desk: Desk, page: AppTest, publication_id: int) -> None:
    open_page(page)
    quality = ask(desk, page, "/analytics/data-quality/")
    shown = cards(page)
    assert shown["Checks passed"] == str(quality["checks"]["passed"])
    assert shown["Rows set aside"] == "1"
    parts = table_with(page, "Part")
    health = ask(desk, page, "/analytics/service-health/")["components"]
    assert dict(zip(parts["Part"], parts["Status"], strict=True)) == {
        "Database": health["database"]["status"],
        "Dagster": health["dagster"]["status"],
        "Forecast models": health["forecast_models"]["status"],
    }
    assert f"publication id: {publication_id}" in parts["What is known"][1]


def test_a_reason_leads_to_its_rows(page: AppTest, publication_id: int) -> None:
    open_page(page, part="Quality")
    reasons = table_with(page, "Reason")
    assert (reasons["Rows"][0], reasons["Tickets"][0], reasons["Share %"][0]) == (1, 1, 2.5)
    address = httpx.URL(reasons["Open"][0])
    assert f"known_on={publication_id}" in address.params["list"]
    page.query_params["list"] = address.params["list"]
    page.switch_page("app_pages/rows.py").run()
    assert page.dataframe[0].value["detail"].tolist() == ["resolved before it was created"]


@pytest.mark.usefixtures("publication_id")
def test_lineage_is_drawn_and_listed(desk: Desk, page: AppTest) -> None:
    query = {"answer": "/analytics/tickets/dashboard/", "field": "sla_compliance_rate"}
    open_page(page, part="Lineage", **query)
    (told,) = ask(desk, page, f"/analytics/lineage/?{httpx.QueryParams(query)}")["results"]
    names = table_with(page, "Kind")["Name"].tolist()
    assert names == [*told["operational"], *reversed(told["models"]), *told["columns"]]
    (graph,) = page.get("graphviz_chart")
    drawn = graph.proto.spec
    assert "fct_tickets" in drawn
    assert "ticket_cube.sla_met" in drawn
    assert "serving -> field" in drawn


def test_a_publication_of_choice_answers_beside_the_newest(
    desk: Desk, page: AppTest, tickets: list[Ticket]
) -> None:
    newest = desk.publish_now([*tickets, Ticket(6, AS_OF)])
    open_page(page, known_on=str(newest))
    numbers = table_with(page, "Then").set_index("Number")
    assert numbers.loc["Total tickets", ["Then", "Now"]].tolist() == [6, 6]
    assert f"known_on%3D{newest}" in numbers.loc["Total tickets", "Open then"]
    page.text_input(key="known_on").set_value(str(newest + 7)).run()
    assert f"There is no publication {newest + 7}" in " ".join(text.value for text in page.text)


@pytest.mark.usefixtures("publication_id")
def test_the_catalogue_is_searched_by_words(page: AppTest) -> None:
    open_page(page, part="Metrics")
    assert f"Metrics: {len(load_metrics())}" in [caption.value for caption in page.caption]
    page.text_input(key="words").set_value("sla breached").run()
    found = table_with(page, "Meaning")
    assert load_metrics()["sla_breached"].name in found["Metric"].tolist()
    page.text_input(key="words").set_value("nothingofthiskind").run()
    assert "Metrics: 0" in [caption.value for caption in page.caption]


@pytest.mark.usefixtures("publication_id")
def test_an_agent_gets_the_rest_of_the_page(page: AppTest) -> None:
    open_page(page, "agent", known_on="2026-03-10")
    assert "What the checks found is for administrators." in " ".join(text.value for text in page.text)
    assert page.text_input(key="known_on")


@pytest.mark.usefixtures("publication_id")
def test_links_lead_to_where_the_settings_say(page: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLUICE_DAGSTER_URL", "https://dagster.example.org")
    monkeypatch.setenv("SLUICE_DOCS_URL", "https://docs.example.org/")
    links = {link.proto.label: link.proto.url for link in open_page(page).get("link_button")}
    assert links["Pipeline in Dagster"] == "https://dagster.example.org"
    assert links["Check results"] == "https://docs.example.org/data-docs/"
