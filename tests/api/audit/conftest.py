import httpx
import pytest

from api.settings import ApiSettings
from tests.factories.crew import Crew
from tests.factories.desk import Desk


@pytest.fixture
async def crew(api: httpx.AsyncClient, desk: Desk, settings: ApiSettings) -> Crew:
    return await Crew.gather(api, desk, settings)
