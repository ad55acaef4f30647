"""The risk that open tickets breach: what is told is added up anew, and opens to exactly its rows."""

import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import psycopg
import pytest
from fastapi import FastAPI

from tests.api.insights.calls import calling, get, read_all
from tests.api.insights.desk import AS_OF
from tests.api.insights.publishing import Publication

PATH, ROWS = "/forecast/sla-risk/", "/drilldown/risks/"
Row = dict[str, Any]


def open_tickets(count: int) -> Iterator[Row]:
    generator = random.Random(3)  # noqa: S311 - a reproducible desk
    for number in range(1, count + 1):
        probability = generator.random() if number % 4 else None
        hours = {"remaining_hours": 9.0, "lower_80": 4, "upper_80": 20, "lower_90": 2, "upper_90": 30}
        yield {
            "task_id": number,
            "ticket_number": f"T-{number}",
            "subject": "A subject",
            "status": "in progress",
            "priority": generator.choice(["High", "Low"]),
            "department": generator.choice(["IT", "HR"]),
            "category": "Software",
            "sub_category": "Email",
            "workflow_id": 3,
            "workflow_name": "Standard",
            **dict.fromkeys(["current_step", "source", "assignee"]),
            "created_at": AS_OF - timedelta(hours=number),
            "target_resolution": AS_OF + timedelta(hours=5),
            "hours_remaining": 5,
            "elapsed_ratio": 0.5,
            "is_breached": number % 7 == 0,
            "rule_score": generator.randint(0, 100),
            "rule_factors": json.dumps(["under 2 h left"]),
            "breach_probability": probability,
            "may_breach": None if probability is None else probability > 0.2,
            "may_be_met": None if probability is None else probability < 0.8,
            "model_factors": None
            if probability is None
            else json.dumps([{"feature": "share_of_target", "value": 0.5, "effect": 1.25}]),
            "predicted_at": None if probability is None else AS_OF,
            **(dict.fromkeys(hours) if probability is None else hours),
        }


def score_of(row: Row, method: str) -> int | None:
    if row["is_breached"]:
        return None
    if method == "rules":
        return int(row["rule_score"])
    return None if row["breach_probability"] is None else round(100 * row["breach_probability"])


@pytest.fixture
def rows(connection: psycopg.Connection[Any]) -> list[Row]:
    publication = Publication(connection, [])
    publication.publish()
    rows = list(open_tickets(90))
    publication.fill("ticket_risks", rows)
    return rows


@pytest.fixture
def model(connection: psycopg.Connection[Any], rows: list[Row]) -> datetime:
    trained_at = datetime.now(UTC)
    connection.execute(
        """
        insert into serving.served_models values
        ('sla_risk', 7, 'sla_risk-1.0', %s, '2025-03-10', '2026-03-10', 900, '{"auc": 0.84}',
         '{"rules": {"auc": 0.7}}', '[]')
        """,
        [trained_at],
    )
    assert rows
    return trained_at


@pytest.mark.parametrize("method", ["rules", "model"])
@pytest.mark.parametrize("filters", [{}, {"department": "IT"}, {"priority": "High", "department": "HR"}])
@pytest.mark.parametrize("threshold", [0, 70, 95])
@pytest.mark.usefixtures("model")
async def test_counts_are_those_of_the_rows(
    *, admin: httpx.AsyncClient, rows: list[Row], method: str, filters: dict[str, str], threshold: int
) -> None:
    answer = await get(admin, PATH, method=method, threshold=threshold, **filters)
    asked = [row for row in rows if all(row[name] == value for name, value in filters.items())]
    scores = [score for row in asked if (score := score_of(row, method)) is not None]
    high, medium = sum(score >= 70 for score in scores), sum(40 <= score < 70 for score in scores)
    late = sum(row["is_breached"] for row in asked)
    assert answer["summary"] == {
        "total_open_tasks": len(asked),
        "breached_count": late,
        "unscored_count": len(asked) - late - len(scores),
        "high_risk_count": high,
        "medium_risk_count": medium,
        "low_risk_count": len(scores) - high - medium,
        "above_threshold_count": sum(score >= threshold for score in scores),
    }
    assert answer["risk_distribution"]["high"] == pytest.approx(100 * high / len(scores), abs=0.01)
    told = [row["risk_score"] for row in answer["at_risk_tasks"]]
    assert told == sorted((score for score in scores if score >= threshold), reverse=True)[:50]
    assert answer["filters"] == filters


