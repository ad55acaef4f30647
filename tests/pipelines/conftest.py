import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.pipelines.desk import fill_desk

# What the pipeline's own libraries tell their developers.
LIBRARY_WARNINGS = [
    "ignore::DeprecationWarning",
    "ignore::PendingDeprecationWarning",
    "ignore::dagster.BetaWarning",
    "ignore::dagster.PreviewWarning",
    "ignore::ResourceWarning",
    "ignore::FutureWarning",
    "ignore::UserWarning",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents or (here.parent / "dbt") in item.path.parents:
            for warning in LIBRARY_WARNINGS:
                item.add_marker(pytest.mark.filterwarnings(warning))


@pytest.fixture(scope="module")
def desk_days() -> int:
    """Over how many days the desk's tickets came; a module may say otherwise."""
    return 60


@pytest.fixture(scope="module")
def sluice_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Path]]:
    """Points the pipeline of this process at a database, with a home of the module's own."""
    before = {name: os.environ.get(name) for name in ("SLUICE_DATABASE_URL", "SLUICE_HOME", "DAGSTER_HOME")}
    home = tmp_path_factory.mktemp("sluice")

    def point(database_url: str) -> Path:
        os.environ["SLUICE_DATABASE_URL"] = database_url
        os.environ["SLUICE_HOME"] = str(home)
        os.environ.pop("DAGSTER_HOME", None)
        return home

    yield point
    for name, value in before.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


@pytest.fixture(scope="module")
def desk_url(module_database_url: str, sluice_home: Callable[[str], Path], desk_days: int) -> str:
    """A desk of 300 tickets, which the pipeline of this process works on."""
    fill_desk(module_database_url, tickets=300, days=desk_days)
    sluice_home(module_database_url)
    return module_database_url


@pytest.fixture
def definitions() -> Any:
    # Imported by the test, under its warning filters, so that collecting the suite does not parse dbt.
    from pipelines.definitions import defs  # noqa: PLC0415

    return defs


@pytest.fixture
def connection(desk_url: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(desk_url, autocommit=True) as connection:
        yield connection
