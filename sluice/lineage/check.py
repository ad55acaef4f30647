"""Whether every column that an answer comes from still exists: `python -m sluice.lineage.check`.

No database is needed: the columns are those that the models of dbt document, by contract where they are
marts or published, and those of the tables that the API maps.
"""

import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

import api.main
import api.worker  # noqa: F401 - both register their tables
from api.insights.catalogue.lineage import load_document
from api.kit.models import Model
from pipelines.settings import DBT_PROJECT
from sluice.lineage.values import ROWS, published

# Fields named of an answer, of which there may be many.
TOLD_FIELDS = 3
# The whole answer of another period, which the fields stand for.
COMPARED = {"previous", "change"}
LAYERS = {"staging": "staging", "intermediate": "intermediate", "marts": "marts", "serving": "build"}
Columns = Mapping[str, Iterable[str]]


def documented_columns(project: Path = DBT_PROJECT) -> dict[str, set[str]]:
    """Columns by `schema.table`, of each model that is there and of each table that the API maps."""
    described: dict[str, set[str]] = {
        f"{table.schema}.{table.name}": set(table.columns.keys()) for table in Model.metadata.tables.values()
    }
    for layer, schema in LAYERS.items():
        made = {path.stem for path in (project / "models" / layer).rglob("*.sql")}
        for path in sorted((project / "models" / layer).rglob("*.yml")):
            for model in yaml.load(path.read_bytes(), yaml.CSafeLoader).get("models", ()):
                if model["name"] in made:
                    columns = {column["name"] for column in model.get("columns", ())}
                    described[published(f"{schema}.{model['name']}")] = columns
    return described


def find_missing(document: Mapping[str, Any], present: Columns, tables: Iterable[str]) -> list[str]:
    """A sentence on each column that is gone, with the answers that come from it.

    Args:
        document: The lineage.
        present: The columns that there are, by `schema.table`.
        tables: Schemas and tables of which `present` has all there is; of others nothing is said.
    """
    known = tuple(tables)
    return [
        f"{column} is gone: {'; '.join(_readers(document, column))}"
        for column in document["columns"]
        if column.startswith(known) and not _is_there(column, present)
    ]


def _is_there(column: str, present: Columns) -> bool:
    table, _, name = column.rpartition(".")
    return table in present and (name == ROWS or name in present[table])


def _readers(document: Mapping[str, Any], column: str) -> Iterator[str]:
    """The answers with what they take from a column, directly or not."""
    made_of_it = _descendants(document["columns"], column)
    for path, answer in document["answers"].items():
        fields = [name for name, told in answer["fields"].items() if made_of_it.intersection(_list(told))]
        if fields:
            yield f"GET {path} {_named([name for name in fields if name not in COMPARED] or fields)} it"
        elif made_of_it.intersection(answer["selected_by"]):
            yield f"GET {path} names it"


def _named(fields: list[str]) -> str:
    if len(fields) == 1:
        return f"field {fields[0]} reads"
    more = f" and {len(fields) - TOLD_FIELDS} more" if len(fields) > TOLD_FIELDS else ""
    return f"fields {', '.join(fields[:TOLD_FIELDS])}{more} read"


def _list(told: list[str] | str) -> list[str]:
    return told if isinstance(told, list) else []


def _descendants(columns: Mapping[str, list[str]], column: str) -> set[str]:
    """The column and all that is made of it."""
    made: dict[str, list[str]] = {}
    for one, sources in columns.items():
        for source in sources:
            made.setdefault(source, []).append(one)
    found, waiting = {column}, [column]
    while waiting:
        new = [each for each in made.get(waiting.pop(), ()) if each not in found]
        found.update(new)
        waiting += new
    return found


def published_tables() -> set[str]:
    """The tables whose columns dbt documents, under the names by which they are read."""
    return {f"serving.{path.stem}." for path in (DBT_PROJECT / "models" / "serving").rglob("*.sql")}


def main() -> int:
    document = load_document()
    models = ("staging.", "intermediate.", "marts.", "ops.")
    gone = find_missing(document, documented_columns(), [*models, *sorted(published_tables())])
    for sentence in gone:
        sys.stderr.write(f"{sentence}\n")
    return 1 if gone else 0


if __name__ == "__main__":
    sys.exit(main())
