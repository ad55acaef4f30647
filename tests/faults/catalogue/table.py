"""The catalogue as a page of the documentation, where the results of earlier trials are kept, too."""

import re
import tempfile
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path

from tests.faults.catalogue.fault import Fault, Group
from tests.faults.catalogue.verdict import FOUND_LATE, Result

_TITLES = {
    Group.DATA: "Data",
    Group.SCHEMA: "Schema",
    Group.RUN: "Run",
    Group.CODE: "Code",
    Group.MODELS: "Models",
}
_HEAD = """# Faults

What was broken on purpose, who noticed, what readers saw meanwhile, and what it took to recover. Written by `python -m tests.faults.catalogue`, which breaks a small published desk in each of these ways, runs the pipeline on it, compares every published row with the last good publication or with that of a desk that never had the fault, and recovers by the command in the table. What is wrong at its source (a row, a disk, a setting, code) is mended there first; `none` means that nothing is to be done.

{summary}
"""  # noqa: E501 - lines of a page
_COLUMNS = (
    "| fault | noticed by | heard | readers see meanwhile | recovery | result |\n|---|---|---|---|---|---|\n"
)
_LONGEST = 110
# Its name is another one at each trial.
_FOLDER = re.compile(rf"{re.escape(tempfile.gettempdir())}(/[\w-]+)?")

Row = tuple[str, ...]


def update(path: Path, results: Iterable[Result], catalogue: Sequence[Fault]) -> None:
    """Write the page anew: rows of these results, and of other faults of the catalogue as they are there."""
    rows = read(path) | {result.fault.name: row_of(result) for result in results}
    known = [(fault, rows[fault.name]) for fault in catalogue if fault.name in rows]
    path.write_text(render(known), encoding="utf-8")


def read(path: Path) -> dict[str, Row]:
    """Rows of the page by the name of their fault."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    rows = [tuple(line.strip("| ").split(" | ")) for line in lines if line.startswith("| ")]
    return {row[0]: row for row in rows if row[0] != "fault"}


def row_of(result: Result) -> Row:
    fault = result.fault
    cells = (fault.name, fault.found_by, _heard(result), fault.sees, _recovery(fault), result.says)
    return tuple(str(cell).replace("|", "/") for cell in cells)


def render(rows: Sequence[tuple[Fault, Row]]) -> str:
    """The page as Markdown."""
    ordered = sorted(rows, key=lambda row: list(Group).index(row[0].group))
    parts = [_HEAD.format(summary=_summary([row[-1] for _, row in rows]))]
    for group, members in groupby(ordered, key=lambda row: row[0].group):
        parts += [f"\n## {_TITLES[group]}\n\n", _COLUMNS]
        parts += [f"| {' | '.join(row)} |\n" for _, row in members]
    return "".join(parts)


def _summary(results: Sequence[str]) -> str:
    missed, wrong, stuck = (
        sum(words in result for result in results)
        for words in ("NOT DETECTED", "SERVED WRONG", "NOT RECOVERED")
    )
    late = results.count(FOUND_LATE)
    return (
        f"Of {len(results)} faults {len(results) - missed} were noticed, {wrong} were served by a run as if "
        f"nothing were wrong, and {len(results) - stuck} were recovered from by at most one command. {late} "
        "are noticed late, and readers see wrong numbers until then: published rows of old days, changed by "
        "somebody who may do anything, which no run looks at again before the weekly rebuild."
    )


def _heard(result: Result) -> str:
    heard = _FOLDER.sub("…", " ".join(result.heard.replace("`", "'").split()))
    return f"`{heard[:_LONGEST]}`" if heard else "nothing"


def _recovery(fault: Fault) -> str:
    return f"`{fault.recovery}`" if fault.recovery else "none"
