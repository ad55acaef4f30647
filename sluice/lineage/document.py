"""The lineage as one document: `api/insights/catalogue/lineage.json`, and what it says is missing."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from api.insights.catalogue.enums import Origin
from sluice.lineage.answers import Answer, Answers
from sluice.lineage.models import Graph, Warehouse, trace_models
from sluice.lineage.questions import published_routes

Document = dict[str, Any]


def make_document(warehouse: Warehouse) -> Document:
    """Every field of every answer with its columns, and every column on the way with those it is made of."""
    routes = published_routes()
    answers = Answers(warehouse.tables, routes)
    read = {path: answers.read(path) for path in sorted(routes)}
    graph = trace_models(warehouse)
    return {
        "answers": {path: _tell_answer(answer) for path, answer in read.items()},
        "columns": _tell_columns(graph, {column for answer in read.values() for column in answer.read}),
    }


def _tell_answer(answer: Answer) -> Document:
    made_of = frozenset[str]().union(*(field.columns for field in answer.fields.values()))
    fields = {
        name: sorted(field.columns) if field.origin is Origin.COLUMNS else field.origin.value
        for name, field in answer.fields.items()
    }
    return {"fields": fields, "selected_by": sorted(answer.read - made_of)}


def _tell_columns(graph: Graph, asked: Iterable[str]) -> dict[str, list[str]]:
    """The columns asked for and all that they come from."""
    told: dict[str, list[str]] = {}
    waiting = list(asked)
    while waiting:
        column = waiting.pop()
        if column not in told:
            told[column] = sorted(graph.get(column, ()))
            waiting += told[column]
    return dict(sorted(told.items()))


def render(document: Mapping[str, Any]) -> str:
    """JSON with one line per field and per column, so that a change shows as what it is."""
    answers = ",\n".join(
        f'  {json.dumps(path)}: {{\n   "fields": {{\n{_lines(answer["fields"], 4)}\n   }},\n'
        f'   "selected_by": {json.dumps(answer["selected_by"])}\n  }}'
        for path, answer in document["answers"].items()
    )
    return f'{{\n "answers": {{\n{answers}\n }},\n "columns": {{\n{_lines(document["columns"], 2)}\n }}\n}}\n'


def _lines(told: Mapping[str, Any], indent: int) -> str:
    entries = (f"{json.dumps(name)}: {json.dumps(value)}" for name, value in told.items())
    return ",\n".join(f"{' ' * indent}{entry}" for entry in entries)
