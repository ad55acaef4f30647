"""Annotations on charts over days, and where administrators write them."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest
from streamlit.testing.v1 import AppTest

from tests.api.insights.desk import Ticket
from tests.dashboards.conftest import PASSWORD, Desk

ANNOTATIONS = "/annotations/"
DAY = timedelta(days=1)
Write = Callable[..., dict[str, Any]]
Send = Callable[..., Any]


@pytest.fixture
def send(desk: Desk) -> Iterator[Send]:
    """Ask the API itself, as the manager."""
    with httpx.Client(base_url=desk.url, timeout=30) as client:
        signed_in = client.post("/auth/token/", json={"username": "manager", "password": PASSWORD})
        client.headers["Authorization"] = f"Bearer {signed_in.json()['access_token']}"

        def sent(method: str, path: str, body: Any = None) -> Any:
            response = client.request(method, path, json=body)
            assert response.is_success, response.text
            return response.json() if response.content else None

        yield sent
        for row in client.get(ANNOTATIONS, params={"page_size": "100"}).json()["results"]:
            client.delete(f"{ANNOTATIONS}{row['annotation_id']}/")


@pytest.fixture
def write(send: Send) -> Write:
    def written(**told: Any) -> dict[str, Any]:
        made: dict[str, Any] = send("POST", ANNOTATIONS, {"kind": "outage", "title": "Mail is down"} | told)
        return made

    return written


@pytest.fixture
def today() -> date:
    return datetime.now(UTC).date()


@pytest.fixture
def recent(today: date) -> list[Ticket]:
    """One of the IT department ten days ago, and one of HR two days ago."""
    noon = datetime(today.year, today.month, today.day, 12, tzinfo=UTC)
    return [Ticket(1, noon - 10 * DAY), Ticket(2, noon - 2 * DAY, department="HR")]


def charts(page: AppTest) -> list[dict[str, Any]]:
    assert not page.exception
    return [json.loads(chart.proto.spec) for chart in page.get("vega_lite_chart")]


def marks_on(spec: dict[str, Any]) -> list[str]:
    """Which kinds of marks the annotations of a chart are drawn by."""
    layers = [layer for layer in spec.get("layer", []) if is_of_annotations(layer)]
    return [layer["mark"]["type"] for layer in layers]


def is_of_annotations(layer: dict[str, Any]) -> bool:
    tooltip = layer.get("encoding", {}).get("tooltip", [])
    return isinstance(tooltip, list) and any(each.get("title") == "Annotation" for each in tooltip)


def told(page: AppTest) -> Any:
    """The annotations of the page's first chart that has some, as a table."""
    return next((table.value for table in page.dataframe if "Concerns" in table.value), None)


def texts(page: AppTest) -> str:
    return " ".join(text.value for text in page.text)


def last_month(page: AppTest) -> AppTest:
    return page.selectbox(key="period").select("Last 30 days").run()
