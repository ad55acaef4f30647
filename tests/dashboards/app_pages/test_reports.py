"""A report of a page has what the page showed: all of it, nothing else, and nothing that was asked again."""

import json
import socket
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboards.components.privacy import SETTING
from dashboards.reports.blocks import Report, Words
from dashboards.reports.setting import contents, set_in_type
from tests.api.insights.desk import Ticket
from tests.dashboards.app_pages.conftest import Ask
from tests.dashboards.app_pages.test_every_page import QUESTIONS, SLUGS
from tests.dashboards.conftest import Desk, SignIn, let_answers_age


def report_of(page: AppTest) -> Report:
    assert not page.exception
    report: Report = page.session_state["report"]
    return report


def printed(page: AppTest) -> str:
    return json.dumps(contents(report_of(page)), ensure_ascii=False)


def blocks(page: AppTest, kind: str) -> list[dict[str, Any]]:
    return [block for block in contents(report_of(page))["blocks"] if block["kind"] == kind]


def texts(page: AppTest) -> set[str]:
    return {block.text for block in report_of(page).every() if isinstance(block, Words)}


def opened(page: AppTest, slug: str) -> AppTest:
    for name, value in QUESTIONS.get(slug, {}).items():
        page.query_params[name] = value
    return page.switch_page(f"app_pages/{slug}.py").run()


@pytest.mark.usefixtures("staffed")
@pytest.mark.parametrize("slug", SLUGS)
def test_says_what_the_page_says(sign_in: SignIn, slug: str) -> None:
    page = opened(sign_in("manager"), slug)
    main, report = page.main, report_of(page)
    figures = [figure for block in blocks(page, "figures") for figure in block["figures"]]
    assert [(figure["label"], figure["value"]) for figure in figures] == [
        (metric.label, metric.value) for metric in main.metric
    ]
    tables = [table for table in main.dataframe if not table.value.empty]
    assert len([table for table in blocks(page, "table") if table["rows"]]) == len(tables)
    said = {element.value for kind in (main.info, main.warning, main.text) for element in kind}
    assert said <= texts(page)
    assert report.title == page.title[0].value
    assert set_in_type(report, "pdf").startswith(b"%PDF-")


def test_a_page_is_printed_without_asking_again(desk: Desk, sign_in: SignIn, tickets: list[Ticket]) -> None:
    desk.publish_now(tickets)
    page = sign_in("manager")
    asked = len(desk.asked)
    let_answers_age()
    told = contents(report_of(page))
    for kind in ("pdf", "png"):
        assert set_in_type(report_of(page), kind)
    assert len(desk.asked) == asked
    assert told["chosen"] == [{"name": "Created", "value": "all time"}]
    assert any("publication " in words for words in texts(page))
    assert {"name": "SLA compliance"}.items() <= told["meanings"][3].items()
    assert "66.7" in printed(page)


def test_tells_what_was_chosen(desk: Desk, sign_in: SignIn, tickets: list[Ticket]) -> None:
    desk.publish_now(tickets)
    page = sign_in("manager")
    page.selectbox(key="priority").select("High")
    page.selectbox(key="department").select("HR").run()
    assert {"Priority": "High", "Department": "HR"}.items() <= report_of(page).chosen.items()


def test_an_empty_page_says_why(desk: Desk, sign_in: SignIn) -> None:
    page = sign_in("manager")
    assert blocks(page, "heading") == [{"kind": "heading", "text": "Nothing has been published yet"}]
    assert set_in_type(report_of(page), "pdf")
    assert desk.asked


def test_what_could_not_be_read_is_said(
    desk: Desk, sign_in: SignIn, tickets: list[Ticket], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.publish_now(tickets)
    page = sign_in("manager")
    assert blocks(page, "figures")
    with socket.create_server(("127.0.0.1", 0)) as closed:
        monkeypatch.setenv("SLUICE_WORKFLOW_API_URL", f"http://127.0.0.1:{closed.getsockname()[1]}")
    let_answers_age()
    page.run()
    assert "does not answer." in " ".join(texts(page))
    assert not blocks(page, "figures")


def test_whoever_the_page_does_not_name_is_not_printed(
    staffed: Desk, sign_in: SignIn, ask_staffed: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = ask_staffed("/analytics/tasks/users/", limit=1000)["user_performance"]
    names = {person["user_name"] for person in people}
    page = sign_in("manager").switch_page("app_pages/people.py").run()
    assert any(name in printed(page) for name in names)
    monkeypatch.setenv(SETTING, "true")
    page.query_params["person"] = min(names)
    page.run()
    text = printed(page)
    assert [name for name in names if name in text or name.replace(" ", "+") in text] == []
    assert staffed.asked


def test_a_part_that_is_shown_anew_takes_the_place_of_what_it_showed() -> None:
    def script() -> None:
        from dashboards.components.printing import note, reported, reported_part  # noqa: PLC0415
        from dashboards.reports.blocks import Words  # noqa: PLC0415

        with reported("Page"):
            note(Words("head"))
            with reported_part("live"):
                note(Words("first"))
            note(Words("foot"))
        with reported_part("live"):
            note(Words("second"))
        note(Words("nowhere"))

    page = AppTest.from_function(script).run()
    assert [block.text for block in report_of(page).every() if isinstance(block, Words)] == [
        "head",
        "second",
        "foot",
    ]
