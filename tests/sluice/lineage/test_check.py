"""A column that is gone is told with the answers that come from it."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from api.insights.catalogue.lineage import load_document
from pipelines.settings import DBT_PROJECT
from sluice.lineage import check
from sluice.lineage.check import documented_columns, find_missing


@pytest.fixture(scope="module")
def present() -> dict[str, set[str]]:
    return documented_columns()


def test_nothing_that_is_read_is_gone() -> None:
    assert check.main() == 0


@pytest.mark.parametrize(
    ("column", "told"),
    [
        (
            "serving.ticket_cube.pending",
            "GET /analytics/tickets/status/ fields status_summary[].count, status_summary[].perc",
        ),
        ("serving.work_series.kept", "GET /analytics/workflows/steps/ names it"),
        (
            "marts.fct_tickets.sla_status",
            "GET /analytics/tickets/dashboard/ fields sla_compliance_rate, sla_breached",
        ),
        ("ops.step.name", "GET /analytics/workflows/steps/ field step_performance[].step_name reads it"),
    ],
)
def test_a_column_that_is_gone_names_its_readers(
    present: dict[str, set[str]], column: str, told: str
) -> None:
    table, _, name = column.rpartition(".")
    (sentence,) = find_missing(load_document(), present | {table: present[table] - {name}}, [f"{table}."])
    assert sentence.startswith(f"{column} is gone: GET /analytics/")
    assert told in sentence


def test_a_table_that_is_gone_is_told_column_by_column(present: dict[str, set[str]]) -> None:
    gone = find_missing(
        load_document(),
        {name: columns for name, columns in present.items() if name != "serving.agent_load"},
        ["serving.agent_load."],
    )
    assert any(sentence.startswith("serving.agent_load.capacity is gone") for sentence in gone)
    assert any(sentence.startswith("serving.agent_load.* is gone") for sentence in gone)


def test_a_column_taken_from_a_contract_is_missed(tmp_path: Path) -> None:
    project = tmp_path / "dbt_project"
    shutil.copytree(DBT_PROJECT / "models", project / "models")
    contract = project / "models" / "serving" / "operational" / "_operational__models.yml"
    text = contract.read_text(encoding="utf-8")
    contract.write_text(text.replace("name: remaining_seconds", "name: seconds_left"), encoding="utf-8")

    gone = find_missing(load_document(), documented_columns(project), ["serving.open_tickets."])

    assert [sentence.split(" is gone")[0] for sentence in gone] == ["serving.open_tickets.remaining_seconds"]
    assert "GET /analytics/sla-risk/ fields " in gone[0]


def test_what_is_found_ends_in_failure(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], present: dict[str, set[str]]
) -> None:
    less: dict[str, Any] = present | {"ops.task": present["ops.task"] - {"sla_source"}}
    monkeypatch.setattr(check, "documented_columns", lambda: less)
    assert check.main() == 1
    assert "ops.task.sla_source is gone: GET /analytics/" in capsys.readouterr().err
