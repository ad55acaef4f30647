"""A report set in type by Typst: as a PDF of A4 pages, or as one picture as long as it needs to be.

What a report says reaches Typst as data, and is never read as markup of its language.
"""

import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from dashboards.components import wording
from dashboards.reports.blocks import Drawing, Figures, Report, Rows, Words
from dashboards.reports.cells import columns_of
from dashboards.reports.drawing import VEGA_LITE, spec_of

Kind = Literal["pdf", "png"]
_TEMPLATE = Path(__file__).parent.parent / "templates" / "report.typ"
_PRESS = Path(__file__).with_name("press.py")
_SECONDS = 60
# As many as are set at once, so that pages are answered meanwhile.
_PRESSES = threading.BoundedSemaphore(2)
# What XML has no place for ends the process that draws a chart with it.
_NO_CHARACTERS = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def set_in_type(report: Report, kind: Kind) -> bytes:
    """The file that its reader takes away.

    Raises:
        subprocess.SubprocessError: it cannot be set in type, which is a fault of ours or of what sets it.
    """
    job = {
        "kind": kind,
        "template": _TEMPLATE.read_text(encoding="utf-8"),
        "vega_lite": VEGA_LITE,
        "report": _cleaned(contents(report)),
    }
    command = [sys.executable, "-P", str(_PRESS)]
    told = json.dumps(job).encode()
    with _PRESSES:
        pressed = subprocess.run(command, input=told, stdout=subprocess.PIPE, timeout=_SECONDS, check=True)
    return pressed.stdout


def contents(report: Report) -> Mapping[str, Any]:
    """All that is printed, in plain text, with charts as Vega-Lite."""
    labels, blocks = report.labels, list(report.every())
    return {
        "title": report.title,
        "lang": report.language,
        "chosen": [{"name": name, "value": value} for name, value in report.chosen.items()],
        "blocks": [_printed(block, report) for block in blocks],
        "meanings_title": labels.meanings,
        "meanings": _meanings(report),
        "shown_at": labels.shown_at.format(instant=wording.instant(report.shown_at)),
        "address": report.address,
        "page": labels.page,
    }


def _printed(block: Words | Figures | Drawing | Rows, report: Report) -> Mapping[str, Any]:
    match block:
        case Words(text, kind):
            return {"kind": kind, "text": text}
        case Figures(figures):
            return {
                "kind": "figures",
                "figures": [{"label": f.label, "value": f.value, "change": f.change or ""} for f in figures],
            }
        case Drawing(chart, described_as):
            return {"kind": "drawing", "spec": spec_of(chart), "alt": described_as}
        case Rows():
            return _table(block, report)


def _table(rows: Rows, report: Report) -> Mapping[str, Any]:
    columns = columns_of(rows.table, rows.config)
    shown, labels = len(rows.table), report.labels
    words = labels.last_rows if rows.are_last else labels.first_rows
    cut = words.format(shown=wording.count(shown), count=wording.count(rows.count))
    return {
        "kind": "table",
        "title": rows.described_as,
        "heads": [column.label for column in columns],
        "numbers": [column.is_number for column in columns],
        "rows": [
            [column.tell(value) for column, value in zip(columns, row, strict=True)]
            for row in rows.table[[column.name for column in columns]].itertuples(index=False, name=None)
        ],
        "note": cut if shown < rows.count else "" if shown else labels.no_rows,
    }


def _meanings(report: Report) -> Sequence[Mapping[str, str]]:
    """What each number means, once, as they are met; of one name with several meanings, where it stands."""
    found = [meaning for block in report.every() for meaning in _meanings_of(block)]
    texts: dict[str, set[str]] = {}
    for name, _place, text in found:
        texts.setdefault(name, set()).add(text)
    told = [
        (f"{name} ({place})" if place and len(texts[name]) > 1 else name, text) for name, place, text in found
    ]
    return [{"name": name, "text": text} for name, text in dict.fromkeys(told)]


def _meanings_of(block: Words | Figures | Drawing | Rows) -> Iterator[tuple[str, str, str]]:
    """Name, table and words of each; a card stands in none."""
    if isinstance(block, Figures):
        yield from ((name, "", text) for name, text in (f.meaning for f in block.figures if f.meaning))
    elif isinstance(block, Rows):
        for column in columns_of(block.table, block.config):
            if column.meaning:
                yield column.label, block.described_as, column.meaning


def _cleaned(value: Any) -> Any:
    """The same without characters that are no text."""
    match value:
        case str():
            return _NO_CHARACTERS.sub("", value)
        case Mapping():
            return {_cleaned(name): _cleaned(part) for name, part in value.items()}
        case list() | tuple():
            return [_cleaned(part) for part in value]
    return value
