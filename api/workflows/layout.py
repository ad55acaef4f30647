"""Where a graph is drawn when nobody has said so."""

from typing import Any

from api.workflows.graph import Graph, depths_from

_COLUMN_X = -2
_ROW_HEIGHT = 202
_TOP_MARGIN = 40


def default_node_design(index: int, count: int) -> dict[str, Any]:
    top = -((count - 1) * _ROW_HEIGHT / 2) - _TOP_MARGIN
    return {"x": _COLUMN_X, "y": top + _ROW_HEIGHT * index}


def default_edge_designs(graph: Graph) -> dict[int, dict[str, Any]]:
    """Lead forward edges from bottom to top, and those that go back along the right side."""
    starts = [node.step_id for node in graph.nodes if node.is_start]
    depths = depths_from(starts, graph.successors())
    designs = {}
    for edge in graph.edges:
        is_forward = depths.get(edge.to_step_id, 0) > depths.get(edge.from_step_id, 0)
        source, target = ("bottom", "top") if is_forward else ("right", "right")
        designs[edge.transition_id] = {"source_handle": source, "target_handle": target}
    return designs
