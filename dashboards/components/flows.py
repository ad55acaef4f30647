"""Transfers and escalations as flows; every edge leads to the rows it stands for."""

from collections.abc import Sequence
from dataclasses import dataclass

import graphviz

from dashboards.components import wording
from dashboards.components.graphs import new_graph
from dashboards.components.opening import href_of
from dashboards.loaders import Listing, Number
from dashboards.texts import _

THINNEST, WIDEST = 0.8, 3.5


@dataclass(frozen=True)
class Stream:
    """One end of a flow: whose, how much, and what it opens."""

    name: str
    count: int
    opened: Number | Listing


def flow(middle: str, sources: Sequence[Stream], targets: Sequence[Stream] = ()) -> graphviz.Digraph:
    """From the sources through one node in the middle to the targets, edges as wide as their counts."""
    graph = new_graph()
    graph.attr(nodesep="0.08", ranksep="0.9")
    most = max((stream.count for stream in (*sources, *targets)), default=1)
    graph.node("middle", label=_plain(middle), style="rounded,bold")
    for side, streams in (("from", sources), ("to", targets)):
        for position, stream in enumerate(streams):
            node = f"{side} {position}"
            graph.node(node, label=_plain(stream.name))
            ends = (node, "middle") if side == "from" else ("middle", node)
            _edge(graph, ends, stream, most)
    return graph


def _edge(graph: graphviz.Digraph, ends: tuple[str, str], stream: Stream, most: int) -> None:
    graph.edge(
        *ends,
        label=wording.count(stream.count),
        penwidth=f"{THINNEST + (WIDEST - THINNEST) * stream.count / most:.2f}",
        URL=href_of(stream.opened),
        target="_self",
        tooltip=_("{name}: {count}. See the tickets").format(
            name=_plain(stream.name), count=wording.count(stream.count)
        ),
    )


def _plain(text: str) -> str:
    """Names that others wrote, as they are: a backslash is a command to Graphviz."""
    return str(graphviz.escape(text))
