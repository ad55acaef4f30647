"""What can be asked for as it was known, and how the rest is refused; the answers are tried elsewhere."""

import httpx
import psycopg
import pytest

from tests.api.insights.calls import ALL, NUMBERS, Asked, get
from tests.api.insights.desk import random_desk
from tests.api.insights.publishing import Publication

DASHBOARD = "/tickets/dashboard/"
NEWEST = 7


@pytest.fixture(scope="module")
def published_database(module_database_url: str) -> str:
    """Publications 5 to 7 can be asked for, of noon of 10 to 12 March 2026; 4 was before them."""
    with psycopg.connect(module_database_url) as connection:
        connection.execute("select setval('serving.publications_publication_id_seq', %s)", [NEWEST - 1])
        Publication(connection, random_desk(9, seed=3)).publish()
        connection.execute(
            """
            insert into serving.publications
            overriding system value
            select
                number, published_at, data_as_of, watermark, run_id, code_version, row_counts, check_results
            from serving.publications cross join generate_series(4, %s) as number
            """,
            [NEWEST - 1],
        )
        connection.execute(
            "update serving.publications set published_at = timestamptz '2026-03-05 12:00Z'"
            " + make_interval(days => publication_id::integer)"
        )
        connection.execute("insert into past.publications values (5), (6)")
    return module_database_url


async def refusal(client: httpx.AsyncClient, path: str, known_on: str) -> str:
    response = await client.get(path, params={"known_on": known_on})
    assert response.status_code == 400, response.text
    ((field, sentences),) = response.json()["details"].items()
    assert field == "known_on"
    return str(sentences[0])


