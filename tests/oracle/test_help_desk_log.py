"""Every endpoint on the public help desk log against pandas over its imported rows."""

import pytest

from tests.fixtures.published_desk import PublishedDesk
from tests.oracle.claims import Claims

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(scope="module")
def published(published_help_desk: PublishedDesk) -> PublishedDesk:
    return published_help_desk


class TestHelpDeskLog(Claims):
    answers, tables, lists = 10, 2, 3
