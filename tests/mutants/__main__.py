"""Change one definition of a metric in one place, and see whether a test notices.

Each mutant of definitions.yaml is made in a copy of the project. Where dbt judges, the pipeline publishes a
copy of a simulated desk with it; then the oracle (tests/oracle) asks the endpoints concerned. A mutant that
the oracle, or the pipeline's own tests, does not catch is a hole.

    python -m tests.mutants
    python -m tests.mutants --only marts/work
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from api.kit.db import with_database
from api.migrations.runner import upgrade
from sluice.database import resolve_database_url
from tests.conftest import PROJECT, temporary_database
from tests.fixtures.published_desk import DAYS, PUBLISHED_BEFORE, SEED, TICKETS

DEFINITIONS = Path(__file__).parent / "definitions.yaml"
LEFT_OUT = (".venv", ".sluice", ".git", ".uv", ".hypothesis", "*_cache", "__pycache__")
ORACLE = "tests/oracle/test_simulated_desk.py"


class Laboratory:
    """A copy of the project, and a published desk to copy from."""

    def __init__(self, copy: Path, server_url: str, template: str) -> None:
        self.copy = copy
        self.server_url = server_url
        self.template = template

    def is_caught(self, mutant: Mapping[str, Any]) -> str | None:
        """Say who caught it; None when nobody did."""
        changed = self.copy / mutant["file"]
        text = changed.read_text(encoding="utf-8")
        if text.count(mutant["old"]) == 0:
            raise LookupError(f"{mutant['file']} no longer says: {mutant['old']}")
        changed.write_text(text.replace(mutant["old"], mutant["new"]), encoding="utf-8")
        try:
            if not mutant["file"].startswith("dbt_project/"):
                return self._oracle(with_database(self.server_url, self.template), mutant["asks"])
            with temporary_database(self.server_url, template=self.template) as name:
                url = with_database(self.server_url, name)
                if self.run(url, "-m", "sluice", "pipeline", "run", "--no-train", "--full-refresh"):
                    return "pipeline"
                return self._oracle(url, mutant["asks"])
        finally:
            changed.write_text(text, encoding="utf-8")

    def _oracle(self, url: str, asked: Sequence[str]) -> str | None:
        wanted = " or ".join(asked)
        is_wrong = self.run(url, "-m", "pytest", "-x", ORACLE, "-k", wanted, "-p", "no:cacheprovider")
        return "oracle" if is_wrong else None

    def run(self, url: str, *arguments: str) -> int:
        home = self.copy / ".sluice"
        environment = os.environ | {
            "SLUICE_DATABASE_URL": url,
            "SLUICE_HOME": str(home),
            "PYTHONPATH": str(self.copy),
            PUBLISHED_BEFORE: url,
        }
        command = [sys.executable, *arguments]
        return subprocess.run(
            command, cwd=self.copy, env=environment, capture_output=True, check=False
        ).returncode


def publish_desk(laboratory: Laboratory) -> None:
    url = with_database(laboratory.server_url, laboratory.template)
    upgrade(url)
    desk = ["--tickets", str(TICKETS), "--days", str(DAYS), "--seed", str(SEED)]
    for arguments in (["simulate", *desk], ["pipeline", "run", "--no-train"]):
        if laboratory.run(url, "-m", "sluice", *arguments):
            raise RuntimeError(f"sluice {' '.join(arguments)} failed before anything was changed")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--only", default="", help="mutants of files whose path holds this")
    options = parser.parse_args(arguments)
    mutants = [one for one in yaml.safe_load(DEFINITIONS.read_text("utf-8")) if options.only in one["file"]]
    server_url = resolve_database_url()
    missed = 0
    with tempfile.TemporaryDirectory() as folder, temporary_database(server_url) as template:
        copy = Path(folder) / "project"
        shutil.copytree(PROJECT, copy, ignore=shutil.ignore_patterns(*LEFT_OUT))
        laboratory = Laboratory(copy, server_url, template)
        publish_desk(laboratory)
        if laboratory.run(with_database(server_url, template), "-m", "pytest", "-x", ORACLE):
            raise RuntimeError("the oracle finds fault before anything was changed")
        for number, mutant in enumerate(mutants, 1):
            caught = laboratory.is_caught(mutant)
            missed += caught is None
            verdict = f"caught by the {caught}" if caught else "NOT CAUGHT"
            report(f"{number:3} {verdict:20} {Path(mutant['file']).name}: {mutant['new'].splitlines()[0]}")
    report(f"{len(mutants)} mutants, {missed} not caught")
    return 1 if missed else 0


def report(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
