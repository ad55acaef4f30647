import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from dashboards.client import ApiClient
from dashboards.errors import ApiUnavailableError, NotPermittedError, SessionEndedError, SignInRefusedError
from dashboards.filters import Dimensions, Filters
from tests.api.insights.desk import AS_OF, Ticket
from tests.dashboards.conftest import PASSWORD, Desk


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


class TestOverview:
    def test_all_parts_are_of_one_publication_while_others_land(
        self, desk: Desk, client: ApiClient, tickets: list[Ticket]
    ) -> None:
        desk.publish(tickets)
        token = client.sign_in("manager", PASSWORD).access_token
        answers = []
        for _ in range(12):
            with ThreadPoolExecutor() as pool:
                pool.submit(desk.publish, [*tickets, Ticket(6, AS_OF)])
                answers.append(client.overview(token, Filters()))
            desk.publish(tickets)
        assert len({answer.dashboard.publication_id for answer in answers}) > 1
        for answer in answers:
            total = answer.dashboard.total_tickets
            assert answer.statuses.total_tickets == total
            assert sum(group.total_tasks for group in answer.sla.sla_compliance) == total
            assert answer.trends.publication_id == answer.ages.publication_id


class TestRefusals:
    def test_wrong_password(self, client: ApiClient) -> None:
        with pytest.raises(SignInRefusedError, match="wrong"):
            client.sign_in("manager", "not it")

    def test_garbage_token(self, client: ApiClient) -> None:
        with pytest.raises(SessionEndedError):
            client.newest_publication("garbage")

    def test_role_missing(self, desk: Desk, client: ApiClient, tickets: list[Ticket]) -> None:
        desk.publish(tickets)
        token = client.sign_in("agent", PASSWORD).access_token
        with pytest.raises(NotPermittedError):
            client.volume_forecast(token, Dimensions(), days=28)

    def test_a_used_refresh_token_ends_the_session(self, client: ApiClient) -> None:
        tokens = client.sign_in("manager", PASSWORD)
        client.refresh(tokens.refresh_token)
        with pytest.raises(SessionEndedError, match="Sign in again"):
            client.refresh(tokens.refresh_token)

    def test_a_session_signed_out_is_not_renewed(self, client: ApiClient) -> None:
        tokens = client.sign_in("manager", PASSWORD)
        client.sign_out(tokens.access_token)
        with pytest.raises(SessionEndedError, match="Sign in again"):
            client.refresh(tokens.refresh_token)

    def test_nobody_is_signed_out_with_garbage(self, client: ApiClient) -> None:
        with pytest.raises(SessionEndedError):
            client.sign_out("garbage")

    def test_somebody_else_answers_on_the_port(self, another_program: str) -> None:
        client = ApiClient(another_program)
        with pytest.raises(ApiUnavailableError, match="does not understand"):
            client.newest_publication("any")
        client.close()
