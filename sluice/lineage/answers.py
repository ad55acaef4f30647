"""What each field of each answer is made of, in columns of the published tables.

A field is told by the statements of its route; one that is told in Python, after its statement, by the
fields that `told.yaml` names, or else by the metric that the registry says it carries. What an answer about
an instant in the past is corrected by is read for it, and no field is said to be made of it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import yaml

from api.insights.answers.schemas import ComparedAnswer
from api.insights.catalogue.enums import Origin
from api.insights.catalogue.registry import load_metrics
from sluice.lineage.fields import fields_of
from sluice.lineage.questions import statements_of
from sluice.lineage.tracer import Tables, Tracer
from sluice.lineage.values import ANY_KEY, Value, merged

TOLD = Path(__file__).parent / "told.yaml"
# The outcome of a statement: an answer, and the state of the parts of the service.
BODIES = ("body", "state")
# Outcome of a statement that a note on the answer is made of.
SET_ASIDE, DATA_QUALITY = "set_aside", "data_quality"
# Added to an answer when it is sent, and to one that is compared with the period before.
NOTES = ("metrics[]", "proof")
COMPARED = ("previous", "change")
EVERYTHING = "*"
PARAMETER = re.compile(r"(?<![:\w]):([a-z_]+)\b")


@dataclass(frozen=True)
class Field:
    """What one field is made of: columns of published tables, where it comes from any."""

    columns: frozenset[str]
    origin: Origin


@dataclass(frozen=True)
class Answer:
    """The fields of an answer, and every column that its statements name, for whatever they need it."""

    fields: Mapping[str, Field]
    read: frozenset[str]


@dataclass(frozen=True)
class Facts:
    """What the statements of a route say, before anything is made of it in Python."""

    body: Value
    read: frozenset[str]

    @cached_property
    def leaves(self) -> dict[str, Value]:
        return {path.replace(" ", "_"): value for path, value in self.body.leaves()}

    def find(self, field: str) -> Value | None:
        """The value of a field: its own, that of all below it, or that of the document around it."""
        if field == EVERYTHING:
            return merged(self.leaves.values())
        name = field.removesuffix("[]")
        if name in self.leaves:
            return self.leaves[name]
        starts = (f"{name}.", f"{name}[].")
        below = [value for path, value in self.leaves.items() if path.startswith(starts)]
        around = [value for path, value in self.leaves.items() if name.startswith((f"{path}.", f"{path}[]"))]
        any_key = self.leaves.get(f"{name.rpartition('.')[0]}.{ANY_KEY}")
        found = below or around or ([any_key] if any_key else [])
        return merged(found) if found else None


class Answers:
    """Reads the answers of routes, each once: some are told by the fields of others.

    Args:
        tables: The columns of every table that an answer may read, by `schema.table`.
        routes: The routes by path.
    """

    def __init__(self, tables: Tables, routes: Mapping[str, Any]) -> None:
        self.tables = tables
        self.routes = routes
        self.told: dict[str, dict[str, list[str] | str]] = yaml.safe_load(TOLD.read_text(encoding="utf-8"))
        self.metrics = {
            (carrier.answer, carrier.field): metric
            for metric in load_metrics().values()
            for carrier in metric.carried
        }
        self.facts = cache(self._facts)

    def read(self, path: str) -> Answer:
        model = self.routes[path].response_model
        fields = {name: self._field(path, name) for name in fields_of(model)}
        read = self.facts(path).read.union(*(field.columns for field in fields.values()))
        return Answer(fields, read)

    def _facts(self, path: str) -> Facts:
        values, read = [], set[str]()
        for statement, is_past in statements_of(self.routes[path]).items():
            tracer = Tracer(self.tables)
            outcome = tracer.trace(statement).columns
            if tracer.unresolved:
                raise LookupError(f"{path} names {', '.join(sorted(tracer.unresolved))}, which no table has")
            read |= tracer.read
            if not is_past:
                values += [outcome[name] for name in BODIES if name in outcome]
            if SET_ASIDE in outcome:
                values.append(Value(fields={DATA_QUALITY: outcome[SET_ASIDE]}))
        return Facts(merged(values), frozenset(read))

    def _field(self, path: str, name: str) -> Field:
        told = self._told_by(path, name)
        if isinstance(told, str):
            return Field(frozenset(), Origin(told))
        value = self._value(path, name)
        if value is None:
            value = self._value_measured(path, name)
        if value is not None and value.columns:
            return Field(value.columns, Origin.COLUMNS)
        if value is not None:
            return Field(frozenset(), Origin.QUESTION if value.is_asked else Origin.CODE)
        return Field(frozenset(), Origin.CODE if name in NOTES else Origin.UNRESOLVED)

    def _value(self, path: str, name: str) -> Value | None:
        """What a field is made of, told by a statement or in Python; None if it cannot be said."""
        told_by = self._told_by(path, name)
        if told_by is not None:
            return merged(self._named(path, entry) for entry in told_by)
        compared = issubclass(self.routes[path].response_model, ComparedAnswer) and name in COMPARED
        return self.facts(path).find(EVERYTHING if compared else name)

    def _told_by(self, path: str, name: str) -> list[str] | str | None:
        """What the nearest entry at or around a field says it is told by."""
        entries = self.told.get(path, {})
        around = [entry for entry in entries if re.match(rf"{re.escape(entry)}(\[\]|\.|$)", name)]
        return entries[max(around, key=len)] if around else None

    def _named(self, path: str, entry: str) -> Value:
        answer, _, field = entry.rpartition(" ")
        if not answer and entry.startswith("ops."):
            return Value(frozenset({entry}))
        found = self._value(answer, field) if answer else self.facts(path).find(field)
        if found is None:
            raise LookupError(f"told.yaml: {path} has nothing that is called {entry}")
        return Value(found.columns.union(*(leaf.columns for _, leaf in found.leaves())))

    def _value_measured(self, path: str, name: str) -> Value | None:
        metric = self.metrics.get((path, name))
        if metric is None or metric.sql is None:
            return None
        formula = PARAMETER.sub("null", metric.sql)
        outcome = Tracer(self.tables).trace(f"select {formula} as told from {metric.source} as counted")  # noqa: S608
        return outcome.columns["told"]
