"""What the jobs of a worker work with, opened once for all of them."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import httpx

from api.intake.models import OutboxEvent
from api.kit.db import Database
from api.kit.outbox import Outbox
from api.notifications.channels import webhook
from api.notifications.delivery import Outbound
from api.settings import ApiSettings
from api.tickets.models import TicketNews

DELIVERIES, ANSWERS = "deliveries", "answers"
INGEST_PATH, NEWS_PATH = "/internal/tickets/ingest/", "/internal/tickets/news/"


@dataclass(frozen=True)
class WorkerContext:
    """The database as either service enters it, the outbox of each, and the way out to people."""

    settings: ApiSettings
    operations: Database
    intake: Database
    outboxes: dict[str, Outbox]
    outbound: Outbound


@asynccontextmanager
async def open_context(settings: ApiSettings) -> AsyncIterator[WorkerContext]:
    async with AsyncExitStack() as stack:
        operations = Database.connect(settings, role="sluice_api")
        stack.push_async_callback(operations.close)
        intake = Database.connect(settings, role="sluice_intake")
        stack.push_async_callback(intake.close)
        workflow_api, ticket_service = [
            await stack.enter_async_context(_client(settings, url))
            for url in (settings.workflow_api_url, settings.ticket_service_url)
        ]
        outboxes = [
            Outbox(OutboxEvent, DELIVERIES, INGEST_PATH, intake, workflow_api),
            Outbox(TicketNews, ANSWERS, NEWS_PATH, operations, ticket_service),
        ]
        webhooks = await stack.enter_async_context(webhook.open_client(settings))
        by_name = {outbox.name: outbox for outbox in outboxes}
        yield WorkerContext(settings, operations, intake, by_name, Outbound(settings, operations, webhooks))


def _client(settings: ApiSettings, base_url: str) -> httpx.AsyncClient:
    headers = {"Authorization": f"Bearer {settings.service_token.get_secret_value()}"}
    # The services are neighbours: a proxy for the outside world has no say between them.
    return httpx.AsyncClient(base_url=base_url, headers=headers, timeout=10.0, trust_env=False)
