import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from dbt.cli.main import dbtRunner, dbtRunnerResult
from dbt.contracts.graph.manifest import Manifest

from pipelines.settings import DBT_PROJECT, PipelineSettings


class Dbt:
    """dbt in this process: parsed once, then every build reuses the manifest."""

    def __init__(self, settings: PipelineSettings) -> None:
        self.settings = settings

    def manifest(self) -> Manifest:
        with self._environment(), self._parse_lock():
            result = dbtRunner().invoke(["parse", *self._options()])
        if not isinstance(result.result, Manifest):
            raise DbtError(f"dbt cannot read its project: {result.exception}")
        return result.result

    def invoke(self, arguments: Sequence[str], manifest: Manifest) -> dbtRunnerResult:
        with self._environment():
            return dbtRunner(manifest=manifest).invoke([*arguments, *self._options()])

    def _options(self) -> list[str]:
        return [
            *("--project-dir", str(DBT_PROJECT)),
            *("--profiles-dir", str(DBT_PROJECT)),
            *("--target-path", str(self.settings.dbt_artifacts / "target")),
            *("--log-path", str(self.settings.dbt_artifacts / "logs")),
            *("--log-level", "none", "--log-level-file", "warn"),
            "--no-use-colors",
            "--no-version-check",
        ]

    @contextmanager
    def _environment(self) -> Iterator[None]:
        before = dict(os.environ)
        os.environ.update(self.settings.dbt_environment)
        try:
            yield
        finally:
            for name in self.settings.dbt_environment:
                os.environ.pop(name, None)
            os.environ.update(before)

    @contextmanager
    def _parse_lock(self) -> Iterator[None]:
        # The web server, the daemon and a run may all start at once and parse into one folder.
        self.settings.dbt_artifacts.mkdir(parents=True, exist_ok=True)
        with Path(self.settings.dbt_artifacts / "parse.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


class DbtError(Exception):
    """dbt could not do what it was asked, in one sentence."""


def project_manifest() -> Manifest:
    """Manifest of the project as it is on disk, parsed once per process and database."""
    settings = PipelineSettings()
    return _parsed(settings.home, settings.database_url)


@cache
def _parsed(home: Path, database_url: str) -> Manifest:
    # A manifest names the database of its relations, so each database has its own.
    return Dbt(PipelineSettings(home=home, database_url=database_url)).manifest()
