"""What the endpoints answer before, between and after publications."""

from typing import Any

import httpx
import psycopg

from tests.api.insights.calls import ALL, LISTS, NUMBERS, get
from tests.api.insights.desk import Ticket, random_desk
from tests.api.insights.publishing import Publication


async def test_nothing_published_is_a_503_that_says_so(admin: httpx.AsyncClient) -> None:
    for path in ALL:
        response = await admin.get(path)
        assert response.status_code == 503
        assert response.json()["code"] == "not_published"
        assert "retry-after" in response.headers


async def test_a_reader_with_the_newest_copy_gets_304(
    admin: httpx.AsyncClient, connection: psycopg.Connection[Any]
) -> None:
    publication = Publication(connection, random_desk(30, seed=3))
    publication.publish()
    etags = {path: (await admin.get(path)).headers["etag"] for path in ALL}
    for path, etag in etags.items():
        again = await admin.get(path, headers={"If-None-Match": f'"1-other", {etag}'})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
        other = await admin.get(path, params={"priority": "High"}, headers={"If-None-Match": etag})
        assert other.status_code == 200
    publication.publish()
    for path, etag in etags.items():
        afresh = await admin.get(path, headers={"If-None-Match": etag})
        assert afresh.status_code == 200
        assert afresh.headers["etag"] != etag


async def test_a_desk_without_tickets_has_zeros_and_nulls(
    admin: httpx.AsyncClient, connection: psycopg.Connection[Any]
) -> None:
    Publication(connection, []).publish()
    for path in NUMBERS:
        answer = await get(admin, path)
        parts = next((part for part in answer.values() if isinstance(part, list)), [])
        figures = [figure for entry in [answer, *parts] for figure in entry.items()]
        assert {value for name, value in figures if name.endswith(("rate", "percentage", "hours"))} <= {None}
        counts = [value for name, value in figures if isinstance(value, int) and name != "publication_id"]
        assert set(counts) == {0}


async def test_a_page_holds_a_hundred_at_most(
    admin: httpx.AsyncClient, connection: psycopg.Connection[Any]
) -> None:
    Publication(connection, random_desk(600, seed=4)).publish()
    for path in LISTS:
        assert len((await get(admin, path, page_size=1_000_000_000))["results"]) == 100


async def test_the_compliance_vector_of_the_contract(
    admin: httpx.AsyncClient, connection: psycopg.Connection[Any], sla_vector: list[Ticket]
) -> None:
    Publication(connection, sla_vector).publish()
    assert (await get(admin, "/tickets/dashboard/"))["sla_compliance_rate"] == 66.67
    sla = await get(admin, "/tickets/sla/")
    assert (sla["overall_compliance_rate"], sla["total_with_sla"]) == (66.67, 14)
