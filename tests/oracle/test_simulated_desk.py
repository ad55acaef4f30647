"""Every endpoint on the simulated desk against pandas over its imported rows."""

import pytest

from tests.fixtures.published_desk import PublishedDesk
from tests.oracle.claims import Claims

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(scope="module")
def published(published_desk: PublishedDesk) -> PublishedDesk:
    return published_desk


class TestSimulatedDesk(Claims):
    answers, tables, lists = 100, 10, 15
