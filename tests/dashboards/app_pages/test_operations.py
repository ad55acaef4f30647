"""The live page: the desk as the API tells it now, and as it was last told where it does not."""

import asyncio
import socket
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from streamlit.testing.v1 import AppTest

from api.settings import ApiSettings
from dashboards.session import SESSION_ID
from tests.dashboards.app_pages.conftest import cards, table_with
from tests.dashboards.conftest import Desk, account_of, let_answers_age, open_session
from tests.factories.crew import ADMIN, Crew
from tests.factories.desk import Desk as Operations

PAGE = "app_pages/operations.py"
SINCE = datetime(2026, 2, 15, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="module", autouse=True)
def at_work(running_desk: Desk) -> None:
    """Two tasks, one on hold; a task with nobody to give it to; a ticket that no workflow took."""

    async def fill() -> None:
        operations = Operations(running_desk.database_url)
        settings = ApiSettings(database_url=running_desk.database_url)
        async with httpx.AsyncClient(base_url=running_desk.url) as api:
            crew = await Crew.gather(api, operations, settings)
            held = await crew.new_task(priority="Low")
            await crew.new_task(priority="High")
            await crew.tell(category="Gardening", subject="The lawn is too long")
            await crew.send("POST", f"/tasks/{held}/toggle-hold/", ADMIN, {})
            operations.execute("update ops.task set hold_started_at = %s where task_id = %s", SINCE, held)
            absent = "update ops.role_user set is_active = false where role_id = %s"
            operations.execute(absent, crew.roles.agent)
            await crew.new_task(priority="Medium")

    asyncio.run(fill())


def open_page(page: AppTest, username: str, **query: str) -> AppTest:
    page.session_state[SESSION_ID] = open_session(username)
    for name, value in query.items():
        page.query_params[name] = value
    page.switch_page(PAGE)
    return page.run()


def ask(desk: Desk, page: AppTest, address: str) -> Any:
    token = account_of(page).access_token
    return httpx.get(f"{desk.url}{address}", headers={"Authorization": f"Bearer {token}"}).json()


def test_cards_count_what_the_api_counts(desk: Desk, page: AppTest) -> None:
    open_page(page, "manager")
    counts = {
        "Waiting for somebody": "/tasks/all-tasks/?tab=unassigned",
        "At risk": "/tasks/?sla_status=at_risk",
        "On hold": "/tasks/?status=on_hold",
        "With me": "/tasks/my-tasks/?open=true",
    }
    assert cards(page) == {name: str(ask(desk, page, path)["count"]) for name, path in counts.items()}
    assert (cards(page)["Waiting for somebody"], cards(page)["On hold"]) == ("2", "1")


def test_rows_lead_to_their_tickets(desk: Desk, page: AppTest) -> None:
    open_page(page, "manager")
    (held,) = ask(desk, page, "/tasks/?status=on_hold")["results"]
    table = table_with(page, "On hold since")
    assert table["Ticket"].tolist() == [f"/ticket?task={held['task_id']}#{held['ticket_number']}"]
    assert table["On hold since"].tolist() == [SINCE]
    waiting = table_with(page, "Lacks")
    lacking = dict(zip(waiting["Subject"], waiting["Lacks"], strict=True))
    assert lacking == {"The lawn is too long": "a workflow", "No sound": "somebody of Agent"}
    (unrouted,) = waiting.loc[waiting["Lacks"] == "a workflow", "Ticket"]
    number = unrouted.partition("#")[2]
    assert unrouted == f"/ticket?ticket={number}#{number}"
    page.query_params["ticket"] = number
    page.switch_page("app_pages/ticket.py").run()
    assert "The lawn is too long" in [text.value for text in page.text]


def test_what_is_due_first_stands_first(page: AppTest) -> None:
    open_page(page, "manager")
    due = table_with(page, "Hours left")
    assert due["Hours left"].is_monotonic_increasing
    assert set(due["Priority"]) == {"High", "Medium"}


def test_a_filter_of_the_address_narrows_and_says_where_it_does_not(page: AppTest) -> None:
    open_page(page, "manager", priority="High")
    assert table_with(page, "Hours left")["Priority"].tolist() == ["High"]
    assert cards(page)["On hold"] == "0"
    assert "Not narrowed by: priority." in [caption.value for caption in page.caption]


def test_an_agent_sees_what_they_may(page: AppTest) -> None:
    open_page(page, "agent")
    assert cards(page)["Waiting for somebody"] == "1"
    assert table_with(page, "Department")["Subject"].tolist() == ["The lawn is too long"]
    assert "Tasks whose step has nobody are listed for administrators." in " ".join(
        caption.value for caption in page.caption
    )


def test_what_was_read_last_stays_and_says_so(
    page: AppTest, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = cards(open_page(page, "manager"))
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    monkeypatch.setenv("SLUICE_WORKFLOW_API_URL", f"http://127.0.0.1:{port}")
    let_answers_age()
    page.run()
    assert cards(page) == before
    assert "Not read since" in " ".join(words.value for words in page.markdown)
    monkeypatch.setenv("SLUICE_WORKFLOW_API_URL", desk.url)
    page.run()
    assert "Not read since" not in " ".join(words.value for words in page.markdown)


def test_nothing_is_not_an_empty_table(page: AppTest) -> None:
    open_page(page, "manager", search="nothingofthiskind")
    assert [info.value for info in page.info] == ["Nothing now."] * 4
    assert set(cards(page).values()) == {"0"}


def test_reading_again_can_be_stopped(page: AppTest) -> None:
    open_page(page, "manager")
    assert page.toggle(key="live").value
    assert cards(page.toggle(key="live").set_value(False).run())
