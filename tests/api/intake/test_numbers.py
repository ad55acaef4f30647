"""Ticket numbers, when the sequence goes round or was set back within a day."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from tests.factories.desk import Desk, make_ticket

Headers = dict[str, Any]


async def create(client: httpx.AsyncClient, headers: Headers, **changes: Any) -> httpx.Response:
    return await client.post("/tickets/", json=make_ticket(**changes), headers=headers)


def set_next(desk: Desk, number: int) -> None:
    desk.execute("select setval('intake.ticket_number', %s, false)", number)


async def test_go_round_after_the_last(
    tickets_api: httpx.AsyncClient, desk: Desk, as_employee: Headers
) -> None:
    set_next(desk, 999_998)
    numbers = [(await create(tickets_api, as_employee)).json()["ticket_id"] for _ in range(4)]
    day = f"TX{datetime.now(UTC):%Y%m%d}"
    assert numbers == [f"{day}999998", f"{day}999999", f"{day}000000", f"{day}000001"]


async def test_that_are_taken_are_passed_over_by_all_at_once(
    tickets_api: httpx.AsyncClient, desk: Desk, as_employee: Headers
) -> None:
    set_next(desk, 999_990)
    before = await asyncio.gather(*(create(tickets_api, as_employee) for _ in range(20)))
    set_next(desk, 999_990)
    after = await asyncio.gather(*(create(tickets_api, as_employee) for _ in range(20)))
    assert {answer.status_code for answer in before + after} == {201}
    assert len({answer.json()["ticket_id"] for answer in before + after}) == 40
    assert desk.scalar("select count(*) from intake.outbox_event") == 40


async def test_that_are_all_taken_are_no_ticket(
    tickets_api: httpx.AsyncClient, desk: Desk, as_employee: Headers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.intake.service._NUMBERS_TRIED", 1)
    await create(tickets_api, as_employee)
    set_next(desk, 1)
    answer = await create(tickets_api, as_employee)
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert (await create(tickets_api, as_employee)).status_code == 201


async def test_one_original_sent_twenty_times_at_once_is_one_ticket(
    tickets_api: httpx.AsyncClient, desk: Desk, as_service: Headers
) -> None:
    employee = {"id": 101, "name": "Jo S", "email": "jo@example.org"}
    body = make_ticket(source_service="hdts", original_ticket_id="H-1", employee=employee)
    posts = (tickets_api.post("/send/", json=body, headers=as_service) for _ in range(20))
    answers = await asyncio.gather(*posts)
    assert sorted(answer.status_code for answer in answers) == [200] * 19 + [201]
    assert len({answer.text for answer in answers}) == 1
    assert desk.scalar("select count(*) from intake.outbox_event") == 1
