"""What dbt tells of its readers is what they read."""

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
import yaml

from api.insights.answers.statements import FILES
from api.insights.catalogue.lineage import answers, load_document
from api.insights.catalogue.registry import load_metrics
from api.insights.endpoints import router
from pipelines.defs.publication.tables import PUBLISHED_TABLES
from pipelines.settings import DBT_PROJECT
from sluice.lineage.models import read_learnt
from sluice.lineage.page import columns_of
from tests.api.identity.levels import walk
from tests.sluice.lineage.pages import PAGES, asked_by

ROOT = Path(__file__).parents[3]
ADDRESS = re.compile(r"GET (/analytics/\S*)")
REFERENCE = re.compile(r"ref\('(\w+)'\)")
PROOFS = "/analytics/proof/"


@pytest.fixture(scope="module")
def exposures() -> list[dict[str, Any]]:
    files = sorted((DBT_PROJECT / "models").glob("_exposures*.yml"))
    return [each for path in files for each in yaml.safe_load(path.read_text(encoding="utf-8"))["exposures"]]


def of_type(exposures: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [each for each in exposures if each["type"] == kind]


def answers_of(exposure: dict[str, Any]) -> list[str]:
    return ADDRESS.findall(exposure["description"])


def models_of(exposure: dict[str, Any]) -> set[str]:
    return {name for reference in exposure["depends_on"] for name in REFERENCE.findall(reference)}


def published_tables_of(paths: Iterable[str]) -> set[str]:
    """The published tables that answers read, those behind a view in its place."""
    tables = set()
    for path in paths:
        waiting = list(columns_of(answers()[path])) if path in answers() else []
        while waiting:
            column = waiting.pop()
            schema, table, _ = column.split(".")
            if schema == "serving" and table in PUBLISHED_TABLES:
                tables.add(table)
            elif schema == "serving":
                waiting += load_document()["columns"][column]
    return tables


def test_every_address_stands_in_one_exposure(exposures: list[dict[str, Any]]) -> None:
    told = Counter(path for each in of_type(exposures, "application") for path in answers_of(each))
    assert dict(told) == dict.fromkeys({route.path for route in walk(router.routes)}, 1)


def test_an_exposure_depends_on_what_its_answers_read(exposures: list[dict[str, Any]]) -> None:
    for exposure in [*of_type(exposures, "application"), *of_type(exposures, "dashboard")]:
        if PROOFS not in answers_of(exposure):
            read = published_tables_of(answers_of(exposure))
            assert models_of(exposure) & set(PUBLISHED_TABLES) == read, exposure["name"]


def test_a_proof_reads_the_rows_of_every_metric(exposures: list[dict[str, Any]]) -> None:
    proofs = [models_of(each) for each in exposures if PROOFS in answers_of(each)]
    rows = {metric.rows.table for metric in load_metrics().values() if metric.is_provable and metric.rows}
    assert proofs
    for models in proofs:
        assert models >= {table.split(".")[1] for table in rows} & set(PUBLISHED_TABLES)


def test_every_published_table_has_a_reader(exposures: list[dict[str, Any]]) -> None:
    read = set[str]().union(*(models_of(each) for each in of_type(exposures, "application")))
    assert set(PUBLISHED_TABLES) - read == set()


def test_every_table_that_a_statement_names_is_told() -> None:
    """No file of a statement is left out because no question that was asked leads to it."""
    named = {
        table
        for path in FILES.values()
        for table in re.findall(r"(?:from|join) serving\.(\w+)", path.read_text(encoding="utf-8"))
    }
    told = {column.split(".")[1] for path in answers() for column in columns_of(answers()[path])}
    assert named - told == set()


def test_every_page_is_told_with_what_it_asks(exposures: list[dict[str, Any]]) -> None:
    told = {each["name"]: set(answers_of(each)) for each in of_type(exposures, "dashboard")}
    assert told == {f"{page}_page": asked_by(page) for page in PAGES}


def test_every_model_is_told_with_what_it_learns_from(exposures: list[dict[str, Any]]) -> None:
    told = {each["name"]: models_of(each) for each in of_type(exposures, "ml")}
    assert set(told) == {f"{path.parent.name}_model" for path in (ROOT / "ml").glob("*/README.md")}
    learnt = {
        column.split(".")[1]
        for columns in read_learnt().values()
        for made_of in columns.values()
        for column in made_of
        if column.startswith("marts.")
    }
    assert set[str]().union(*told.values()) == learnt
