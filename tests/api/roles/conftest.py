import httpx
import pytest

from api.settings import ApiSettings
from tests.factories.auth_service import AuthService
from tests.factories.crew import Crew
from tests.factories.desk import Desk


@pytest.fixture
async def crew(api: httpx.AsyncClient, desk: Desk, settings: ApiSettings) -> Crew:
    return await Crew.gather(api, desk, settings)


@pytest.fixture
def auth_service(api: httpx.AsyncClient, settings: ApiSettings) -> AuthService:
    return AuthService(api, settings)
