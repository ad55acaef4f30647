"""Running `sluice` commands in this process, and small logs to feed them."""

import csv
import json
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml

from sluice.cli import main
from tests.conftest import PROJECT, temporary_database

MAPPINGS = PROJECT / "docs" / "mappings"


@dataclass(frozen=True)
class Outcome:
    exit_code: int
    output: str
    error: str

    @property
    def report(self) -> dict[str, Any]:
        return json.loads(self.output)


Sluice = Callable[..., Outcome]
Query = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture
def sluice(database_url: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Sluice:
    """Run `sluice …` against this test's database, as the command line would."""
    monkeypatch.setenv("SLUICE_DATABASE_URL", database_url)

    def run(*arguments: object) -> Outcome:
        monkeypatch.setattr(sys, "argv", ["sluice", *map(str, arguments)])
        capfd.readouterr()
        with pytest.raises(SystemExit) as stopped:
            main()
        printed = capfd.readouterr()
        return Outcome(int(stopped.value.code or 0), printed.out, printed.err)

    return run


@pytest.fixture
def query(database_url: str) -> Query:
    def fetch(statement: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(database_url) as connection:
            return connection.execute(statement.encode()).fetchall()

    return fetch


@pytest.fixture(scope="module")
def import_into() -> Callable[[str, Path, Path], None]:
    """Import a file into a database given by its URL."""

    def run(database_url: str, log: Path, mapping: Path) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setitem(os.environ, "SLUICE_DATABASE_URL", database_url)
            patch.setattr(sys, "argv", ["sluice", "import", str(log), "--mapping", str(mapping), "--json"])
            with pytest.raises(SystemExit) as stopped:
                main()
        assert not stopped.value.code

    return run


@pytest.fixture(scope="module")
def second_database_url(server_url: str, template_database: str) -> Iterator[str]:
    from api.kit.db import with_database  # noqa: PLC0415

    with temporary_database(server_url, template=template_database) as name:
        yield with_database(server_url, name)


COLUMNS = ("id", "at", "state", "who", "team", "priority", "kind")
MAPPING: dict[str, Any] = {
    "source": "small_log",
    "ticket_id": {"column": "id", "prefix": "S-"},
    "fields": {
        "state": {"column": "state"},
        "step": {"column": "state"},
        "category": {"column": "kind"},
        "group": {"column": "team"},
        "priority": {"column": "priority"},
        "assignee": {"column": "who"},
    },
    "timestamps": {"event": {"column": "at"}},
    "states": {
        "New": {"task": "pending", "ticket": "New"},
        "Work": {"task": "in progress", "ticket": "In Progress"},
        "Wait": {"task": "on_hold", "ticket": "On Hold"},
        "Done": {"task": "completed", "ticket": "Resolved"},
    },
    "workflow": {"name": "Small"},
}


@pytest.fixture
def mapping_file(tmp_path: Path) -> Callable[[dict[str, Any]], Path]:
    def write(changes: dict[str, Any] | None = None) -> Path:
        path = tmp_path / "mapping.yaml"
        path.write_text(yaml.safe_dump(MAPPING | (changes or {})), encoding="utf-8")
        return path

    return write


@pytest.fixture
def log_file(tmp_path: Path) -> Callable[..., Path]:
    """Write a CSV log: rows of `COLUMNS`, the last ones left out where they do not matter."""

    def write(*rows: tuple[str, ...], name: str = "log.csv") -> Path:
        path = tmp_path / name
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(COLUMNS)
            writer.writerows((*row, *("",) * (len(COLUMNS) - len(row))) for row in rows)
        return path

    return write
