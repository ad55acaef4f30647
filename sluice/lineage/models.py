"""The columns of every model of dbt, and of every view of `serving`, with what each is made of."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import yaml
from dbt.artifacts.schemas.run import RunExecutionResult

from pipelines.resources.dbt import Dbt, DbtError, project_manifest
from pipelines.settings import PipelineSettings
from sluice.lineage.tracer import Tables, Tracer
from sluice.lineage.values import ROWS, Relation, published

LEARNT = Path(__file__).parents[2] / "pipelines" / "defs"
# Which rows staging lets in is told beside each answer (`data_quality`), not among what counts are made of.
STAGING = "staging."
DOOR = f"{STAGING}stg_quality__quarantined_rows."
_COLUMNS = """
    select table_schema || '.' || table_name, array_agg(column_name::text order by ordinal_position)
    from information_schema.columns
    where table_schema in ('ops', 'intake', 'queue', 'ml', 'serving')
    group by 1
"""
_VIEWS = """
    select schemaname || '.' || viewname, definition from pg_views where schemaname = 'serving'
"""
Graph = dict[str, frozenset[str]]


@dataclass(frozen=True)
class Model:
    """A relation, the query that makes it, and the columns it is documented to have."""

    sql: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Warehouse:
    """Everything that columns are traced through, as one database and the project on disk have it.

    Attributes:
        tables: Columns of the tables that migrations make.
        models: By `schema.table`: the models of dbt, and the views of `serving`.
        learnt: What the columns that Python writes are learnt from.
    """

    tables: Tables
    models: Mapping[str, Model]
    learnt: Mapping[str, Mapping[str, list[str]]]


def read_warehouse() -> Warehouse:
    """Compile the project against the migrated database of the settings.

    Raises:
        DbtError: The project cannot be compiled.
    """
    with psycopg.connect(PipelineSettings().database_url) as connection:
        tables: dict[str, list[str]] = dict(connection.execute(_COLUMNS).fetchall())
        views: dict[str, str] = dict(connection.execute(_VIEWS).fetchall())
    models = compile_models() | {name: Model(sql, tuple(tables[name])) for name, sql in views.items()}
    return Warehouse(tables, models, read_learnt())


def compile_models() -> dict[str, Model]:
    """The models as they are when all is made anew, so that it does not matter what was built before."""
    arguments = ["compile", "--full-refresh", "--select", "resource_type:model"]
    result = Dbt(PipelineSettings()).invoke(arguments, project_manifest())
    if not isinstance(result.result, RunExecutionResult):
        raise DbtError(f"dbt cannot compile its project: {result.exception}")
    nodes: list[Any] = [each.node for each in result.result.results]
    return {
        f"{node.schema}.{node.name}": Model(node.compiled_code, tuple(node.columns))
        for node in nodes
        if node.resource_type == "model"
    }


def read_learnt() -> dict[str, dict[str, list[str]]]:
    """What stands beside the assets: the columns that each column of `ml` is learnt from."""
    learnt: dict[str, dict[str, list[str]]] = {}
    for path in sorted(LEARNT.glob("*/lineage.yaml")):
        learnt |= yaml.safe_load(path.read_text(encoding="utf-8"))
    return learnt


def trace_models(warehouse: Warehouse) -> Graph:
    """Each column with the columns it is made of, one step back; `schema.table.*` are the rows of a table.

    Tables of `build` go by the name they are published under: the publication copies one to the other.

    Raises:
        LookupError: A model names a column that no table has.
    """
    tables = {**warehouse.tables, **{name: model.columns for name, model in warehouse.models.items()}}
    graph: Graph = {}
    for name, model in warehouse.models.items():
        tracer = Tracer(tables)
        outcome = tracer.trace(model.sql)
        if tracer.unresolved:
            raise LookupError(f"{name} names {', '.join(sorted(tracer.unresolved))}, which no table has")
        graph |= _steps(published(name), outcome)
    for table, columns in warehouse.learnt.items():
        graph |= {f"{table}.{column}": frozenset(made_of) for column, made_of in columns.items()}
    return graph


def _steps(name: str, outcome: Relation) -> Graph:
    steps = {f"{name}.{column}": value.columns for column, value in outcome.columns.items()}
    counted = {each for each in outcome.rows if not (each.startswith(DOOR) and name.startswith(STAGING))}
    steps[f"{name}.{ROWS}"] = frozenset(counted)
    return {column: frozenset(map(published, made_of)) for column, made_of in steps.items()}
