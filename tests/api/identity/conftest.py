from collections.abc import Iterator

import pytest

from tests.factories.key_server import KeyServer


@pytest.fixture
def key_server() -> Iterator[KeyServer]:
    server = KeyServer()
    yield server
    server.stop()
