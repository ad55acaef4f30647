"""`docs/lineage.md`: per family of answers what is read from where, short enough to be looked at."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from sluice.lineage.questions import published_routes

PAGE = Path(__file__).parents[2] / "docs" / "lineage.md"
BEGIN, END = "<!-- lineage: begin -->", "<!-- lineage: end -->"
TITLES = {
    "tickets": "Tickets",
    "categories": "Tickets as they were handed in",
    "workflows": "Workflows, steps and the process view",
    "items": "Items and people",
    "operational": "What to act on",
    "quality": "Quality of the data",
    "forecasts": "Forecasts",
    "risks": "Risks of single tickets",
    "comprehensive": "All forecasts in short",
}
# Drawn between what is operational and what is published; the steps between them are not.
DRAWN = ("ops", "marts", "ml", "serving")
# What every answer reads to tell its publication.
EVERYWHERE = {"serving.current_publication", "serving.publications"}
Document = Mapping[str, Any]


def render_page(page: str, document: Document) -> str:
    """The page with what stands between the two marks as the lineage has it now."""
    before, rest = page.split(BEGIN)
    _, after = rest.split(END)
    return "".join([before, BEGIN, "\n\n", "\n".join(_sections(document)), "\n", END, after])


def families() -> dict[str, list[str]]:
    """Paths of the answers by the topic of the read side that answers them."""
    found: dict[str, list[str]] = {topic: [] for topic in TITLES}
    for path, route in published_routes().items():
        found[route.endpoint.__module__.split(".")[2]].append(path)
    return found


def _sections(document: Document) -> Iterator[str]:
    for topic, paths in families().items():
        yield f"## {TITLES[topic]}"
        yield ""
        yield from _table(document, sorted(paths))
        yield ""
        yield from _diagram(document, paths)
        yield ""


def _table(document: Document, paths: Iterable[str]) -> Iterator[str]:
    yield "| answer | fields: of columns, others | published tables | operational tables |"
    yield "|---|---|---|---|"
    for path in paths:
        answer = document["answers"][path]
        of_columns = sum(isinstance(told, list) for told in answer["fields"].values())
        tables = _tables(_ancestry(document, columns_of(answer)))
        cells = [", ".join(f"`{table}`" for table in tables.get(layer, ())) for layer in ("serving", "ops")]
        others = len(answer["fields"]) - of_columns
        yield f"| `{path.removeprefix('/analytics')}` | {of_columns}, {others} | {cells[0]} | {cells[1]} |"


def columns_of(answer: Document) -> set[str]:
    """Every column that the statements of an answer name."""
    told = [told for told in answer["fields"].values() if isinstance(told, list)]
    return set(answer["selected_by"]).union(*told)


def _ancestry(document: Document, columns: Iterable[str]) -> set[str]:
    found, waiting = set(columns), list(columns)
    while waiting:
        new = [each for each in document["columns"][waiting.pop()] if each not in found]
        found.update(new)
        waiting += new
    return found


def _tables(columns: Iterable[str]) -> dict[str, list[str]]:
    """Names of tables by schema."""
    schemas: dict[str, list[str]] = {}
    for table in sorted({column.rpartition(".")[0] for column in columns} - EVERYWHERE):
        schema, name = table.split(".")
        schemas.setdefault(schema, []).append(name)
    return schemas


def _diagram(document: Document, paths: Iterable[str]) -> Iterator[str]:
    columns = _ancestry(document, set().union(*(columns_of(document["answers"][path]) for path in paths)))
    sources: dict[str, set[str]] = {}
    for column in columns:
        table = column.rpartition(".")[0]
        sources.setdefault(table, set()).update(_nearest(document, column))
    yield "```mermaid"
    yield "flowchart LR"
    for table in sorted(sources):
        found = _without_detours(table, sources)
        if table.split(".")[0] in DRAWN and found:
            yield f"    {' & '.join(map(_node, sorted(found)))} --> {_node(table)}"
    yield "```"


def _nearest(document: Document, column: str) -> set[str]:
    """The nearest tables, of those that are drawn, that a column comes from."""
    found, waiting, tables = set[str](), list(document["columns"][column]), set[str]()
    while waiting:
        source = waiting.pop()
        table = source.rpartition(".")[0]
        if table.split(".")[0] in DRAWN:
            tables.add(table)
        elif source not in found:
            found.add(source)
            waiting += document["columns"][source]
    return tables - {column.rpartition(".")[0]}


def _without_detours(table: str, sources: Mapping[str, set[str]]) -> set[str]:
    """Of the sources of a table those that no other of them comes from."""

    def beyond(source: str) -> set[str]:
        return set(sources.get(source, ())).union(*(beyond(each) for each in sources.get(source, ())))

    direct = sources[table]
    return direct - set().union(*(beyond(source) for source in direct))


def _node(table: str) -> str:
    return table.replace(".", "_")
