from collections.abc import AsyncIterator

import httpx
import pytest

from api.kit.db import Database
from api.settings import ApiSettings
from tests.api.tasks.timeline import MIDNIGHT, Timeline
from tests.factories.crew import ADMIN, Crew
from tests.factories.desk import Desk
from tests.factories.wall_clock import WallClock


@pytest.fixture
async def crew(api: httpx.AsyncClient, desk: Desk, settings: ApiSettings) -> Crew:
    return await Crew.gather(api, desk, settings)


@pytest.fixture
def wall_clock(monkeypatch: pytest.MonkeyPatch) -> WallClock:
    clock = WallClock(MIDNIGHT.isoformat())
    monkeypatch.setattr("api.kit.clock.datetime", clock)
    return clock


@pytest.fixture
async def database(settings: ApiSettings) -> AsyncIterator[Database]:
    """The database as the worker enters it."""
    connected = Database.connect(settings, role="sluice_api")
    yield connected
    await connected.close()


@pytest.fixture
async def timeline(wall_clock: WallClock, crew: Crew, database: Database) -> Timeline:
    slas = {"urgent_sla": "04:00:00", "high_sla": "10:00:00", "medium_sla": "40:00:00", "low_sla": "80:00:00"}
    answer = await crew.send("PUT", f"/workflows/{crew.workflow_id}/update-details/", ADMIN, slas)
    assert answer.status_code == 200, answer.text
    return Timeline(crew, wall_clock, database)
