"""Graphs of steps, laid out by Graphviz in the reader's browser; a node or an edge may be a link."""

import graphviz
import streamlit as st

from dashboards.answers.ticket import Visualization
from dashboards.components import palette, printing
from dashboards.texts import _


def show_graph(graph: graphviz.Digraph, described_as: str) -> None:
    """Draw it; a browser lays it out, so a report of the page has only the tables beside it."""
    st.graphviz_chart(graph, width="stretch", alt=described_as)
    printing.note_words(
        _("{what}: drawn on the page, told here by tables.").format(what=described_as), "note"
    )


def new_graph() -> graphviz.Digraph:
    """One that reads from left to right, on the reader's page, light or dark."""
    ink = palette.LABELS[st.context.theme.type or "light"]
    font = {"fontname": "sans-serif", "fontsize": "11", "fontcolor": ink}
    return graphviz.Digraph(
        graph_attr={"rankdir": "LR", "bgcolor": "transparent", "nodesep": "0.25", "ranksep": "0.5"},
        node_attr={**font, "shape": "box", "style": "rounded", "color": ink},
        edge_attr={**font, "color": ink, "arrowsize": "0.7"},
    )


def path_of_ticket(path: Visualization) -> graphviz.Digraph:
    """Steps by what became of them: where it is now is drawn thick, what was not entered is dashed."""
    graph = new_graph()
    for node in path.nodes:
        visits = f" ({node.visits} visits)" if node.visits > 1 else ""
        graph.node(
            node.id,
            label=f"{plain(node.label)}{visits}\n{plain(node.role)}",
            color=palette.STEP_STATES[node.status],
            penwidth={"active": "3", "done": "1.5"}.get(node.status, "1"),
            style="rounded" if node.status in {"active", "done"} else "rounded,dashed",
        )
    for edge in path.edges:
        graph.edge(
            edge.from_step,
            edge.to_step,
            label=plain(edge.name),
            style="solid" if edge.taken else "dashed",
            penwidth="1.8" if edge.taken else "0.8",
        )
    return graph


def plain(text: str) -> str:
    """Names that others wrote, as they are: a backslash is a command to Graphviz."""
    return str(graphviz.escape(text))
