"""What holds for every page there is: whatever happens, its reader gets a sentence and no trace."""

import socket
from collections.abc import Callable
from urllib.parse import unquote

import pytest
from streamlit.testing.v1 import AppTest

from dashboards.loaders import NEWEST
from dashboards.session import SESSION_ID
from tests.api.insights.desk import AS_OF, Ticket
from tests.dashboards.conftest import APP, Desk, SignIn, account_of, expire, let_answers_age, open_session

FIRST = "overview"
# One file is one page.
SLUGS = sorted(file.stem for file in (APP.parent / "app_pages").glob("[a-z]*.py"))
OpenPage = Callable[..., AppTest]
# What the pages behind a number are asked for.
QUESTIONS = {
    "rows": {"of": "/analytics/tickets/status/", "field": "total_tickets"},
    "ticket": {"task": "1"},
}

pytestmark = pytest.mark.parametrize("slug", SLUGS)


@pytest.fixture
def open_page(page: AppTest, slug: str) -> OpenPage:
    """Open the page by its address, as a link from elsewhere does."""

    def opened(username: str = "manager") -> AppTest:
        page.session_state[SESSION_ID] = open_session(username)
        for name, value in QUESTIONS.get(slug, {}).items():
            page.query_params[name] = value
        if slug != FIRST:
            page.switch_page(f"app_pages/{slug}.py")
        return page.run()

    return opened


def said(page: AppTest) -> str:
    """All sentences of the page itself, none of its frame."""
    assert not page.exception
    main = page.main
    kinds = (main.text, main.markdown, main.caption, main.subheader, main.info, main.warning, main.error)
    return " ".join(str(element.value) for kind in kinds for element in kind)


def is_of_a_publication(desk: Desk) -> bool:
    return any("known_on" in unquote(asked) for asked in desk.asked)


def test_has_a_place_in_the_navigation(sign_in: SignIn, slug: str) -> None:
    sign_in("manager").switch_page(f"app_pages/{slug}.py")


def test_nothing_published(desk: Desk, open_page: OpenPage) -> None:
    words = said(open_page())
    assert words
    if f"GET {NEWEST}?" in desk.asked:
        assert "Nothing has been published yet" in words


def test_api_down(
    open_page: OpenPage, desk: Desk, tickets: list[Ticket], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.publish_now(tickets)
    page = open_page()
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    monkeypatch.setenv("SLUICE_WORKFLOW_API_URL", f"http://127.0.0.1:{port}")
    let_answers_age()
    assert f"The Workflow API at http://127.0.0.1:{port} does not answer." in said(page.run())


def test_a_session_that_cannot_be_renewed(desk: Desk, open_page: OpenPage, tickets: list[Ticket]) -> None:
    desk.publish_now(tickets)
    page = open_page()
    expire(account_of(page))
    desk.execute("update ops.refresh_token set revoked_at = now()")
    let_answers_age()
    page.run()
    assert "Your session has ended" in said(page)
    assert not page.metric
    assert not page.dataframe


def test_numbers_that_are_stale(desk: Desk, open_page: OpenPage, tickets: list[Ticket]) -> None:
    desk.publish(tickets)
    desk.publish_forecast()
    words = said(open_page())
    if is_of_a_publication(desk):
        assert "stale: nothing has been published since 10 March 2026" in words
    assert words


def test_an_agent_looks_at_a_desk_of_one_ticket(desk: Desk, open_page: OpenPage) -> None:
    desk.publish_now([Ticket(1, AS_OF)])
    assert said(open_page("agent"))
