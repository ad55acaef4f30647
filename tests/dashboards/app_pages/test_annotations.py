"""Annotations on charts over days, and where administrators write them."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import httpx
import pyarrow as pa
import pytest
from streamlit.testing.v1 import AppTest

from dashboards.session import SESSION_ID
from tests.api.insights.desk import AS_OF, Ticket
from tests.dashboards.app_pages.conftest import table_with
from tests.dashboards.conftest import PASSWORD, Desk, open_session

ANNOTATIONS = "/annotations/"
LAST = AS_OF.date()
FIRST = LAST - timedelta(days=20)
OUTAGE = LAST - timedelta(days=5)
Write = Callable[..., dict[str, Any]]
OpenPage = Callable[..., AppTest]


@pytest.fixture
def manager(desk: Desk) -> Iterator[httpx.Client]:
    """Who asks the API itself; what was annotated is taken away after the test."""
    with httpx.Client(base_url=desk.url, timeout=30) as client:
        signed_in = client.post("/auth/token/", json={"username": "manager", "password": PASSWORD})
        client.headers["Authorization"] = f"Bearer {signed_in.json()['access_token']}"
        yield client
        for row in client.get(ANNOTATIONS).json()["results"]:
            client.delete(f"{ANNOTATIONS}{row['annotation_id']}/")


@pytest.fixture
def write(manager: httpx.Client) -> Write:
    def written(**told: Any) -> dict[str, Any]:
        body = {"kind": "outage", "title": "Mail is down", "first_day": str(OUTAGE)} | told
        response = manager.post(ANNOTATIONS, json=body)
        assert response.is_success, response.text
        made: dict[str, Any] = response.json()
        return made

    return written


@pytest.fixture
def open_days(desk: Desk, page: AppTest, tickets: list[Ticket]) -> OpenPage:
    """Open a page on the days from FIRST to LAST."""

    def opened(slug: str = "tickets", **query: str) -> AppTest:
        desk.publish_now(tickets)
        page.session_state[SESSION_ID] = open_session("manager")
        chosen = {"period": "Custom dates", "from": str(FIRST), "to": str(LAST), "by": "day"} | query
        for name, value in chosen.items():
            page.query_params[name] = value
        page.switch_page(f"app_pages/{slug}.py").run()
        assert not page.exception
        return page

    return opened


def annotated(page: AppTest) -> list[dict[str, Any]]:
    """Each chart with annotations: by the kind of a layer's mark, the rows it is drawn from."""
    specs = [json.loads(chart.proto.spec) for chart in page.get("vega_lite_chart")]
    return [found for spec in specs if (found := layers_of(spec))]


def layers_of(spec: dict[str, Any]) -> dict[str, Any]:
    told = [layer for layer in spec.get("layer", []) if is_of_annotations(layer)]
    return {layer["mark"]["type"]: layer for layer in told}


def is_of_annotations(layer: dict[str, Any]) -> bool:
    tooltip = layer.get("encoding", {}).get("tooltip", [])
    return isinstance(tooltip, list) and any(each.get("title") == "Annotation" for each in tooltip)


def texts(page: AppTest) -> str:
    return " ".join(text.value for text in page.text)


def test_are_drawn_told_in_words_and_in_a_table(open_days: OpenPage, write: Write) -> None:
    write(last_day=str(OUTAGE + timedelta(days=1)), description="The relay had no disk left.")
    page = open_days()
    charts = annotated(page)
    assert len(charts) == 2, "created and resolved, and the backlog"
    assert all(set(layers) == {"rect", "rule", "text"} for layers in charts)
    assert "1 Mail is down (5 Mar 2026 to 6 Mar 2026)" in texts(page)
    row = table_with(page, "Concerns").iloc[0]
    assert (row["Kind"], row["Concerns"]) == ("Outage", "All of the desk")
    assert row["Description"] == "The relay had no disk left."


def test_do_not_stretch_the_axis(open_days: OpenPage, write: Write, page: AppTest) -> None:
    write(first_day="2020-01-01", last_day="2030-01-01")
    write(title="Long before", first_day="2020-01-01")
    open_days()
    days = table_with(page, "created")["date"]
    (marks,) = frames_of_annotations(page)
    assert marks["Title"].tolist() == ["Mail is down"]
    assert days.min() <= marks["from"].min() <= marks["to"].max() <= days.max()


