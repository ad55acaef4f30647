"""Which instants can be asked for, and how they are refused."""

from typing import Any

import httpx
import psycopg
import pytest

from tests.api.insights.calls import LISTS, NUMBERS, get
from tests.api.insights.desk import AS_OF, Ticket
from tests.api.insights.publishing import Publication

pytestmark = pytest.mark.asyncio(loop_scope="module")

ASKED = "2026-02-01T10:00:00Z"


async def refusal(client: httpx.AsyncClient, path: str, **query: Any) -> str:
    response = await client.get(path, params=query)
    assert response.status_code == 400, response.text
    (message,) = response.json()["details"]["as_of"]
    return str(message)


@pytest.fixture(scope="module")
def desk() -> list[Ticket]:
    """Of one ticket, which `client` reads."""
    return [Ticket(task_id=1, created_at=AS_OF.replace(day=2))]


@pytest.mark.parametrize("path", [*NUMBERS, *LISTS])
class TestEveryAnswerOfStates:
    async def test_refuses_what_is_before_the_first_ticket(
        self, client: httpx.AsyncClient, path: str
    ) -> None:
        message = await refusal(client, path, as_of="2026-03-02T14:29:59Z")
        assert "from 2026-03-02T14:30:00Z, when the first ticket came" in message
        assert "up to 2026-03-10T14:30:00Z, when the data was taken" in message

    async def test_refuses_what_is_after_the_data(self, client: httpx.AsyncClient, path: str) -> None:
        message = await refusal(client, path, as_of="2026-03-10T14:30:01Z")
        assert "2026-03-10T14:30:01Z cannot be told of" in message

    async def test_tells_both_ends(self, client: httpx.AsyncClient, path: str) -> None:
        for instant in ("2026-03-02T14:30:00Z", "2026-03-10T14:30:00Z"):
            assert (await get(client, path, as_of=instant))["as_of"] == instant

    @pytest.mark.parametrize("told", ["yesterday", "2026-02-30", "2026-03-01T10:00:00", "99999", ""])
    async def test_refuses_what_is_no_instant(self, client: httpx.AsyncClient, path: str, told: str) -> None:
        message = await refusal(client, path, as_of=told)
        assert f"'{told}' is not an instant: write it with its zone" in message


@pytest.mark.asyncio(loop_scope="function")
async def test_an_empty_desk_had_no_ticket(
    admin: httpx.AsyncClient, connection: psycopg.Connection[Any]
) -> None:
    Publication(connection, []).publish()
    for path in (*NUMBERS, *LISTS):
        answer = await get(admin, path, as_of=ASKED)
        assert answer.get("count", answer.get("total_tickets", answer.get("total_with_sla"))) == 0, path


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        ("2026-03-05", "2026-03-05T23:59:59.999999Z"),
        ("2026-03-05T01:00:00+02:00", "2026-03-04T23:00:00Z"),
        ("2026-03-05T01:00:00.5Z", "2026-03-05T01:00:00.5Z"),
    ],
)
async def test_how_an_instant_may_be_written(client: httpx.AsyncClient, told: str, meant: str) -> None:
    assert (await get(client, "/tickets/status/", as_of=told))["as_of"] == meant


async def test_a_plus_need_not_be_encoded(client: httpx.AsyncClient) -> None:
    response = await client.get("/tickets/status/?as_of=2026-03-05T01:00:00+02:00")
    assert response.json()["as_of"] == "2026-03-04T23:00:00Z"


@pytest.mark.asyncio(loop_scope="function")
async def test_nothing_is_told_before_the_first_publication(admin: httpx.AsyncClient) -> None:
    assert (await admin.get("/tickets/age/", params={"as_of": ASKED})).status_code == 503


@pytest.mark.parametrize(
    "path", ["/ticket-trends/", "/ticket-categories/", "/tasks/status/", "/forecast/volume/"]
)
async def test_answers_of_anything_else_do_not_know_it(client: httpx.AsyncClient, path: str) -> None:
    assert "'as_of' is not a parameter of this endpoint" in await refusal(client, path, as_of=ASKED)


async def test_the_tickets_own_status_has_no_past(client: httpx.AsyncClient) -> None:
    response = await client.get("/tickets/status/", params={"as_of": "2026-03-05", "basis": "ticket"})
    assert response.status_code == 400
    assert "as_of tells the states of tasks" in response.text


async def test_the_period_before_is_as_of_the_same_instant(client: httpx.AsyncClient) -> None:
    asked = {"as_of": "2026-03-09", "start_date": "2026-03-03", "end_date": "2026-03-04"}
    answer = await get(client, "/tickets/status/", compare="previous", **asked)
    assert (answer["total_tickets"], answer["previous"]["total_tickets"]) == (0, 1)
    assert "as_of" not in answer["previous"]
