"""How tickets really went, drawn on the graph that their workflow designs."""

from collections.abc import Sequence

import graphviz

from dashboards.answers.workflows import DesignedEdge, MapEdge, MapNode, ProcessMap
from dashboards.components import palette, wording
from dashboards.components.graphs import new_graph, plain
from dashboards.components.opening import href_of
from dashboards.frames.workflows import slowest
from dashboards.loaders import Told
from dashboards.texts import _

THICK, DOTTED, USUAL, THIN = "4", "2.4", "1.4", "1"
START, END = "start", "end"


def map_of(told: Told[ProcessMap], designed: Sequence[DesignedEdge]) -> graphviz.Digraph:
    """Steps and moves with how often and how long; what the design permits and nobody did is dashed.

    The slowest step and the slowest designed move are drawn thick and named so, moves that the design does
    not permit are dotted and named so.
    """
    graph = new_graph()
    names = {(edge.from_step_id, edge.to_step_id): edge.name for edge in designed}
    _draw_steps(graph, told)
    _draw_ends(graph, told.answer.nodes)
    slow_move = slowest(edge for edge in told.answer.edges if edge.is_designed)
    for edge in told.answer.edges:
        name = names.pop((edge.from_step_id, edge.to_step_id), "")
        _draw_move(graph, told, edge, name, is_slowest=edge is slow_move)
    for (from_step, to_step), name in names.items():
        graph.edge(
            str(from_step),
            str(to_step),
            label=_("{name}\nnever used").format(name=plain(name)),
            style="dashed",
            color=palette.UNUSED,
            penwidth=THIN,
        )
    return graph


def _draw_steps(graph: graphviz.Digraph, told: Told[ProcessMap]) -> None:
    slow = slowest(told.answer.nodes)
    for node in told.answer.nodes:
        look = {"penwidth": USUAL, "style": "rounded" if node.visits else "rounded,dashed"}
        if node is slow:
            look |= {"penwidth": THICK, "color": palette.SLOWEST}
        if not node.is_designed:
            look |= {"style": "rounded,dotted", "color": palette.DEVIATION}
        link = href_of(told.number(f"nodes[step_id={node.step_id}].visits"))
        lines = _lines_of_step(node, is_slowest=node is slow)
        graph.node(str(node.step_id), label="\n".join(lines), URL=link, target="_self", **look)


def _lines_of_step(node: MapNode, *, is_slowest: bool) -> list[str]:
    lines = [plain(node.step_name), plain(node.role_name)]
    visits = _("{count} visits").format(count=wording.count(node.visits))
    lines.append(f"{visits}, {wording.hours(node.median_hours)}" if node.samples else visits)
    if node.median_business_hours != node.median_hours:
        lines.append(_("{hours} of working time").format(hours=wording.hours(node.median_business_hours)))
    if node.currently_here:
        lines.append(_("{count} here now").format(count=wording.count(node.currently_here)))
    if is_slowest:
        lines.append(_("SLOWEST STEP"))
    if not node.is_designed:
        lines.append(_("not in the design"))
    return lines


def _draw_ends(graph: graphviz.Digraph, nodes: Sequence[MapNode]) -> None:
    """A filled circle before the first steps, a double one after those that may be the last."""
    circle = {"label": "", "width": "0.18", "fixedsize": "true"}
    graph.node(START, shape="circle", style="filled", fillcolor=palette.BACKLOG, **circle)
    graph.node(END, shape="doublecircle", style="filled", fillcolor=palette.BACKLOG, **circle)
    for node in nodes:
        if node.is_start:
            graph.edge(START, str(node.step_id))
        if node.is_end:
            graph.edge(str(node.step_id), END)


def _draw_move(
    graph: graphviz.Digraph, told: Told[ProcessMap], edge: MapEdge, name: str, *, is_slowest: bool
) -> None:
    times = _("{count} times").format(count=wording.count(edge.count))
    lines = [f"{times}, {wording.hours(edge.median_hours)}"]
    look = {"penwidth": USUAL}
    if is_slowest:
        lines.append(_("SLOWEST MOVE"))
        look = {"penwidth": THICK, "color": palette.SLOWEST}
    if not edge.is_designed:
        lines.append(_("not in the design"))
        look = {"penwidth": DOTTED, "style": "dotted", "color": palette.DEVIATION}
    graph.edge(
        str(edge.from_step_id),
        str(edge.to_step_id),
        label="\n".join([*([plain(name)] if name else []), *lines]),
        URL=href_of(
            told.number(f"edges[from_step_id={edge.from_step_id},to_step_id={edge.to_step_id}].count")
        ),
        target="_self",
        **look,
    )
