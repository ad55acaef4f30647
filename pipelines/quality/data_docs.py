"""Data Docs: what each suite last found, as pages that need nothing beside them, with one index.

Great Expectations' own pages load scripts and styles of a dozen other hosts, and take longer to make than
the suites take to run.
"""

import json
from datetime import UTC, datetime
from pathlib import Path

from jinja2 import Environment, PackageLoader

from pipelines.quality.gates import GATES, Gate
from pipelines.quality.validation import Verdict

_PAGES = Environment(
    loader=PackageLoader("pipelines.quality"), autoescape=True, trim_blocks=True, lstrip_blocks=True
)


def write_page(folder: Path, gate: Gate, verdict: Verdict) -> Path:
    """Write the page of a gate and the index that names all of them; tell where the page is.

    The index is made of what each page left beside itself, so a gate that this run did not ask keeps its
    last result, with its date.
    """
    folder.mkdir(parents=True, exist_ok=True)
    judged_at = datetime.now(UTC)
    page = folder / f"{gate.name}.html"
    told = _PAGES.get_template("gate.html.j2").render(gate=gate, verdict=verdict, judged_at=judged_at)
    _replace(page, told)
    state = {
        "judged_at": f"{judged_at:%Y-%m-%d %H:%M:%S} UTC",
        "state": _state(verdict),
        "faults": len(verdict.faults),
        "warnings": len(verdict.warnings),
        "expectations": len(verdict.findings),
    }
    _replace(folder / f"{gate.name}.json", json.dumps(state))
    _replace(folder / "index.html", _PAGES.get_template("index.html.j2").render(rows=_rows(folder)))
    return page


def _state(verdict: Verdict) -> str:
    if verdict.faults:
        return "failed"
    return "warned" if verdict.warnings else "passed"


def _rows(folder: Path) -> list[tuple[Gate, dict[str, object] | None]]:
    states = ((gate, folder / f"{gate.name}.json") for gate in GATES)
    return [
        (gate, json.loads(state.read_text(encoding="utf-8")) if state.exists() else None)
        for gate, state in states
    ]


def _replace(path: Path, text: str) -> None:
    """Whole or not at all: the page may be read while it is written."""
    written = path.with_name(f".{path.name}.new")
    written.write_text(text, encoding="utf-8")
    written.replace(path)
