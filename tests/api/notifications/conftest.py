from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from api.kit.clock import utc_now
from api.kit.db import Database
from api.settings import ApiSettings
from tests.factories.crew import Crew
from tests.factories.desk import Desk
from tests.factories.mail_server import MailServer, open_mail_server
from tests.factories.postman import Postman, open_postman
from tests.factories.webhook_target import WebhookTarget, open_webhook_target


@pytest.fixture
async def operations(settings: ApiSettings) -> AsyncIterator[Database]:
    """The database as the Workflow API and the worker enter it."""
    database = Database.connect(settings, role="sluice_api")
    yield database
    await database.close()


@pytest.fixture
async def crew(api: httpx.AsyncClient, desk: Desk, settings: ApiSettings) -> Crew:
    return await Crew.gather(api, desk, settings)


@pytest.fixture
def calendar() -> dict[str, Any]:
    """Office hours in Berlin, which is an hour ahead of UTC in winter."""
    hours = [{"opens": "09:00", "closes": "17:00"}]
    weekdays = ("monday", "tuesday", "wednesday", "thursday", "friday")
    return {
        "name": "Office hours",
        "time_zone": "Europe/Berlin",
        "weekly_hours": dict.fromkeys(weekdays, hours),
        "holidays": ["2026-12-24"],
    }


@pytest.fixture
async def mail_server() -> AsyncIterator[MailServer]:
    async with open_mail_server() as server:
        yield server


@pytest.fixture
async def target() -> AsyncIterator[WebhookTarget]:
    async with open_webhook_target() as target:
        yield target


@pytest.fixture
async def postman(settings: ApiSettings, desk: Desk) -> AsyncIterator[Postman]:
    async with open_postman(settings, desk) as postman:
        yield postman


@pytest.fixture
def tomorrow() -> datetime:
    """The morning on which what the tests do now is what happened yesterday."""
    return (utc_now() + timedelta(days=1)).replace(hour=7, minute=0, second=0, microsecond=0)
