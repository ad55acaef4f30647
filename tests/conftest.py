"""One server for the run, one migrated template, and a database of its own for each that asks."""

import os
import signal
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from hypothesis import settings
from psycopg import sql

from api.kit.db import with_database
from api.migrations.runner import upgrade

pytest_plugins = [
    "tests.fixtures.server",
    "tests.fixtures.services",
    "tests.fixtures.statements",
    "tests.fixtures.published_desk",
]

PROJECT = Path(__file__).parent.parent
# The suite has a worker on every core: threads of one worker's model would wait for those of another.
os.environ.setdefault("OMP_NUM_THREADS", "1")
# A shell ignores SIGINT for what it runs in the background, and Dagster does to SIGTERM what SIGINT has: what
# a test starts after that could not be asked to end.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
# How long an example takes is the machine's affair.
settings.register_profile("sluice", deadline=None)
settings.load_profile("sluice")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of the public logs; tests that need it are skipped where it is absent."""
    folder = Path(os.environ.get("SLUICE_SHARED_DATA", PROJECT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip("the public logs are not on this machine (set SLUICE_SHARED_DATA)")
    return folder


@pytest.fixture(scope="session")
def template_database(server_url: str) -> Iterator[str]:
    """Name of a database migrated once per worker; copies of it cost a fraction of a migration."""
    with temporary_database(server_url) as name:
        upgrade(with_database(server_url, name))
        yield name


@pytest.fixture
def database_url(server_url: str, template_database: str) -> Iterator[str]:
    """A migrated, empty database for one test."""
    with temporary_database(server_url, template=template_database) as name:
        yield with_database(server_url, name)


@pytest.fixture(scope="module")
def module_database_url(server_url: str, template_database: str) -> Iterator[str]:
    """A migrated database shared by the tests of one module, for data too dear to load for each."""
    with temporary_database(server_url, template=template_database) as name:
        yield with_database(server_url, name)


class temporary_database:  # noqa: N801 - used as a context manager, named like one
    def __init__(self, server_url: str, template: str = "template1", name: str | None = None) -> None:
        self.server_url = server_url
        self.template = template
        self.name = name or f"sluice_test_{uuid.uuid4().hex[:12]}"

    def __enter__(self) -> str:
        return self.create()

    def __exit__(self, *_: object) -> None:
        self.drop()

    def create(self) -> str:
        self._execute("create database {} template {}", self.name, self.template)
        return self.name

    def drop(self) -> None:
        self._execute("drop database if exists {} with (force)", self.name)

    def _execute(self, statement: str, *names: str) -> None:
        with psycopg.connect(self.server_url, autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
