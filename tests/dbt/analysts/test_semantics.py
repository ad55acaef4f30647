"""Semantic models that any layer can use: valid by dbt's rules, and of the numbers that the API tells."""

from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from dbt.contracts.graph.manifest import Manifest
from dbt_semantic_interfaces.implementations.semantic_manifest import PydanticSemanticManifest
from dbt_semantic_interfaces.validations.semantic_manifest_validator import SemanticManifestValidator

from api.insights.catalogue.registry import Carrier, load_metrics
from tests.api.insights.calls import get
from tests.dbt.analysts.semantic_layer import SemanticLayer

pytestmark = pytest.mark.asyncio(loop_scope="module")
# Of the lists, those that tell each row of a kind: the list, what its rows are told apart by, here and there.
LISTS = {
    ("/analytics/workflows/steps/", "step_performance"): ("step_id", "step"),
    ("/analytics/tasks/users/", "user_performance"): ("user_id", "person"),
    ("/analytics/tickets/priority/", "priority_distribution"): ("priority", "priority"),
    ("/analytics/tickets/sla/", "sla_compliance"): ("priority", "priority"),
    ("/analytics/workflows/metrics/", "workflow_metrics"): ("workflow_id", "workflow"),
}


@pytest.fixture(scope="module")
def manifest(parsed: tuple[Manifest, Path]) -> PydanticSemanticManifest:
    written: PydanticSemanticManifest = PydanticSemanticManifest.parse_raw(
        parsed[1].read_text(encoding="utf-8")
    )
    return written


@pytest.fixture(scope="module")
def layer(manifest: PydanticSemanticManifest) -> SemanticLayer:
    return SemanticLayer(manifest)


async def test_dbt_finds_nothing_wrong(manifest: PydanticSemanticManifest) -> None:
    found = SemanticManifestValidator[PydanticSemanticManifest]().validate_semantic_manifest(manifest)
    assert [issue.message for issue in found.all_issues] == []


async def test_a_day_is_a_day_of_the_marts(manifest: PydanticSemanticManifest) -> None:
    [spine] = manifest.project_configuration.time_spines
    assert (spine.node_relation.schema_name, spine.node_relation.alias) == ("marts", "dim_dates")


async def test_metrics_are_those_of_the_catalogue(manifest: PydanticSemanticManifest) -> None:
    known = load_metrics()
    for metric in manifest.metrics:
        assert metric.label == known[metric.name].name
        assert known[metric.name].formula in (metric.description or "")


async def test_every_element_is_a_column(
    manifest: PydanticSemanticManifest, analyst: psycopg.Connection[Any]
) -> None:
    for model in manifest.semantic_models:
        elements = [*model.entities, *model.dimensions, *model.measures]
        columns = ", ".join(element.expr or element.name for element in elements)
        analyst.execute(f"select {columns} from marts.{model.node_relation.alias} limit 1".encode())


async def test_totals_are_the_apis(
    layer: SemanticLayer, analyst: psycopg.Connection[Any], reader: httpx.AsyncClient
) -> None:
    compared = set()
    for metric in layer.manifest.metrics:
        [[number]] = analyst.execute(layer.query(metric.name).encode()).fetchall()
        for carrier in load_metrics()[metric.name].carried:
            if is_total(carrier):
                # Service health keeps its numbers under the name by which other answers tell their metrics.
                answer = (await reader.get(below(carrier.answer), params=carrier.when)).json()
                for part in carrier.field.split("."):
                    answer = answer[part]
                assert_same(metric.name, number, answer)
                compared.add(metric.name)
    assert len(compared) >= 30


@pytest.mark.parametrize(("address", "rows"), LISTS)
async def test_rows_of_lists_are_the_apis(
    layer: SemanticLayer,
    analyst: psycopg.Connection[Any],
    reader: httpx.AsyncClient,
    address: str,
    rows: str,
) -> None:
    told_by, entity = LISTS[address, rows]
    answer = {row[told_by]: row for row in (await get(reader, below(address)))[rows]}
    assert len(answer) > 1
    compared = set()
    for metric in layer.manifest.metrics:
        for carrier in load_metrics()[metric.name].carried:
            if carrier.answer == address and carrier.field.startswith(f"{rows}[].") and not carrier.when:
                grouped = dict(analyst.execute(layer.query(metric.name, by=entity).encode()).fetchall())
                for group, row in answer.items():
                    assert_same(metric.name, grouped[group], row[carrier.field.rpartition(".")[2]])
                compared.add(metric.name)
    assert compared


def below(address: str) -> str:
    """The part of an address that a reader of the API is not at already."""
    return address.removeprefix("/analytics")


def is_total(carrier: Carrier) -> bool:
    return not any(mark in carrier.field + carrier.answer for mark in ("[]", "{", "trends"))


def assert_same(metric: str, number: Any, told: Any) -> None:
    """Equal, but for the two digits that are told, and the error of a histogram where one is read."""
    if number is None or told is None:
        assert (number, told) == (None, None), metric
        return
    error = load_metrics()[metric].error_percent / 100 * abs(float(number))
    assert float(told) == pytest.approx(float(number), abs=error + 0.00501), metric
