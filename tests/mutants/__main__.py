"""Change one definition of a metric in one place, and see whether a test notices.

Each mutant of definitions.yaml is made in a copy of the project. Where dbt judges, what it touches is built
again, tested by dbt and published on a simulated desk; then the oracle (tests/oracle) or the tests that a
mutant names ask the endpoints concerned. A mutant that nobody catches is a hole, and one that does not run at
all proves nothing: both make the command end with 1.

    python -m tests.mutants
    python -m tests.mutants --only marts/work
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from sluice.database import resolve_database_url
from tests.mutants.laboratory import BROKEN, ORACLE, SURVIVED, Finding, Laboratory

DEFINITIONS = Path(__file__).parent / "definitions.yaml"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--only", default="", help="mutants of which file, old or new text holds this")
    options = parser.parse_args(arguments)
    mutants = [
        one
        for one in yaml.safe_load(DEFINITIONS.read_text("utf-8"))
        if any(options.only in one[part] for part in ("file", "old", "new"))
    ]
    # What needs no build takes seconds, so it is tried first.
    mutants.sort(key=lambda mutant: mutant["file"].startswith("dbt_project/"))
    with (
        tempfile.TemporaryDirectory() as folder,
        Laboratory(Path(folder), resolve_database_url()) as laboratory,
    ):
        laboratory.confirm([ORACLE, *(one["tests"] for one in mutants if "tests" in one)])
        findings = [_examined(laboratory, number, mutant) for number, mutant in enumerate(mutants, 1)]
    holes = [(mutant, found) for mutant, found in zip(mutants, findings, strict=True) if not found.is_caught]
    for mutant, found in holes:
        _report(f"{found.by}: {mutant['file']}: {mutant['new']}")
    _report(f"{len(mutants)} mutants, {len(mutants) - len(holes)} caught, {len(holes)} not")
    return 1 if holes or not mutants else 0


def _examined(laboratory: Laboratory, number: int, mutant: Mapping[str, Any]) -> Finding:
    began = time.monotonic()
    found = laboratory.examine(mutant)
    verdict = found.by if found.by in {SURVIVED, BROKEN} else f"caught by {found.by}"
    what = f"{Path(mutant['file']).name}: {mutant['new'].splitlines()[0]}"
    _report(f"{number:3} {time.monotonic() - began:4.0f} s  {verdict:16} {what}  [{found.how}]")
    return found


def _report(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
