"""What is served to whom: nothing without a session, and everything with headers that keep it in."""

import base64
import hashlib
import re
from collections.abc import Iterator

import httpx
import pytest

from dashboards.sign_in import own_page
from tests.dashboards.conftest import PASSWORD, Desk
from tests.dashboards.serving import SESSION, sign_in_at

# A page, a page of its own address, a script, an answer of the server, a file to take away, no page at all.
CLOSED = [
    "/",
    "/rows?of=%2Fanalytics%2Ftickets%2Fstatus%2F&field=total_tickets",
    "/static/js/index.js",
    "/favicon.png",
    "/_stcore/host-config",
    "/_stcore/healthy",
    "/_stcore/agent/openapi.json",
    "/media/0123456789abcdef.csv",
    "/sign-in/organisation",
    "/sign-in-x",
    "/auth/login",
    "/oauth2callback",
    "/nowhere/at/all",
]
UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "c2x1aWNlIHRlc3Qga2V5cw==",
}


@pytest.fixture(scope="module")
def session_id(running_desk: Desk, pages_url: str) -> str:
    assert running_desk.url
    return sign_in_at(pages_url, "manager", PASSWORD).cookies[SESSION]


@pytest.fixture
def reader(pages_url: str, session_id: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=pages_url, cookies={SESSION: session_id}) as client:
        yield client


def upgrade(url: str, **headers: str) -> int:
    """Ask for a socket, and return the status of the answer."""
    with httpx.stream("GET", f"{url}/_stcore/stream", headers=UPGRADE | headers) as response:
        return response.status_code


class TestWithoutASession:
    @pytest.mark.parametrize("address", CLOSED)
    @pytest.mark.parametrize("cookie", [None, "guessed"])
    def test_everything_leads_to_the_sign_in_and_back(
        self, pages_url: str, address: str, cookie: str | None
    ) -> None:
        cookies = {SESSION: cookie, "_streamlit_user": cookie} if cookie else {}
        response = httpx.get(f"{pages_url}{address}", cookies=cookies)
        assert response.status_code == 303
        location = httpx.URL(response.headers["Location"])
        assert location.path == "/sign-in"
        assert location.params["next"] == address
        assert response.content == b""

    def test_no_socket_opens(self, pages_url: str) -> None:
        assert upgrade(pages_url) == 403
        assert upgrade(pages_url, Cookie=f"{SESSION}=guessed") == 403

    def test_a_probe_is_answered(self, pages_url: str) -> None:
        assert httpx.get(f"{pages_url}/_stcore/health").text == "ok"


class TestWithASession:
    @pytest.mark.parametrize("address", ["/", "/rows?of=x&field=y", "/favicon.png"])
    def test_pages_and_files_are_served(self, reader: httpx.Client, address: str) -> None:
        assert reader.get(address).status_code == 200

    def test_a_socket_opens(self, pages_url: str, session_id: str) -> None:
        assert upgrade(pages_url, Cookie=f"{SESSION}={session_id}") == 101

    def test_no_socket_opens_for_a_page_of_another_site(self, pages_url: str, session_id: str) -> None:
        cookie = f"{SESSION}={session_id}"
        assert upgrade(pages_url, Cookie=cookie, Origin="http://evil.example") == 403


class TestHeaders:
    @pytest.mark.parametrize("address", ["/", "/sign-in", "/static/nothing.js"])
    def test_no_other_site_frames_or_feeds_a_page(self, reader: httpx.Client, address: str) -> None:
        headers = reader.get(address).headers
        policy = dict(
            directive.strip().split(" ", 1) for directive in headers["Content-Security-Policy"].split(";")
        )
        assert policy["frame-ancestors"] == "'none'"
        assert policy["default-src"] == policy["connect-src"] == policy["form-action"] == "'self'"
        assert "unsafe-inline" not in policy["script-src"]
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"

    def test_each_script_in_a_page_is_one_that_the_policy_knows(self, reader: httpx.Client) -> None:
        response = reader.get("/rows")
        scripts = re.findall(r"<script>(.*?)</script>", response.text, re.DOTALL)
        assert any("BACKEND_BASE_URL" in script for script in scripts)
        for script in scripts:
            digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
            assert f"'sha256-{digest}'" in response.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example",
        "//evil.example",
        "///evil.example/x",
        "////evil.example",
        r"\\evil.example",
        r"/\evil.example",
        r"\/evil.example",
        "/\t/evil.example",
        "\t//evil.example",
        " //evil.example",
        "\x01//evil.example",
        "https:evil.example",
        "https:/evil.example",
        "javascript:alert(1)",
        "evil.example",
        "//evil.example@127.0.0.1/",
        "http://[::1",
        "",
        None,
    ],
)
def test_no_address_leads_to_another_site(address: str | None) -> None:
    led = httpx.URL("http://desk.example").join(own_page(address))
    assert (led.scheme, led.host) == ("http", "desk.example")
    assert own_page(address).startswith("/")
    assert not own_page(address).startswith(("//", "/\\"))


def test_an_address_of_ours_is_kept_with_its_question() -> None:
    address = "/rows?of=%2Fanalytics%2Ftickets%2Fsla%2F%3Fgroup_by%3Dpriority&field=x%5By%3D1%5D.z"
    assert own_page(address) == address
