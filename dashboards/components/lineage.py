"""Where a number comes from, as a graph: operational columns, the models on the way, the field."""

from collections.abc import Iterable
from itertools import pairwise

import graphviz

from dashboards.answers.data import FieldLineage
from dashboards.components.graphs import new_graph, plain

# The order in which data is made; a layer takes from those before it.
LAYERS = ("ops", "staging", "intermediate", "marts", "build", "ml", "serving")
FIELD = "field"


def graph_of_lineage(lineage: FieldLineage) -> graphviz.Digraph:
    """One box per layer with what is in it: which model takes from which is for dbt's own page to tell."""
    boxes = dict(_boxes(lineage))
    graph = new_graph()
    for layer, names in boxes.items():
        lines = "".join(f"{plain(name)}\\l" for name in names)
        graph.node(layer, label=f"{layer}\\n\\n{lines}")
    graph.node(FIELD, label=f"{plain(lineage.answer)}\\n{plain(lineage.field)}", penwidth="3")
    for before, after in pairwise([*boxes, FIELD]):
        graph.edge(before, after)
    return graph


def _parted(name: str) -> tuple[str, str, str]:
    return name.partition(".")


def _boxes(lineage: FieldLineage) -> Iterable[tuple[str, list[str]]]:
    operational = [column.removeprefix("ops.") for column in lineage.operational]
    published = [column.partition(".")[2] for column in lineage.columns]
    for layer in LAYERS:
        models = [
            model.removeprefix(f"{layer}.") for model in lineage.models if model.startswith(f"{layer}.")
        ]
        names = {"ops": operational, "serving": published or models}.get(layer, models)
        if names:
            yield layer, names
