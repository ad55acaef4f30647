import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from dashboards.answers.tickets import Statuses
from dashboards.client import ApiClient
from dashboards.errors import (
    ApiUnavailableError,
    NothingPublishedError,
    NotPermittedError,
    RequestRefusedError,
    SessionEndedError,
    SignInRefusedError,
)
from tests.api.insights.desk import Ticket
from tests.dashboards.conftest import PASSWORD, Desk

PAGE = "/analytics/tickets/status/"


@pytest.fixture
def client(desk: Desk) -> Iterator[ApiClient]:
    client = ApiClient(desk.url)
    yield client
    client.close()


class AnotherProgram(BaseHTTPRequestHandler):
    """What may listen on the API's port by mistake."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"<html>Welcome</html>")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def another_program() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), AnotherProgram) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


class TestRefusals:
    def test_wrong_password(self, client: ApiClient) -> None:
        with pytest.raises(SignInRefusedError, match="wrong"):
            client.sign_in("manager", "not it")

    def test_garbage_token(self, client: ApiClient) -> None:
        with pytest.raises(SessionEndedError):
            client.get(PAGE, "garbage")

    def test_role_missing(self, desk: Desk, client: ApiClient, tickets: list[Ticket]) -> None:
        desk.publish(tickets)
        token = client.sign_in("agent", PASSWORD).access_token
        with pytest.raises(NotPermittedError):
            client.get("/analytics/forecast/volume/", token)

    def test_a_used_refresh_token_ends_the_session(self, client: ApiClient) -> None:
        tokens = client.sign_in("manager", PASSWORD)
        assert tokens.refresh_token is not None
        client.refresh(tokens.refresh_token)
        with pytest.raises(SessionEndedError, match="Sign in again"):
            client.refresh(tokens.refresh_token)

    def test_a_session_signed_out_is_not_renewed(self, client: ApiClient) -> None:
        tokens = client.sign_in("manager", PASSWORD)
        assert tokens.refresh_token is not None
        client.sign_out(tokens.access_token)
        with pytest.raises(SessionEndedError, match="Sign in again"):
            client.refresh(tokens.refresh_token)

    def test_what_the_api_does_not_accept_is_named(self, client: ApiClient) -> None:
        token = client.sign_in("manager", PASSWORD).access_token
        with pytest.raises(RequestRefusedError, match="start_date"):
            client.get(f"{PAGE}?start_date=yesterday", token)

    def test_nothing_published(self, client: ApiClient) -> None:
        token = client.sign_in("manager", PASSWORD).access_token
        with pytest.raises(NothingPublishedError):
            client.get(PAGE, token)

    def test_nobody_is_signed_out_with_garbage(self, client: ApiClient) -> None:
        with pytest.raises(SessionEndedError):
            client.sign_out("garbage")

    def test_somebody_else_answers_on_the_port(self, another_program: str) -> None:
        client = ApiClient(another_program)
        with pytest.raises(ApiUnavailableError, match="does not understand"):
            client.read(Statuses, client.get(PAGE, "any"))
        client.close()


def test_guesses_are_counted_by_the_address_of_whoever_guesses(desk: Desk, client: ApiClient) -> None:
    """All come to the API from the dashboards: one who guesses must not lock out everybody."""
    with pytest.raises(SignInRefusedError):
        client.sign_in("nobody", "wrong", "203.0.113.9")
    assert desk.callers[-1] == "203.0.113.9"
