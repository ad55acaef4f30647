"""Another identity provider, up to the door: what must be set, what is shown, and who is let in by it."""

import sys

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from dashboards import provider
from dashboards.gate import SIGN_IN, SignInGate
from dashboards.shell import show_shell
from dashboards.sign_in import sign_in

SETTINGS = {
    "METADATA_URL": "https://sso.example.org/.well-known/openid-configuration",
    "CLIENT_ID": "sluice",
    "CLIENT_SECRET": "s" * 20,
    "COOKIE_SECRET": "c" * 32,
    "REDIRECT_URI": "https://desk.example.org/oauth2callback",
}


@pytest.fixture
def configured(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SETTINGS.items():
        monkeypatch.setenv(f"SLUICE_DASHBOARDS_OIDC_{name}", value)


@pytest.fixture
def browser() -> httpx.AsyncClient:
    """The gate, with a page and the page to sign in at behind it."""
    routes = [Route(SIGN_IN, sign_in), Route("/", show_shell), Route("/oauth2callback", show_shell)]
    app = Starlette(routes=routes, middleware=[Middleware(SignInGate)])
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://desk.example.org")


class TestSettings:
    def test_without_any_there_is_none(self) -> None:
        assert provider.secrets() is None

    @pytest.mark.usefixtures("configured")
    @pytest.mark.parametrize("name", sorted(set(SETTINGS) - {"METADATA_URL"}))
    def test_what_is_missing_is_named(self, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
        monkeypatch.delenv(f"SLUICE_DASHBOARDS_OIDC_{name}")
        with pytest.raises(ValueError, match=f"so set SLUICE_DASHBOARDS_OIDC_{name} too"):
            provider.secrets()

    @pytest.mark.usefixtures("configured")
    @pytest.mark.parametrize(
        ("name", "value", "sentence"),
        [
            ("REDIRECT_URI", "https://desk.example.org/", "with /oauth2callback"),
            ("COOKIE_SECRET", "short", "at least 32 characters"),
        ],
    )
    def test_what_cannot_work_is_named(
        self, monkeypatch: pytest.MonkeyPatch, name: str, value: str, sentence: str
    ) -> None:
        monkeypatch.setenv(f"SLUICE_DASHBOARDS_OIDC_{name}", value)
        with pytest.raises(ValueError, match=f"^SLUICE_DASHBOARDS_OIDC_{name} must .*{sentence}"):
            provider.secrets()

    @pytest.mark.usefixtures("configured")
    def test_without_authlib_it_says_what_to_install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "authlib", None)
        with pytest.raises(ValueError, match=r"install streamlit\[auth\]"):
            provider.secrets()

    @pytest.mark.usefixtures("configured")
    def test_streamlit_is_told_all_of_it(self) -> None:
        pytest.importorskip("authlib")
        assert provider.secrets() == {
            "auth": {
                "server_metadata_url": SETTINGS["METADATA_URL"],
                "client_id": SETTINGS["CLIENT_ID"],
                "client_secret": SETTINGS["CLIENT_SECRET"],
                "cookie_secret": SETTINGS["COOKIE_SECRET"],
                "redirect_uri": SETTINGS["REDIRECT_URI"],
                "expose_tokens": ["access"],
            }
        }


class TestDoor:
    async def test_nothing_is_said_of_a_provider_where_there_is_none(
        self, browser: httpx.AsyncClient
    ) -> None:
        assert "organisation" not in (await browser.get("/sign-in")).text

    @pytest.mark.usefixtures("configured")
    async def test_the_sign_in_leads_to_it(self, browser: httpx.AsyncClient) -> None:
        assert 'href="/sign-in/organisation"' in (await browser.get("/sign-in")).text

    @pytest.mark.usefixtures("configured")
    async def test_its_way_back_is_open_and_nothing_like_it(self, browser: httpx.AsyncClient) -> None:
        assert (await browser.get("/oauth2callback")).status_code == 200
        assert (await browser.get("/oauth2callback/x")).status_code == 303

    @pytest.mark.usefixtures("configured")
    @pytest.mark.parametrize("value", ["", "guessed", "eyJpc19sb2dnZWRfaW4iOnRydWV9.x.y"])
    async def test_a_cookie_that_streamlit_did_not_sign_lets_nobody_in(
        self, browser: httpx.AsyncClient, value: str
    ) -> None:
        assert (await browser.get("/", headers={"Cookie": f"{USER_COOKIE_NAME}={value}"})).status_code == 303

    @pytest.mark.usefixtures("configured")
    async def test_one_that_it_signed_does(self, browser: httpx.AsyncClient) -> None:
        signed = create_signed_value(get_cookie_secret(), USER_COOKIE_NAME, "{}").decode()
        assert (await browser.get("/", headers={"Cookie": f"{USER_COOKIE_NAME}={signed}"})).status_code == 200

    async def test_and_it_does_not_once_there_is_no_provider(self, browser: httpx.AsyncClient) -> None:
        signed = create_signed_value(get_cookie_secret(), USER_COOKIE_NAME, "{}").decode()
        assert (await browser.get("/", headers={"Cookie": f"{USER_COOKIE_NAME}={signed}"})).status_code == 303
