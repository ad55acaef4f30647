"""The lineage that is kept is that of the code, and all of it can be told."""

from collections.abc import Iterator
from typing import Any

import pytest

from api.insights.catalogue.lineage import DOCUMENT, load_document
from sluice.lineage.check import documented_columns, find_missing
from sluice.lineage.document import make_document, render
from sluice.lineage.models import Warehouse, published, read_warehouse
from sluice.lineage.page import PAGE, render_page

ADVICE = "run `make lineage`"
# An SQL function of the Ticket Service's schema counts them: what it reads is nobody else's to see.
UNRESOLVED = {
    ("/analytics/service-health/", f"components.ticket_service.to_workflow_api.{name}")
    for name in ("status", "pending", "failed", "oldest_seconds")
}


@pytest.fixture(scope="module")
def warehouse(module_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SLUICE_DATABASE_URL", module_database_url)
        patch.setenv("SLUICE_HOME", str(tmp_path_factory.mktemp("sluice")))
        patch.delenv("DAGSTER_HOME", raising=False)
        yield read_warehouse()


@pytest.fixture(scope="module")
def document(warehouse: Warehouse) -> dict[str, Any]:
    return make_document(warehouse)


def test_the_document_is_that_of_the_code(document: dict[str, Any]) -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == render(document), ADVICE


def test_the_page_is_that_of_the_document(document: dict[str, Any]) -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert render_page(page, document) == page, ADVICE


def test_no_more_is_unresolved_than_is_known() -> None:
    unresolved = {
        (path, name)
        for path, answer in load_document()["answers"].items()
        for name, told in answer["fields"].items()
        if told == "unresolved"
    }
    assert unresolved == UNRESOLVED


def test_every_column_on_the_way_exists(warehouse: Warehouse) -> None:
    """Those of `lineage.yaml` beside the assets among them, which nothing else reads."""
    models = {published(name): model.columns for name, model in warehouse.models.items()}
    schemas = ("ops.", "ml.", "queue.", "serving.", "staging.", "intermediate.", "marts.")
    assert find_missing(load_document(), {**warehouse.tables, **models}, schemas) == []


def test_every_column_of_ml_that_is_learnt_exists(warehouse: Warehouse) -> None:
    for table, columns in warehouse.learnt.items():
        assert set(columns) <= set(warehouse.tables[table]), table


def test_what_needs_no_database_sees_the_same_columns(warehouse: Warehouse) -> None:
    documented = documented_columns()
    for name, model in warehouse.models.items():
        if name != "serving.department_rows":
            assert documented[published(name)] == set(model.columns), name


def test_a_renamed_column_is_missed_by_who_reads_it(warehouse: Warehouse) -> None:
    """As a change of a model would be: the manifest without the column."""
    cube = warehouse.models["build.ticket_cube"]
    models = {published(name): model.columns for name, model in warehouse.models.items()}
    models["serving.ticket_cube"] = tuple(name for name in cube.columns if name != "sla_met")

    gone = find_missing(load_document(), {**warehouse.tables, **models}, ["serving."])

    assert len(gone) == 1
    assert gone[0].startswith("serving.ticket_cube.sla_met is gone: ")
    assert "GET /analytics/tickets/sla/ fields overall_compliance_rate, " in gone[0]
