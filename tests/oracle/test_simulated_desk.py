"""Every endpoint on the simulated desk against pandas over its imported rows."""

import random
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from tests.api.insights.calls import calling, running_service
from tests.fixtures.published_desk import PublishedDesk
from tests.oracle.desk import ImportedDesk
from tests.oracle.questions import QUESTIONS, Question, published_at

pytestmark = pytest.mark.asyncio(loop_scope="module")

SETS = 100


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def client(published_desk: PublishedDesk) -> AsyncIterator[httpx.AsyncClient]:
    async with running_service(published_desk.url) as app, calling(app, "Admin") as client:
        yield client


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(published_desk: PublishedDesk, client: httpx.AsyncClient) -> ImportedDesk:
    return await published_at(client, published_desk.url)


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.path)
async def test_each_answer_is_what_the_rows_say(
    client: httpx.AsyncClient, desk: ImportedDesk, question: Question
) -> None:
    generator = random.Random(question.path)  # noqa: S311 - a reproducible choice
    asked = [] if question.is_dated else [{}]
    asked += [question.filters(desk, generator) for _ in range(SETS)]
    for filters in asked:
        answered, expected = await question.ask(client, desk, filters)
        assert answered == expected, filters
