"""A copy of the project in which definitions are changed, and a published desk to try each change on."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from api.kit.db import with_database
from api.migrations.runner import upgrade
from tests.conftest import PROJECT, temporary_database
from tests.fixtures.published_desk import PUBLISHED_BEFORE, publish_simulated

LEFT_OUT = (".venv", ".sluice", ".git", ".uv", ".hypothesis", "*_cache", "__pycache__")
ORACLE = "tests/oracle/test_simulated_desk.py"
DBT, TEST, SURVIVED, BROKEN = "dbt", "test", "NOT CAUGHT", "BROKEN"
# Of pytest and of tests.mutants.rebuild alike; anything else is no verdict.
PASSED, FAILED = 0, 1
# An endpoint or a statement that fails says nothing about the figures.
NO_ANSWER = ("status_code == 200", "ProgrammingError")


@dataclass(frozen=True)
class Finding:
    """Who caught a mutant, and by what."""

    by: str
    how: str

    @property
    def is_caught(self) -> bool:
        return self.by not in {SURVIVED, BROKEN}


class Laboratory:
    """Every mutant is tried on the same desk, under the same name, so that dbt need not read all anew."""

    def __init__(self, folder: Path, server_url: str) -> None:
        self.copy = folder / "project"
        self.home = folder / "home"
        self.before = folder / "before"
        self.server_url = server_url
        self._desk = temporary_database(server_url)
        self.url = with_database(server_url, self._desk.name)
        self._pristine = temporary_database(server_url, template=self._desk.name)

    def __enter__(self) -> Self:
        shutil.copytree(PROJECT, self.copy, ignore=shutil.ignore_patterns(*LEFT_OUT))
        self._desk.__enter__()
        try:
            self._publish_desk()
            self._pristine.__enter__()
        except BaseException:
            self._desk.__exit__()
            raise
        self._desk.template = self._pristine.name
        return self

    def __exit__(self, *_: object) -> None:
        self._desk.__exit__()
        self._pristine.__exit__()

    def _publish_desk(self) -> None:
        self.home.mkdir()
        upgrade(self.url)
        publish_simulated(self.url, self.home, project=self.copy)
        self.before.mkdir()
        shutil.copy(self.home / "dbt" / "target" / "manifest.json", self.before)

    def confirm(self, tests: Iterable[str]) -> None:
        """Hold that the tests pass before anything is changed: one that fails anyway would catch all."""
        done = self._run("-m", "pytest", "-x", *sorted(set(tests)))
        if done.returncode:
            raise RuntimeError("a test finds fault before anything was changed\n" + done.stdout)

    def examine(self, mutant: Mapping[str, Any]) -> Finding:
        """Make the one change, look for who notices, and take it back."""
        changed = self.copy / mutant["file"]
        text = changed.read_text(encoding="utf-8")
        if text.count(mutant["old"]) != 1:
            raise LookupError(f"{mutant['file']} no longer says once: {mutant['old']}")
        changed.write_text(text.replace(mutant["old"], mutant["new"]), encoding="utf-8")
        try:
            refused = self._rebuilt() if mutant["file"].startswith("dbt_project/") else None
            return refused or self._asked(mutant)
        finally:
            changed.write_text(text, encoding="utf-8")

    def _rebuilt(self) -> Finding | None:
        self._desk.__exit__()
        self._desk.__enter__()
        done = self._run("-m", "tests.mutants.rebuild", str(self.before))
        if done.returncode == PASSED:
            return None
        said = (done.stdout.strip() or done.stderr.strip()).splitlines()[0]
        return Finding(DBT if done.returncode == FAILED else BROKEN, said)

    def _asked(self, mutant: Mapping[str, Any]) -> Finding:
        tests, asked = mutant.get("tests", ORACLE), " or ".join(mutant.get("asks", []))
        done = self._run("-m", "pytest", "-x", tests, "-k", asked)
        if done.returncode == PASSED:
            return Finding(SURVIVED, f"{tests} {asked}")
        failed = [line for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
        if done.returncode != FAILED or any(words in done.stdout for words in NO_ANSWER):
            return Finding(BROKEN, (failed or [done.stdout[-200:] + done.stderr[-200:]])[0])
        return Finding(TEST, failed[0].split(" ")[1])

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        environment = os.environ | {
            "SLUICE_DATABASE_URL": self.url,
            "SLUICE_HOME": str(self.home),
            "PYTHONPATH": str(self.copy),
            "PYTHONDONTWRITEBYTECODE": "1",
            PUBLISHED_BEFORE: self.url,
        }
        return subprocess.run(
            [sys.executable, *arguments, *(["-p", "no:cacheprovider"] if "pytest" in arguments else [])],
            cwd=self.copy,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
