"""Where the fields of the answers come from, column by column, back to the operational tables.

`lineage.json` beside this says it; `make lineage` writes it. A column is `schema.table.column`, and
`schema.table.*` are the rows of a table: what is counted is made of rows.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

from api.insights.catalogue.enums import Origin
from api.insights.catalogue.registry import load_metrics
from api.insights.catalogue.schemas import FieldLineage, Lineage

DOCUMENT = Path(__file__).with_name("lineage.json")
OPERATIONAL = "ops."


@cache
def load_document() -> dict[str, Any]:
    """`answers` by path, and for each of the `columns` those that it is made of, one step back."""
    document: dict[str, Any] = json.loads(DOCUMENT.read_text(encoding="utf-8"))
    return document


def answers() -> dict[str, dict[str, Any]]:
    """By path, the `fields` of an answer and, in `selected_by`, the columns that choose its rows."""
    told: dict[str, dict[str, Any]] = load_document()["answers"]
    return told


def fields_of(answer: str) -> dict[str, list[str] | str]:
    fields: dict[str, list[str] | str] = answers()[answer]["fields"]
    return fields


@cache
def trace(answer: str, field: str) -> Lineage:
    """Where a field comes from."""
    told = fields_of(answer)[field]
    if isinstance(told, str):
        return Lineage(origin=Origin(told), columns=[], models=[], operational=[])
    found = sorted(_sources(told))
    tables = {column.rpartition(".")[0]: 0 for column in found}
    for column in found:
        table = column.rpartition(".")[0]
        tables[table] = max(tables[table], _height(column))
    return Lineage(
        origin=Origin.COLUMNS,
        columns=told,
        models=sorted(
            (table for table in tables if not table.startswith(OPERATIONAL)),
            key=lambda table: (-tables[table], table),
        ),
        operational=[column for column in found if column.startswith(OPERATIONAL)],
    )


def find_fields(answer: str | None, field: str | None, column: str | None) -> list[tuple[str, str]]:
    """Answer and field, of one answer or of all, by the field's name, or that come from a column."""
    return [
        (path, name)
        for path in ([answer] if answer else answers())
        for name, told in fields_of(path).items()
        if field in {None, name} and (column is None or column in _sources(told))
    ]


def tell_field(answer: str, field: str) -> FieldLineage:
    metrics = _metric_ids().get((answer, field), [])
    return FieldLineage(answer=answer, field=field, metrics=metrics, **dict(trace(answer, field)))


def is_traced(column: str) -> bool:
    return column in load_document()["columns"]


def _sources(columns: list[str] | str) -> frozenset[str]:
    """The columns and all that they are made of; none of a field that is made of no column."""
    return frozenset().union(*map(_ancestry, columns)) if isinstance(columns, list) else frozenset()


@cache
def _ancestry(column: str) -> frozenset[str]:
    return frozenset({column}).union(*map(_ancestry, load_document()["columns"][column]))


@cache
def _height(column: str) -> int:
    """Steps to the farthest column that it comes from."""
    return max((1 + _height(source) for source in load_document()["columns"][column]), default=0)


@cache
def _metric_ids() -> dict[tuple[str, str], list[str]]:
    ids: dict[tuple[str, str], list[str]] = {}
    for metric in load_metrics().values():
        for carrier in metric.carried:
            ids.setdefault((carrier.answer, carrier.field), []).append(metric.id)
    return ids