@pytest.mark.asyncio(loop_scope="module")
class TestKnownOn:
    @pytest.mark.parametrize("path", ALL)
    async def test_the_answer_tells_the_publication_asked_for(
        self, client: httpx.AsyncClient, path: str
    ) -> None:
        now = await client.get(path)
        asked = await client.get(path, params={"known_on": NEWEST})
        assert {**asked.json(), "generated_at": None, "proof": None} == {
            **now.json(),
            "generated_at": None,
            "proof": None,
        }
        if path in NUMBERS:
            assert asked.json()["proof"].endswith("%3Fknown_on%3D7")
        for name in ("x-publication-id", "x-data-as-of"):
            assert asked.headers[name] == now.headers[name]

    async def test_who_holds_the_answer_is_spared_it(self, client: httpx.AsyncClient) -> None:
        etag = (await client.get(DASHBOARD, params={"known_on": NEWEST})).headers["etag"]
        assert etag != (await client.get(DASHBOARD)).headers["etag"]

        again = await client.get(DASHBOARD, params={"known_on": NEWEST}, headers={"If-None-Match": etag})

        assert (again.status_code, again.headers["etag"]) == (304, etag)

    @pytest.mark.parametrize(
        ("known_on", "publication"),
        [
            ("2026-03-10", 5),
            ("2026-03-11", 6),
            ("2026-03-12T11:59:59Z", 6),
            ("2026-03-12T12:00:00Z", 7),
            ("2026-03-12T13:59:00+02:00", 6),
            ("2026-06-01", 7),
        ],
    )
    async def test_an_instant_names_the_newest_publication_of_then(
        self, client: httpx.AsyncClient, known_on: str, publication: int
    ) -> None:
        answer = await get(client, DASHBOARD, known_on=known_on)
        assert answer["publication_id"] == publication

    @pytest.mark.parametrize("known_on", ["4", "1", "2026-03-09", "2026-03-10T11:59:59.999Z", "0001-01-01"])
    async def test_what_is_no_longer_kept_is_refused(self, client: httpx.AsyncClient, known_on: str) -> None:
        assert await refusal(client, DASHBOARD, known_on) == (
            f"What was known on {known_on} is no longer kept: the oldest that can be asked for is "
            "publication 5 of 2026-03-10T12:00:00Z"
        )

    async def test_a_number_without_a_publication_is_refused(self, client: httpx.AsyncClient) -> None:
        assert await refusal(client, DASHBOARD, "8") == ("There is no publication 8: ask for one from 5 to 7")

    @pytest.mark.parametrize("known_on", ["2999-01-01", "2999-01-01T00:00:00Z", "9999-12-31"])
    async def test_the_future_is_refused(self, client: httpx.AsyncClient, known_on: str) -> None:
        assert (await refusal(client, DASHBOARD, known_on)).startswith(f"{known_on} is not over yet: leave")

    @pytest.mark.parametrize(
        "known_on",
        ["", "yesterday", "2026-03-10T12:00:00", "2026-13-01", "-1", "0001-01-01T00:00:00+14:00", "1" * 19],
    )
    async def test_what_is_no_instant_is_refused(self, client: httpx.AsyncClient, known_on: str) -> None:
        assert (await refusal(client, DASHBOARD, known_on)).startswith(f"{known_on!r} is neither the number")

    @pytest.mark.parametrize(
        "path",
        [
            "/drilldown/tickets/status/",
            "/drilldown/tickets/status/?format=csv",
            "/forecast/comprehensive/",
            "/workflows/1/event-log/",
            "/proof/?path=/analytics/tickets/dashboard/",
        ],
    )
    async def test_every_kind_of_answer_refuses_alike(self, client: httpx.AsyncClient, path: str) -> None:
        address = httpx.URL(path).copy_merge_params({"known_on": "4"})
        response = await client.get(str(address))
        assert response.status_code == 400
        assert response.json()["details"]["known_on"][0].startswith("What was known on 4 is no longer kept")

    async def test_what_is_live_has_no_past(self, client: httpx.AsyncClient) -> None:
        response = await client.get("/service-health/", params={"known_on": "7"})
        assert response.status_code == 400
        assert response.json()["details"]["known_on"][0].startswith("'known_on' is not a parameter")

    async def test_a_proof_is_asked_for_one_publication(self, client: httpx.AsyncClient) -> None:
        path = "/analytics/tickets/dashboard/?known_on=7"
        proof = (await client.get("/proof/", params={"path": path})).json()
        assert (proof["publication_id"], proof["agrees"]) == (7, True)
        lists = [told["drilldown"] for told in proof["proofs"] if told["drilldown"]]
        assert lists
        assert all(address.endswith("known_on=7") for address in lists)
        known = {"path": "/analytics/tickets/dashboard/", "known_on": "7"}
        beside = (await client.get("/proof/", params=known)).json()
        assert beside["proofs"] == proof["proofs"]
        twice = await client.get("/proof/", params={"path": path, "known_on": "7"})
        assert (twice.status_code, twice.json()["code"]) == (400, "validation_failed")

    async def test_pages_stay_in_their_publication(self, client: httpx.AsyncClient) -> None:
        page = await get(client, "/drilldown/tickets/status/", page_size=2, known_on="2026-06-01")
        assert "known_on=2026-06-01" in page["next"]

    async def test_an_answer_of_now_reads_nothing_of_the_past(
        self, client: httpx.AsyncClient, asked: Asked
    ) -> None:
        for path in ALL:
            await client.get(path)
        assert asked.statements
        assert not [text for text in asked.statements if "known." in text or "past." in text]

    async def test_the_current_publication_is_read_as_fast_by_its_number(
        self, client: httpx.AsyncClient, asked: Asked
    ) -> None:
        plain = await get(client, DASHBOARD)
        asked.statements.clear()
        numbered = await get(client, DASHBOARD, known_on=plain["publication_id"])
        assert numbered | {"generated_at": ""} == plain | {"generated_at": ""}
        assert not [text for text in asked.statements if "known." in text]


async def test_before_the_first_publication_there_is_no_past(admin: httpx.AsyncClient) -> None:
    response = await admin.get(DASHBOARD, params={"known_on": "1"})
    assert (response.status_code, response.json()["code"]) == (503, "not_published")
