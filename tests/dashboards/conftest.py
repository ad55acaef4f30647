"""A real Workflow API on a real database, for pages and their client to talk to."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import jwt
import psycopg
import pytest
import streamlit as st
import uvicorn
from starlette.types import Receive, Scope, Send
from streamlit.testing.v1 import AppTest

from api.identity import service as identity_service
from api.kit.db import Database
from api.main import create_workflow_api
from api.settings import ApiSettings
from dashboards.accounts import Account, accounts
from dashboards.client import connected_client
from dashboards.session import SESSION_ID
from tests.api.insights.desk import AS_OF, Ticket
from tests.api.insights.publishing import Publication
from tests.dashboards.serving import serve_pages

APP = Path(__file__).parent.parent.parent / "dashboards" / "streamlit_app.py"
SERVER = APP.with_name("server.py")
PASSWORD = "correct horse battery staple"
FORECAST = """
    insert into serving.forecast_series (
        series_key, run_id, champion, fallback, model_version, trained_at, train_start, train_end, n_obs,
        quality, warnings
    )
    select
        serving.series_key(null, null, null, null, null), 1, 'prophet', false, '1', now(), current_date - 90,
        current_date - 1, 90, '{"wape": 0.18, "coverage": {"0.95": 0.94}, "coverage_days": 84}', '[]';
    insert into serving.forecast_points
    select
        serving.series_key(null, null, null, null, null), 'daily', current_date + ahead,
        12, 10, 14, 9, 15, 8, 16
    from generate_series(0, 27) as ahead
"""
EMPTY_SERVING = """
    do $$
    begin
        execute (
            select 'truncate ' || string_agg(format('%I.%I', schemaname, tablename), ', ')
            from pg_tables where schemaname in ('serving', 'past')
        );
    end
    $$
"""
ACCOUNTS = {
    "manager": [("tts", "Admin")],
    "coordinator": [("hdts", "Ticket Coordinator")],
    "agent": [("tts", "Service Desk")],
}
SignIn = Callable[[str], AppTest]


class Desk(NamedTuple):
    """A running API, the database behind it, and what the API was asked, in order.

    Attributes:
        asked: Method and address of each question.
        callers: Whose address each came from.
    """

    url: str
    database_url: str
    asked: list[str]
    callers: list[str]

    def execute(self, statement: str) -> None:
        with psycopg.connect(self.database_url) as connection:
            connection.execute(statement)

    def publish(self, tickets: list[Ticket]) -> int:
        with psycopg.connect(self.database_url) as connection:
            return Publication(connection, tickets).publish()

    def publish_now(self, tickets: list[Ticket]) -> int:
        """Publish as of this instant, so that the page does not call it stale."""
        publication_id = self.publish(tickets)
        self.execute("update serving.publications set data_as_of = now()")
        return publication_id

    def publish_forecast(self) -> None:
        """Publish 28 days of all tickets together, 18 % off in backtests."""
        self.execute(FORECAST)


@pytest.fixture(scope="module")
def running_desk(module_database_url: str) -> Iterator[Desk]:
    # Nobody sends anything here, so nobody is waited for.
    settings = ApiSettings(database_url=module_database_url, retry_wait_seconds=0)
    asyncio.run(create_accounts(settings))
    asked: list[str] = []
    callers: list[str] = []
    with serve(settings, asked, callers) as url:
        yield Desk(url, module_database_url, asked, callers)


@pytest.fixture
def desk(running_desk: Desk) -> Desk:
    """The running desk with nothing published, whatever the test before it published."""
    running_desk.execute(EMPTY_SERVING)
    running_desk.asked.clear()
    return running_desk


@pytest.fixture(scope="module")
def pages_url(running_desk: Desk, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The dashboards on a port of their own, asking the running desk."""
    with serve_pages(running_desk.url, tmp_path_factory.mktemp("pages")) as url:
        yield url


@pytest.fixture
def tickets() -> list[Ticket]:
    """Two met, one breached (66.67 %), one at risk and one waiting for somebody."""
    day, hour = timedelta(days=1), timedelta(hours=1)
    start = AS_OF - 5 * day
    done = Ticket(0, start, "completed", target=start + 24 * hour, first_response_at=start + hour)
    return [
        replace(done, task_id=1, resolved_at=start + 2 * hour, priority="High"),
        replace(done, task_id=2, resolved_at=start + 3 * hour, category="Hardware", workflow_id=2),
        replace(done, task_id=3, resolved_at=start + 30 * hour, department="HR", workflow_id=3),
        Ticket(4, AS_OF - 9 * hour, status="in progress", target=AS_OF + hour),
        Ticket(5, AS_OF - 2 * hour, is_assignment_needed=True),
    ]


@pytest.fixture
def page(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[AppTest]:
    """The whole application as it meets a reader whose browser has no session."""
    monkeypatch.setenv("SLUICE_WORKFLOW_API_URL", desk.url)
    yield AppTest.from_file(str(APP), default_timeout=30)
    let_answers_age()


@pytest.fixture
def sign_in(page: AppTest) -> SignIn:
    """Open the first page for a reader, whose session is what the page to sign in at would have opened."""

    def as_user(username: str) -> AppTest:
        page.session_state[SESSION_ID] = open_session(username)
        return page.run()

    return as_user


def open_session(username: str) -> str:
    """Sign in at the API that the pages ask, and return the number that opens the session."""
    return accounts.open(username, connected_client().sign_in(username, PASSWORD))


def let_answers_age() -> None:
    """What the pages keep for seconds is asked for anew, as it is when those have passed."""
    st.cache_data.clear()


def account_of(page: AppTest) -> Account:
    """Who looks at the page."""
    account = accounts.find(page.session_state[SESSION_ID])
    assert account is not None
    return account


def expire(account: Account) -> None:
    """Give it a token as it looks once its time is over."""
    claims = jwt.decode(account.access_token, options={"verify_signature": False})
    account.access_token = jwt.encode(claims | {"exp": 0}, "k" * 32, "HS256")


@contextmanager
def serve(settings: ApiSettings, asked: list[str], callers: list[str]) -> Iterator[str]:
    api = create_workflow_api(settings)

    async def noting_what_is_asked(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            callers.append(scope["client"][0])
            asked.append(f"{scope['method']} {scope['path']}?{scope['query_string'].decode()}")
        await api(scope, receive, send)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(noting_what_is_asked, log_level="critical", lifespan="on")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


async def create_accounts(settings: ApiSettings) -> None:
    database = Database.connect(settings, role="sluice_api")
    async with database.sessions() as db_session, db_session.begin():
        for username, roles in ACCOUNTS.items():
            await identity_service.create_account(
                db_session, username=username, password=PASSWORD, full_name=username.title(), roles=roles
            )
    await database.close()
