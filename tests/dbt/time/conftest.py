import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from api.kit.db import with_database
from pipelines.resources.dbt import Dbt, project_manifest
from pipelines.settings import PipelineSettings
from tests.conftest import temporary_database
from tests.dbt.time.desk import MEMBERS, OFFICES, LifeWriter
from tests.dbt.time.expected import Account
from tests.dbt.time.told import Life, example, random_lives

_DONE = {"success", "pass"}


@dataclass(frozen=True)
class ToldDesk:
    """Lives that were told to the operational core, and the marts that dbt made of them."""

    connection: psycopg.Connection[dict[str, Any]]
    lives: dict[int, Life]
    as_of: datetime

    @property
    def example_id(self) -> int:
        return next(iter(self.lives))

    def account(self, task_id: int) -> Account:
        return Account(self.lives[task_id], self.as_of)

    def rows(self, statement: str, *values: object) -> list[dict[str, Any]]:
        return self.connection.execute(statement.encode(), values).fetchall()

    def by_task(self, mart: str, order: str = "1") -> dict[int, list[dict[str, Any]]]:
        grouped: dict[int, list[dict[str, Any]]] = {task_id: [] for task_id in self.lives}
        for row in self.rows(f"select * from marts.{mart} order by {order}"):
            grouped[row["task_id"]].append(row)
        return grouped


@pytest.fixture(scope="package")
def told_desk(
    server_url: str, template_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ToldDesk]:
    """Random lives and the example of the decision log, through the real models and their tests."""
    with temporary_database(server_url, template=template_database) as name:
        url = with_database(server_url, name)
        lives = [example(), *random_lives(250, calendars=len(OFFICES), members=len(MEMBERS))]
        with psycopg.connect(url) as connection:
            task_ids = LifeWriter(connection).write(lives)
        before = {key: os.environ.get(key) for key in ("SLUICE_DATABASE_URL", "SLUICE_HOME")}
        os.environ.update(SLUICE_DATABASE_URL=url, SLUICE_HOME=str(tmp_path_factory.mktemp("sluice")))
        try:
            _build()
        finally:
            for key, value in before.items():
                os.environ.pop(key, None)
                if value is not None:
                    os.environ[key] = value
        with psycopg.connect(url, row_factory=dict_row, autocommit=True) as reader:
            row = reader.execute("select as_of from intermediate.int_run__window").fetchone()
            assert row is not None
            yield ToldDesk(reader, dict(zip(task_ids, lives, strict=True)), row["as_of"])


def _build() -> None:
    selection = ["+path:models/marts/time", "+path:models/marts/dimensions", "+ticket_versions"]
    # Without tests that compare these models with some that are not built here.
    options = ["--exclude-resource-type", "unit_test", "--indirect-selection", "cautious"]
    arguments = ["build", *options, "--select", *selection]
    built = Dbt(PipelineSettings()).invoke(arguments, project_manifest())
    results: Any = getattr(built.result, "results", ())
    faults = [f"{each.node.name}: {each.message}" for each in results if each.status not in _DONE]
    assert built.success, faults
