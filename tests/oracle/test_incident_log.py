"""Every endpoint on the public log of incidents against pandas over its imported rows."""

import pytest

from tests.fixtures.published_desk import PublishedDesk
from tests.oracle.claims import Claims

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(scope="module")
def published(published_incidents: PublishedDesk) -> PublishedDesk:
    return published_incidents


class TestIncidentLog(Claims):
    answers, tables, lists = 6, 1, 2
