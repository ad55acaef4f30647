from collections.abc import Iterator

import httpx
import pytest

from api.main import create_workflow_api
from api.settings import ApiSettings
from tests.contracts.world import World
from tests.factories.desk import Desk
from tests.fixtures.serving import serve


@pytest.fixture(scope="module")
def world(module_database_url: str) -> Iterator[World]:
    """A desk behind a served API, shared by the tests of a module: each makes the things it changes."""
    settings = ApiSettings(database_url=module_database_url, pool_size=8)
    with (
        serve(create_workflow_api(settings)) as address,
        httpx.Client(base_url=address, timeout=30) as client,
    ):
        yield World(client, settings, Desk(module_database_url))