@pytest.mark.parametrize("method", ["rules", "model"])
@pytest.mark.usefixtures("model")
async def test_every_count_opens_to_its_rows(admin: httpx.AsyncClient, method: str) -> None:
    summary = (await get(admin, PATH, method=method, threshold=55))["summary"]
    opened = {
        "total_open_tasks": {},
        "breached_count": {"is_breached": True},
        "unscored_count": {"is_breached": False, "is_scored": False},
        "high_risk_count": {"level": "high"},
        "medium_risk_count": {"level": "medium"},
        "low_risk_count": {"level": "low"},
        "above_threshold_count": {"least_score": 55},
    }
    for name, query in opened.items():
        found = await read_all(admin, ROWS, method=method, **query)
        assert len(found) == summary[name], name


@pytest.mark.usefixtures("model")
async def test_the_model_says_what_it_is_and_what_moves_it(admin: httpx.AsyncClient) -> None:
    answer = await get(admin, PATH, method="model", threshold=0)
    first = answer["at_risk_tasks"][0]
    assert first["risk_factors"] == [{"feature": "share_of_target", "value": 0.5, "effect": 1.25}]
    assert first["risk_level"] == "high"
    assert (first["expected_hours"], first["expected_hours_upper_90"]) == (9, 30)
    assert answer["model"]["version"] == "sla_risk-1.0"
    assert answer["quality"] == {"auc": 0.84, "baselines": {"rules": {"auc": 0.7}}}
    assert answer["fallback"] is False
    assert answer["warnings"] == ["19 open tickets came after the model was asked last, or have no SLA"]


@pytest.mark.usefixtures("rows")
async def test_without_a_model_it_says_so_and_the_rules_answer(admin: httpx.AsyncClient) -> None:
    answer = await get(admin, PATH, method="model")
    assert (answer["fallback"], answer["model"]) == (True, None)
    assert answer["warnings"] == ["no model is served: train one, or use method=rules"]
    rules = await get(admin, PATH)
    assert (rules["fallback"], rules["warnings"], rules["method"]) == (False, [], "rules")


@pytest.mark.usefixtures("rows")
async def test_why_a_model_was_taken_back_is_told(
    admin: httpx.AsyncClient, connection: psycopg.Connection[Any]
) -> None:
    reason = "62% of what tickets now have as category was unknown or rare when the model was learnt."
    connection.execute(
        """
        insert into serving.model_decisions values
        ('sla_risk', null, now(), %s), ('resolution_time', 3, now(), 'It beats its baseline.')
        """,
        [reason],
    )
    answer = await get(admin, PATH, method="model")
    assert answer["warnings"] == ["no model is served: train one, or use method=rules", reason]
    assert (await get(admin, PATH))["warnings"] == []


@pytest.mark.usefixtures("model")
async def test_what_moved_since_the_model_was_learnt_is_told(
    admin: httpx.AsyncClient, connection: psycopg.Connection[Any]
) -> None:
    """In a sentence; the figures of single inputs are for whoever keeps the model."""
    connection.execute(
        """
        update serving.served_models
        set warnings = '["Inputs have moved."]', metrics = metrics || '{"inputs": {"watched": 48}}'
        """
    )
    answer = await get(admin, PATH, method="model")
    assert answer["warnings"][0] == "Inputs have moved."
    assert answer["quality"] == {"auc": 0.84, "baselines": {"rules": {"auc": 0.7}}}
    assert (await get(admin, PATH))["warnings"] == []


async def test_an_empty_desk_is_answered(
    admin: httpx.AsyncClient, connection: psycopg.Connection[Any]
) -> None:
    Publication(connection, []).publish()
    for method in ("rules", "model"):
        answer = await get(admin, PATH, method=method)
        assert set(answer["summary"].values()) == {0}
        assert answer["risk_distribution"] == {"high": None, "medium": None, "low": None}


@pytest.mark.parametrize(
    ("query", "field"), [({"threshold": 101}, "threshold"), ({"method": "oracle"}, "method")]
)
@pytest.mark.usefixtures("rows")
async def test_a_value_out_of_bounds_is_named(
    admin: httpx.AsyncClient, query: dict[str, Any], field: str
) -> None:
    response = await admin.get(PATH, params=query)
    assert response.status_code == 400
    assert field in response.json()["details"]


@pytest.mark.usefixtures("rows")
async def test_only_an_admin_reads_it(app: FastAPI) -> None:
    async with calling(app, "Agent") as agent:
        for path in (PATH, ROWS):
            assert (await agent.get(path)).status_code == 403
