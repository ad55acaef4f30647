"""The registry is whole: every number of every answer is defined once, by columns that exist."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin

import httpx
import psycopg
import pytest
from pydantic import BaseModel

from api.insights.answers.routes import QUESTIONS
from api.insights.answers.schemas import Rows
from api.insights.catalogue.registry import full_path, load_metrics
from api.main import create_workflow_api
from api.settings import ApiSettings
from tests.api.identity.levels import walk

ROOT = Path(__file__).parents[4]
# Numbers that name, bound or describe something: no metric, whatever answer they stand in.
NOT_MEASURED = {
    "publication_id", "workflow_id", "step_id", "task_id", "ticket_id", "task_item_id", "user_id", "role_id",
    "assignee_id", "owner_id", "threshold", "at_risk_ratio", "within_hours",
    "time_period_days", "days", "horizon", "history_days", "forecast_periods", "confidence_level", "n_obs",
    "history_weeks", "forecast_weeks", "analysis_period_days", "from_step_id", "to_step_id", "step_ids",
    "rank", "risk_threshold", "value",
    "forecast_days", "service_level", "answer_within", "hour", "day_number", "peak_hours", "quiet_hours",
}  # fmt: skip
# Figures of the period before and what changed since: the same metrics, once more.
COMPARED = re.compile(r"^(previous|change)\.")


@pytest.fixture(scope="module")
def answers() -> dict[str, type[BaseModel]]:
    """Model of each published answer, by its path; a list of rows only if its rows are measured."""
    measured = {carrier.answer for metric in load_metrics().values() for carrier in metric.carried}
    app = create_workflow_api(ApiSettings(database_url="postgresql://nowhere/none"))
    published = {
        full_path(route.path): route.response_model
        for route in walk(app.routes)
        if getattr(route, "endpoint", None) in QUESTIONS
    }
    return {
        path: model for path, model in published.items() if path in measured or not issubclass(model, Rows)
    }


def numbers_of(model: Any, path: str = "") -> Iterator[str]:
    for name, field in model.model_fields.items():
        yield from _numbers(field.annotation, f"{path}{name}")


def _numbers(annotation: Any, path: str) -> Iterator[str]:
    origin = get_origin(annotation)
    if origin in {Union, UnionType}:
        for option in get_args(annotation):
            yield from _numbers(option, path)
    elif origin is list:
        yield from _numbers(get_args(annotation)[0], f"{path}[]")
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield from numbers_of(annotation, f"{path}.")
    elif isinstance(annotation, type) and issubclass(annotation, int | float) and annotation is not bool:
        yield path


def test_every_number_of_every_answer_is_one_metric(answers: dict[str, type[BaseModel]]) -> None:
    carried = {
        (carrier.answer, carrier.field) for metric in load_metrics().values() for carrier in metric.carried
    }
    missing = sorted(
        f"{path} {field}"
        for path, model in answers.items()
        for field in set(numbers_of(model))
        if field.rpartition(".")[2].removesuffix("[]") not in NOT_MEASURED
        and not COMPARED.match(field)
        and not (field == "count" and issubclass(model, Rows))
        and (path, field) not in carried
    )
    assert missing == []


def test_metrics_are_carried_by_fields_that_exist(answers: dict[str, type[BaseModel]]) -> None:
    told = {path: set(numbers_of(model)) for path, model in answers.items()}
    astray = sorted(
        f"{metric.id}: {carrier.answer} {carrier.field}"
        for metric in load_metrics().values()
        for carrier in metric.carried
        if carrier.field not in told.get(carrier.answer, set())
    )
    assert astray == []


def test_the_tests_that_guard_a_metric_exist() -> None:
    known = {path.stem for path in (ROOT / "dbt_project/tests").rglob("*.sql")}
    for metric in load_metrics().values():
        assert metric.tests, metric.id
        for guard in metric.tests:
            kind, name = guard.split(":", 1)
            assert name in known if kind == "dbt" else (ROOT / name).exists(), (metric.id, guard)


def test_dbt_models_of_metrics_exist() -> None:
    models = {path.stem for path in (ROOT / "dbt_project/models").rglob("*.sql")}
    assert {metric.model for metric in load_metrics().values()} <= models


def test_formulas_are_of_columns_that_exist(connection: psycopg.Connection[Any]) -> None:
    wrong = []
    for metric in load_metrics().values():
        asked = [(metric.source, metric.sql)] if metric.sql else []
        asked += [(metric.rows.table, metric.rows_sql)] if metric.rows and metric.rows_sql else []
        for table, formula in asked:
            written = re.sub(r"(?<![:\w]):([a-z_]+)", "''", formula.replace("{group}", "true"))
            try:
                connection.execute(f"explain select {written} from {table} as counted".replace("%", "%%"))
            except psycopg.Error as error:
                wrong.append(f"{metric.id}: {formula} of {table}: {error}")
    assert wrong == []


class TestTheCatalogue:
    async def test_tells_every_metric(self, admin: httpx.AsyncClient) -> None:
        page, told = "/metrics/?page_size=100", []
        while page:
            answer = (await admin.get(page)).json()
            told += answer["results"]
            page = answer["next"]
        assert [each["id"] for each in told] == list(load_metrics())
        assert answer["count"] == len(told)

    async def test_shows_one(self, admin: httpx.AsyncClient) -> None:
        shown = (await admin.get("/metrics/sla_compliance_rate/")).json()
        assert shown["unit"] == "percent"
        assert shown["is_provable"]
        carried = {(each["answer"], each["field"]) for each in shown["carried_by"]}
        assert ("/analytics/tickets/dashboard/", "sla_compliance_rate") in carried

    async def test_is_narrowed_to_an_answer(self, admin: httpx.AsyncClient) -> None:
        path = "/analytics/tickets/age/"
        found = (await admin.get("/metrics/", params={"answer": path})).json()["results"]
        assert {each["id"] for each in found} == {"tickets_by_age", "share_by_age"}

    @pytest.mark.parametrize(
        ("path", "status"),
        [("/metrics/luck/", 404), ("/metrics/?topic=luck", 400), ("/metrics/?page=99", 404)],
    )
    async def test_knows_no_other(self, admin: httpx.AsyncClient, path: str, status: int) -> None:
        assert (await admin.get(path)).status_code == status


@pytest.mark.asyncio(loop_scope="module")
async def test_an_answer_names_its_metrics_and_a_list_those_it_explains(client: httpx.AsyncClient) -> None:
    answer = (await client.get("/tickets/priority/")).json()
    assert {"total_tickets", "share_of_tickets"} <= set(answer["metrics"])
    listed = (await client.get("/drilldown/tickets/sla/")).json()
    assert {"sla_met", "sla_breached"} <= set(listed["metrics"])
    assert listed["proof"] is None
    assert json.dumps(answer["proof"]) == '"/analytics/proof/?path=/analytics/tickets/priority/"'
