"""A report set in type by Typst: as a PDF of A4 pages, or as one picture as long as it needs to be.

What a report says reaches Typst as data, and is never read as markup of its language.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

import typst

from dashboards.components import wording
from dashboards.reports.blocks import Drawing, Figures, Report, Rows, Words
from dashboards.reports.cells import columns_of
from dashboards.reports.drawing import svg_of

Kind = Literal["pdf", "png"]
_TEMPLATE = Path(__file__).parent.parent / "templates" / "report.typ"
# Pixels to an inch of a picture: it is read on a screen, and may be enlarged once.
PPI = 144


def set_in_type(report: Report, kind: Kind) -> bytes:
    """The file that its reader takes away."""
    return typst.compile(
        _TEMPLATE.read_bytes(),
        format=kind,
        ppi=PPI,
        font_paths=_fonts(),
        sys_inputs={"report": json.dumps(contents(report)), "kind": kind},
    )


def contents(report: Report) -> Mapping[str, Any]:
    """All that is printed, in plain text, with charts as SVG."""
    labels, blocks = report.labels, list(report.every())
    return {
        "title": report.title,
        "lang": report.language,
        "chosen": [{"name": name, "value": value} for name, value in report.chosen.items()],
        "blocks": [_printed(block, report) for block in blocks],
        "meanings_title": labels.meanings,
        "meanings": [{"name": name, "text": text} for name, text in _meanings(report).items()],
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
            return {"kind": "drawing", "svg": svg_of(chart), "alt": described_as}
        case Rows():
            return _table(block, report)


def _table(rows: Rows, report: Report) -> Mapping[str, Any]:
    columns = columns_of(rows.table, rows.config)
    shown, labels = len(rows.table), report.labels
    cut = labels.first_rows.format(shown=wording.count(shown), count=wording.count(rows.count))
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


def _meanings(report: Report) -> Mapping[str, str]:
    """What each number means, once, in the order in which they are met."""
    found: dict[str, str] = {}
    for block in report.every():
        if isinstance(block, Figures):
            found |= dict(figure.meaning for figure in block.figures if figure.meaning)
        elif isinstance(block, Rows):
            columns = columns_of(block.table, block.config)
            found |= {column.label: column.meaning for column in columns if column.meaning}
    return found


@cache
def _fonts() -> typst.Fonts:
    """Typst's own, and those of the server for scripts that they have no letters of."""
    return typst.Fonts()
