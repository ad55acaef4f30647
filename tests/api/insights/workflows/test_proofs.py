"""Every figure that claims rows agrees with its list and with those rows."""

import random
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from api.insights.catalogue.registry import load_metrics
from tests.api.insights.workflows.ways import Desk

pytestmark = pytest.mark.asyncio(loop_scope="module")

TOPICS = {"workflows", "steps", "processes"}
PROVABLE = sorted(
    {
        (carrier.answer, carrier.field)
        for metric in load_metrics().values()
        if metric.is_provable and metric.topic in TOPICS
        for carrier in metric.carried
        if "/workflows/" in carrier.answer
    }
)
OF_TICKETS = ("department", "category", "priority", "workflow_id")


@pytest.mark.parametrize(("answer", "field"), PROVABLE, ids=str)
async def test_a_figure_agrees_with_its_rows(
    reader: httpx.AsyncClient, simulated: Desk, answer: str, field: str
) -> None:
    generator = random.Random(field)  # noqa: S311 - a reproducible choice
    compared = 0
    for number in range(4):
        ticket = generator.choice(list(simulated.tickets.values()))
        chosen = [name for name in OF_TICKETS if number and generator.random() < 0.4]
        filters: dict[str, Any] = {name: getattr(ticket, name) for name in chosen}
        if number == 3:
            filters |= {"start_date": ticket.day.isoformat()}
        path = answer.format(workflow_id=ticket.workflow_id)
        address = path if "{" in answer or not filters else f"{path}?{urlencode(filters)}"
        response = await reader.get("/proof/", params={"path": address, "field": field})
        assert response.status_code == 200, response.text
        proof = response.json()
        assert [each for each in proof["proofs"] if not each["agrees"]] == []
        compared += len(proof["proofs"])
    assert compared