def frames_of_annotations(page: AppTest) -> list[Any]:
    """The data behind the first chart's marks, as Streamlit sends it."""
    chart = next(chart for chart in page.get("vega_lite_chart") if layers_of(json.loads(chart.proto.spec)))
    read = [pa.ipc.open_stream(each.data.data).read_pandas() for each in chart.proto.datasets]
    return [frame for frame in read if "is_span" in frame]


def test_are_numbered_from_the_oldest(open_days: OpenPage, write: Write) -> None:
    write(title="Second")
    write(title="First", first_day=str(OUTAGE - timedelta(days=3)))
    told = table_with(open_days(), "Concerns")
    assert told[["No.", "Title"]].to_numpy().tolist() == [[1, "First"], [2, "Second"]]


def test_of_another_part_of_the_desk_are_left_out(open_days: OpenPage, write: Write) -> None:
    write(title="Of HR", department="HR")
    write(title="Of all")
    page = open_days(department="IT")
    assert "Of all" in texts(page)
    assert "Of HR" not in texts(page)


def test_are_hidden_on_demand_and_by_the_address(open_days: OpenPage, write: Write) -> None:
    write()
    page = open_days()
    page.toggle(key="annotations").set_value(False).run()
    assert not annotated(page)
    assert "Mail is down" not in texts(page)


def test_a_chart_is_drawn_where_they_cannot_be_read(desk: Desk, open_days: OpenPage, write: Write) -> None:
    write()
    desk.execute("alter table ops.annotation rename to annotation_moved")
    try:
        page = open_days()
    finally:
        desk.execute("alter table ops.annotation_moved rename to annotation")
    assert not annotated(page)
    assert page.get("vega_lite_chart")


class TestAdmin:
    def open_page(self, page: AppTest, **query: str) -> AppTest:
        page.session_state[SESSION_ID] = open_session("manager")
        for name, value in query.items():
            page.query_params[name] = value
        page.switch_page("app_pages/admin.py").run()
        assert not page.exception
        return page

    def press(self, page: AppTest, label: str) -> AppTest:
        next(button for button in page.button if button.label == label).click().run()
        assert not page.exception
        return page

    def give(self, page: AppTest, label: str, value: str) -> None:
        next(field for field in page.text_input if field.label == label).set_value(value)

    def listed(self, manager: httpx.Client) -> list[str]:
        return [row["title"] for row in manager.get(ANNOTATIONS).json()["results"]]

    def test_nothing_is_written_yet(self, page: AppTest) -> None:
        self.open_page(page, part="Annotations")
        assert "Nothing is written onto the time axes yet" in " ".join(info.value for info in page.info)

    def test_one_is_added_once(self, page: AppTest, manager: httpx.Client) -> None:
        self.open_page(page, part="Annotations")
        self.give(page, "Title", "New mail server")
        self.press(page, "Save")
        assert self.listed(manager) == ["New mail server"]
        assert "New mail server" in texts(page)
        assert table_with(page, "First day")["Title"].tolist() == ["New mail server"]

    def test_one_is_changed(self, page: AppTest, manager: httpx.Client, write: Write) -> None:
        number = write()["annotation_id"]
        self.open_page(page, part="Annotations")
        page.selectbox(key="annotation").set_value(str(number)).run()
        self.give(page, "Title", "Mail was down")
        self.press(page, "Save")
        assert self.listed(manager) == ["Mail was down"]

    def test_one_is_deleted_once_the_reader_is_sure(
        self, page: AppTest, manager: httpx.Client, write: Write
    ) -> None:
        number = write()["annotation_id"]
        self.open_page(page, part="Annotations")
        page.selectbox(key="annotation").set_value(str(number)).run()
        self.press(page, "Delete")
        assert self.listed(manager) == ["Mail is down"], "a question comes first"
        self.press(page, "Yes, do it")
        assert self.listed(manager) == []
        assert "was deleted" in texts(page)

    def test_a_refusal_is_in_the_words_of_the_api(self, page: AppTest, manager: httpx.Client) -> None:
        self.open_page(page, part="Annotations")
        self.press(page, "Save")
        assert "title" in texts(page)
        assert self.listed(manager) == []
