"""Every figure about items that can be proven agrees with its list and its rows."""

import random
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from api.insights.catalogue.registry import load_metrics
from tests.api.insights.items.turns import Question, Turn, random_question

pytestmark = pytest.mark.asyncio(loop_scope="module")

PROVABLE = sorted(
    {
        (carrier.answer, carrier.field)
        for metric in load_metrics().values()
        if metric.is_provable and metric.topic == "items"
        for carrier in metric.carried
    }
)


@pytest.mark.parametrize(("answer", "field"), PROVABLE, ids=str)
async def test_every_provable_figure_agrees(
    reader: httpx.AsyncClient, turns: list[Turn], answer: str, field: str
) -> None:
    generator = random.Random(field)  # noqa: S311 - a reproducible choice of filters
    for asked in (Question(), *(random_question(generator, turns) for _ in range(2))):
        path = f"{answer}?{urlencode(asked.query())}"
        response = await reader.get("/proof/", params={"path": path, "field": field})
        assert response.status_code == 200, response.text
        proof: dict[str, Any] = response.json()
        assert [each for each in proof["proofs"] if not each["agrees"]] == [], path
