"""Messages that arrive broken are laid aside with a reason, hold nothing else up, and can be put right."""

import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import httpx
import pytest
from psycopg.types.json import Jsonb

from api.main import create_ticket_service, create_workflow_api
from api.settings import ApiSettings
from api.worker.context import ANSWERS, DELIVERIES, INGEST_PATH, NEWS_PATH, open_context
from api.worker.queue import create_queue
from tests.factories.desk import Desk, make_ticket
from tests.fixtures.services import LiveWorkflow
from tests.fixtures.serving import serve

Payload = dict[str, Any]
Work = Callable[..., Any]


def without(payload: Payload, *path: str) -> Payload:
    return replaced(payload, *path, by=None, is_removed=True)


def replaced(payload: Payload, *path: str, by: Any, is_removed: bool = False) -> Payload:
    """Copy a payload with another value at the end of a path, or with none there."""
    copied: Payload = json.loads(json.dumps(payload))
    place = copied
    for name in path[:-1]:
        place = place[name]
    place.pop(path[-1], None)
    if not is_removed:
        place[path[-1]] = by
    return copied


# What the Workflow API is sent, and what the Ticket Service is.
TICKETS: dict[str, Callable[[Payload], Any]] = {
    "a field is missing": lambda told: without(told, "ticket", "subject"),
    "a field has another type": lambda told: replaced(told, "ticket", "subject", by=["No sound"]),
    "a status is unknown": lambda told: replaced(told, "ticket", "status", by="Exploded"),
    "the number is an object": lambda told: replaced(told, "ticket", "ticket_number", by={"TX": 1}),
    "the instant is none": lambda told: replaced(told, "occurred_at", by="yesterday"),
    "the text is a megabyte": lambda told: replaced(told, "ticket", "description", by="x" * 2**20),
    "it ends in the middle": lambda told: json.dumps(told)[:-40],
    "it is a list": lambda told: [told],
}
NEWS: dict[str, Callable[[Payload], Any]] = {
    "a field is missing": lambda told: without(told, "at"),
    "a field has another type": lambda told: replaced(told, "task_id", by="first"),
    "the owner has no name": lambda told: replaced(told, "owner", by={"user_id": 9}),
    "the kind is unknown": lambda told: replaced(told, "kind", by="ticket.exploded"),
    "the number is a list": lambda told: replaced(told, "ticket_number", by=[1]),
    "the text is a megabyte": lambda told: replaced(told, "ticket_number", by="x" * 2**20),
    "it ends in the middle": lambda told: json.dumps(told)[:-40],
}


@pytest.fixture
def addresses(settings: ApiSettings) -> Iterator[ApiSettings]:
    """Both services on the wire, and the settings of a worker that knows where."""
    with serve(create_workflow_api(settings)) as workflow_api, serve(create_ticket_service(settings)) as own:
        yield settings.model_copy(update={"workflow_api_url": workflow_api, "ticket_service_url": own})


@pytest.fixture
async def work(addresses: ApiSettings) -> AsyncIterator[Work]:
    """The worker's own jobs on some queues, run until none is due."""
    async with open_context(addresses) as context:
        queue = create_queue(context)

        async def run(*queues: str) -> None:
            async with queue.open_async():
                await queue.run_worker_async(
                    queues=list(queues),
                    wait=False,
                    install_signal_handlers=False,
                    listen_notify=False,
                    delete_jobs="successful",
                )

        yield run


@pytest.fixture
async def create(
    addresses: ApiSettings, as_employee: dict[str, Any], workflow: LiveWorkflow
) -> Callable[[], Any]:
    assert workflow.workflow_id

    async def post() -> str:
        async with httpx.AsyncClient(base_url=addresses.ticket_service_url, trust_env=False) as client:
            answer = await client.post("/tickets/", json=make_ticket(), headers=as_employee)
        return str(answer.json()["ticket_id"])

    return post


def replay(database_url: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "sluice", "queue", "replay", "--all"],
        env=os.environ | {"SLUICE_DATABASE_URL": database_url},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def write(desk: Desk, outbox: str, event_id: str, payload: Any) -> None:
    desk.execute(
        f"update {outbox}.outbox_event set payload = %s where event_id = %s", Jsonb(payload), event_id
    )


def dead_letters(desk: Desk, outbox: str) -> dict[str, str]:
    rows = desk.execute(f"select event_id, last_error from {outbox}.outbox_event where failed_at is not null")
    return {row["event_id"]: row["last_error"] for row in rows}


async def test_broken_tickets_are_laid_aside_and_heal(
    *, desk: Desk, work: Work, create: Work, database_url: str
) -> None:
    good = await create()
    sound: dict[str, Payload] = {}
    for fault in TICKETS.values():
        number = await create()
        (event,) = desk.execute("select * from intake.outbox_event where ticket_id = %s", number)
        sound[event["event_id"]] = event["payload"]
        write(desk, "intake", event["event_id"], fault(event["payload"]))
    after = await create()

    await work(DELIVERIES)
    laid_aside = dead_letters(desk, "intake")
    assert laid_aside.keys() == sound.keys()
    assert {reason[:5] for reason in laid_aside.values()} == {"400: ", "413: "}
    started = {row["ticket_number"] for row in desk.execute("select ticket_number from ops.ticket_snapshot")}
    assert started == {good, after}

    for event_id, payload in sound.items():
        write(desk, "intake", event_id, payload)
    assert replay(database_url) == f"{len(sound)} handed to the worker again.\n"
    await work(DELIVERIES)
    assert dead_letters(desk, "intake") == {}
    assert desk.scalar("select count(*) from ops.task") == len(sound) + 2


async def test_broken_news_is_laid_aside_and_heals(
    *, desk: Desk, work: Work, create: Work, database_url: str
) -> None:
    numbers = [await create() for _ in NEWS]
    good = await create()
    await work(DELIVERIES)
    sound: dict[str, Payload] = {}
    for number, fault in zip(numbers, NEWS.values(), strict=True):
        (event,) = desk.execute("select * from ops.outbox_event where ticket_number = %s", number)
        sound[event["event_id"]] = event["payload"]
        write(desk, "ops", event["event_id"], fault(event["payload"]))

    await work(ANSWERS)
    assert dead_letters(desk, "ops").keys() == sound.keys()
    assert {reason[:5] for reason in dead_letters(desk, "ops").values()} == {"400: ", "413: "}
    owned = "select ticket_id from intake.ticket where assigned_to is not null order by 1"
    assert [row["ticket_id"] for row in desk.execute(owned)] == [good]

    for event_id, payload in sound.items():
        write(desk, "ops", event_id, payload)
    replay(database_url)
    await work(ANSWERS)
    assert dead_letters(desk, "ops") == {}
    assert [row["ticket_id"] for row in desk.execute(owned)] == sorted([*numbers, good])


@pytest.mark.parametrize("body", [b'{"event_id": "e', b"\xff\xfe", b"", b"null", b"[]", b'"text"'])
async def test_doors_refuse_what_is_no_message(
    *, api: httpx.AsyncClient, tickets_api: httpx.AsyncClient, as_service: dict[str, Any], body: bytes
) -> None:
    headers = as_service | {"Content-Type": "application/json"}
    for service, path in ((api, INGEST_PATH), (tickets_api, NEWS_PATH)):
        answer = await service.post(path, content=body, headers=headers)
        assert answer.status_code == 400, answer.text
        assert answer.json()["details"]
