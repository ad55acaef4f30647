"""Inject every fault of the catalogue into a small published desk, and write down what came of it.

Where only some are tried, their rows of docs/faults.md are written anew.

python -m tests.faults.catalogue
python -m tests.faults.catalogue --only disk
"""

import argparse
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import psutil
import psycopg

from tests.conftest import PROJECT
from tests.faults.catalogue.entries import CATALOGUE, batches, is_write
from tests.faults.catalogue.fault import Fault, Group
from tests.faults.catalogue.laboratory import Laboratory
from tests.faults.catalogue.table import update
from tests.faults.catalogue.verdict import Result, refuse, try_out

TABLE = PROJECT / "docs" / "faults.md"
LEAST_DETECTED = 0.95


def try_all(faults: Sequence[Fault], folder: Path) -> Iterator[Result]:
    """Try the faults on one desk, in their order."""
    with_models = any(fault.group is Group.MODELS for fault in faults)
    with Laboratory(folder, with_models=with_models) as laboratory:
        for batch in batches(faults):
            if is_write(batch[0]):
                yield refuse(laboratory.url, batch[0])
            else:
                yield from tried(laboratory, batch)


def tried(laboratory: Laboratory, batch: Sequence[Fault]) -> list[Result]:
    """The batch's results; a trial that breaks down itself is no good one, and does not end the others."""
    try:
        return try_out(laboratory, batch)
    except (AssertionError, OSError, subprocess.SubprocessError, psycopg.Error, psutil.Error) as error:
        broken = (f"the trial broke down: {' '.join(str(error).split())[:300]}",)
        return [Result(fault, "", broken, (), 0) for fault in batch]


def is_held(results: Sequence[Result]) -> bool:
    """Whether the promise is: nearly all detected, none served wrong, each recovered from."""
    detected = sum(result.is_detected for result in results) / len(results)
    sound = all(result.is_served_right and result.has_recovered for result in results)
    return detected >= LEAST_DETECTED and sound


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--only", default="", help="a pattern of names, or a group")
    parser.add_argument("--no-table", action="store_true", help="write nothing to docs/faults.md")
    options = parser.parse_args(arguments)
    faults = [
        fault
        for fault in CATALOGUE
        if re.search(options.only, f"{fault.group} {fault.name} {fault.together}")
    ]
    begun, results = time.monotonic(), []
    with tempfile.TemporaryDirectory(prefix="faults-", ignore_cleanup_errors=True) as folder:
        for result in try_all(faults, Path(folder)):
            results.append(result)
            if not options.no_table:
                update(TABLE, [result], CATALOGUE)
            sys.stdout.write(
                f"{len(results):3} of {len(faults)} {result.seconds:6.1f} s  {result.fault.name}:"
                f" {result.says}\n      {result.heard[:150]}\n"
            )
            sys.stdout.flush()
    sys.stdout.write(f"{time.monotonic() - begun:.0f} s\n")
    return 0 if is_held(results) else 1


if __name__ == "__main__":
    sys.exit(main())
