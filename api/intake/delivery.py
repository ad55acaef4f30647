"""Handing an event of the outbox to the Workflow API: at least once, in any order, never lost."""

from datetime import timedelta
from http import HTTPStatus

import httpx

from api.intake.models import OutboxEvent
from api.intake.repository import defer_delivery, list_forgotten
from api.kit.clock import utc_now
from api.kit.db import Database
from api.kit.logs import log

INGEST_PATH = "/internal/tickets/ingest/"
FORGOTTEN_AFTER = timedelta(seconds=15)
# The receiver will say the same to the same event for ever: a person has to look.
_FINAL_REFUSALS = {HTTPStatus.BAD_REQUEST, HTTPStatus.CONFLICT, HTTPStatus.REQUEST_ENTITY_TOO_LARGE}


class DeliveryRefused(Exception):  # noqa: N818 - an outcome, told apart from failures worth repeating
    """The receiver refused the event itself."""


class DeliveryFailed(Exception):  # noqa: N818 - an outcome, told apart from refusals
    """The receiver could not be reached or could not answer."""


async def deliver(database: Database, client: httpx.AsyncClient, event_id: str) -> None:
    """Deliver one event unless that is done.

    Raises:
        DeliveryFailed: to be tried again later.
        DeliveryRefused: never to be tried again; the event is marked as failed.
    """
    async with database.sessions() as session:
        event = await session.get(OutboxEvent, event_id)
    if event is None or event.delivered_at is not None:
        return
    # No transaction is open while the other side answers.
    try:
        answer = await client.post(INGEST_PATH, json=event.payload)
    except httpx.TransportError as error:
        await _note(database, event_id, f"{type(error).__name__} from {client.base_url}", is_final=False)
        raise DeliveryFailed(event_id) from error
    if answer.status_code == HTTPStatus.ACCEPTED:
        await _note(database, event_id, None, is_final=True)
        return
    is_refusal = answer.status_code in _FINAL_REFUSALS
    await _note(database, event_id, f"{answer.status_code}: {answer.text[:500]}", is_final=is_refusal)
    log.warning("delivery_failed", event_id=event_id, status=answer.status_code, is_final=is_refusal)
    raise DeliveryRefused(event_id) if is_refusal else DeliveryFailed(event_id)


async def _note(database: Database, event_id: str, problem: str | None, *, is_final: bool) -> None:
    """Write down how an attempt went."""
    async with database.sessions() as session, session.begin():
        event = await session.get_one(OutboxEvent, event_id, with_for_update=True)
        event.attempts += 1
        event.last_error = problem
        if problem is None:
            event.delivered_at = utc_now()
        elif is_final:
            event.failed_at = utc_now()


async def defer_forgotten(database: Database) -> int:
    """Queue every undelivered event that no job is left for; returns how many there were."""
    async with database.sessions() as session, session.begin():
        event_ids = await list_forgotten(session, utc_now() - FORGOTTEN_AFTER)
        for event_id in event_ids:
            await defer_delivery(session, event_id)
    return len(event_ids)
