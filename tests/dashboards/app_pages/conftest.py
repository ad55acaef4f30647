"""Pages over a desk that the pipeline published, whose tickets have steps, ways and categories."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import httpx
import pandas as pd
import psycopg
import pytest
from psycopg import sql
from streamlit.testing.v1 import AppTest

from api.identity.tokens import issue_access_token
from api.settings import ApiSettings
from dashboards.accounts import accounts
from dashboards.answers.accounts import Tokens
from dashboards.session import SESSION_ID
from tests.dashboards.conftest import APP, PASSWORD, Desk, let_answers_age, serve
from tests.fixtures.published_desk import PublishedDesk

OpenSimulated = Callable[..., AppTest]
Ask = Callable[..., Any]
TABLES = "select schemaname, tablename from pg_tables where schemaname in ('serving', 'past')"
COLUMNS = """
    select column_name from information_schema.columns
    where (table_schema, table_name) = (%s, %s) and is_generated = 'NEVER' order by ordinal_position
"""


def table_with(page: AppTest, *columns: str) -> pd.DataFrame:
    return next(table.value for table in page.dataframe if set(columns) <= set(table.value))


def cards(page: AppTest) -> dict[str, str]:
    assert not page.exception
    return {metric.label: metric.value for metric in page.metric}


def token_of(settings: ApiSettings, role: str) -> str:
    """Of somebody who has no account, as nobody writes to that desk."""
    return issue_access_token(
        settings,
        user_id=12,
        user_type="staff",
        username="ana",
        full_name="Ana B",
        email=None,
        department=None,
        roles=[{"system": "tts", "role": role}],
        lifetime=timedelta(hours=2),
    )


@pytest.fixture(scope="module")
def simulated_settings(published_desk: PublishedDesk) -> ApiSettings:
    return ApiSettings(database_url=published_desk.url)


@pytest.fixture(scope="module")
def simulated_url(simulated_settings: ApiSettings) -> Iterator[str]:
    with serve(simulated_settings, [], []) as url:
        yield url


@pytest.fixture
def ask(simulated_settings: ApiSettings, simulated_url: str) -> Ask:
    """Ask the API itself, as an admin."""
    headers = {"Authorization": f"Bearer {token_of(simulated_settings, 'Admin')}"}

    def asked(path: str, /, **query: str) -> Any:
        response = httpx.get(f"{simulated_url}{path}", params=query or None, headers=headers)
        assert response.status_code == 200, response.text
        return response.json()

    return asked


@pytest.fixture
def open_simulated(
    simulated_settings: ApiSettings, simulated_url: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[OpenSimulated]:
    """Open a page by its address."""
    monkeypatch.setenv("SLUICE_WORKFLOW_API_URL", simulated_url)

    def opened(slug: str, role: str = "Admin", **query: str) -> AppTest:
        page = AppTest.from_file(str(APP), default_timeout=60)
        tokens = Tokens(access_token=token_of(simulated_settings, role), refresh_token=None)
        page.session_state[SESSION_ID] = accounts.open("ana", tokens)
        for name, value in query.items():
            page.query_params[name] = value
        page.switch_page(f"app_pages/{slug}.py").run()
        assert not page.exception
        return page

    yield opened
    let_answers_age()


@pytest.fixture
def staffed(desk: Desk, published_desk: PublishedDesk) -> Desk:
    """The desk with all that was published of the simulated one, as if it were of this instant."""
    with psycopg.connect(published_desk.url) as source, psycopg.connect(desk.database_url) as target:
        target.execute("set session_replication_role = replica")
        for schema, table in source.execute(TABLES).fetchall():
            copy_table(source, target, schema, table)
    desk.execute("update serving.publications set data_as_of = now()")
    return desk


def copy_table(
    source: psycopg.Connection[Any], target: psycopg.Connection[Any], schema: str, table: str
) -> None:
    columns = [name for (name,) in source.execute(COLUMNS, [schema, table])]
    named = sql.SQL("{} ({})").format(
        sql.Identifier(schema, table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with (
        source.cursor().copy(sql.SQL("copy {} to stdout").format(named)) as taken,
        target.cursor().copy(sql.SQL("copy {} from stdin").format(named)) as put,
    ):
        for block in taken:
            put.write(block)


@pytest.fixture
def ask_staffed(desk: Desk) -> Iterator[Ask]:
    """Ask the API as the manager does."""
    with httpx.Client(base_url=desk.url, timeout=30) as client:
        signed_in = client.post("/auth/token/", json={"username": "manager", "password": PASSWORD})
        client.headers["Authorization"] = f"Bearer {signed_in.json()['access_token']}"

        def answer(address: str, /, **query: Any) -> dict[str, Any]:
            response = client.get(address, params=query or None)
            assert response.status_code == 200, response.text
            told: dict[str, Any] = response.json()
            return told

        yield answer


def rendered(page: AppTest) -> bytes:
    """All that a browser gets of the page: texts, links, charts with their data, tables, options."""
    drawn = (getattr(node, "proto", None) for node in nodes_of(page))
    return b"".join(proto.SerializeToString() for proto in drawn if proto is not None)


def nodes_of(page: AppTest) -> Iterator[Any]:
    waiting = [page._tree]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(getattr(node, "children", {}).values())
