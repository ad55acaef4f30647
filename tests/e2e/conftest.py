"""Public logs through the whole road: import, one pipeline run, the REST API."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from api.kit.db import with_database
from tests.conftest import PROJECT, temporary_database

Publish = Callable[[str, Path, str], str]


@pytest.fixture(scope="module")
def publish_log(tmp_path_factory: pytest.TempPathFactory) -> Publish:
    """Import a log and publish it with the real commands; the database's URL comes back."""

    def publish(database_url: str, log: Path, mapping: str) -> str:
        home = tmp_path_factory.mktemp("home")
        environment = os.environ | {"SLUICE_DATABASE_URL": database_url, "SLUICE_HOME": str(home)}
        mapping_file = PROJECT / "docs" / "mappings" / f"{mapping}.yaml"
        for arguments in (
            ["import", str(log), "--mapping", str(mapping_file)],
            ["pipeline", "run", "--no-train"],
        ):
            done = subprocess.run(
                [sys.executable, "-m", "sluice", *arguments],
                env=environment,
                cwd=home,
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, done.stdout + done.stderr
        return database_url

    return publish


@pytest.fixture(scope="module")
def second_database_url(server_url: str, template_database: str) -> Iterator[str]:
    with temporary_database(server_url, template=template_database) as name:
        yield with_database(server_url, name)
