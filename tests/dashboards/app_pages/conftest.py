"""Pages over a desk that the pipeline published, whose tickets have steps, ways and categories."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import httpx
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from api.identity.tokens import issue_access_token
from api.settings import ApiSettings
from dashboards.accounts import accounts
from dashboards.answers.accounts import Tokens
from dashboards.session import SESSION_ID
from tests.dashboards.conftest import APP, let_answers_age, serve
from tests.fixtures.published_desk import PublishedDesk

OpenSimulated = Callable[..., AppTest]
Ask = Callable[..., Any]


def table_with(page: AppTest, column: str) -> pd.DataFrame:
    return next(table.value for table in page.dataframe if column in table.value)


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
