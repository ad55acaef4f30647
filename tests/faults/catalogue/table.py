"""The catalogue as a page of the documentation."""

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from tests.faults.catalogue.fault import Fault, Group, Sees
from tests.faults.catalogue.verdict import Result

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


def write_table(path: Path, results: Sequence[Result]) -> None:
    """Write the page anew."""
    path.write_text(render(results), encoding="utf-8")


def render(results: Sequence[Result]) -> str:
    """The page as Markdown."""
    ordered = sorted(results, key=lambda result: list(Group).index(result.fault.group))
    parts = [_HEAD.format(summary=_summary(results))]
    for group, members in groupby(ordered, key=lambda result: result.fault.group):
        parts += [f"\n## {_TITLES[group]}\n\n", _COLUMNS, *map(_row, members)]
    return "".join(parts)


def _summary(results: Sequence[Result]) -> str:
    detected = sum(result.is_detected for result in results)
    wrong = sum(not result.is_served_right for result in results)
    recovered = sum(result.has_recovered for result in results)
    late = sum(result.fault.sees is Sees.LATE for result in results)
    return (
        f"Of {len(results)} faults {detected} were noticed, {wrong} were served by a run as if nothing were "
        f"wrong, and {recovered} were recovered from by at most one command. {late} are noticed late, and "
        "readers see wrong numbers until then: published rows of old days, changed by somebody who may do "
        "anything, which no run looks at again before the weekly rebuild."
    )


def _row(result: Result) -> str:
    fault = result.fault
    cells = (fault.name, fault.found_by, _heard(result), fault.sees, _recovery(fault), result.says)
    return f"| {' | '.join(str(cell).replace('|', '/') for cell in cells)} |\n"


def _heard(result: Result) -> str:
    heard = " ".join(result.heard.replace("`", "'").split())
    return f"`{heard[:_LONGEST]}`" if heard else ""


def _recovery(fault: Fault) -> str:
    return f"`{fault.recovery}`" if fault.recovery else "none"
