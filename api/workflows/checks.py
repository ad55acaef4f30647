"""Everything that can be wrong with a workflow, said all at once."""

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from datetime import timedelta
from itertools import combinations

from api.workflows.graph import Graph, depths_from

SLA_FIELDS_FASTEST_FIRST = ("urgent_sla", "high_sla", "medium_sla", "low_sla")


def sla_order_problems(slas: Mapping[str, timedelta | None]) -> dict[str, list[str]]:
    """Compare every configured pair: with `high_sla` missing, urgent must still be below medium."""
    problems: dict[str, list[str]] = {}
    for faster, slower in combinations(SLA_FIELDS_FASTEST_FIRST, 2):
        quick, slow = slas.get(faster), slas.get(slower)
        if quick is not None and slow is not None and quick >= slow:
            problems.setdefault(faster, []).append(f"{faster} must be shorter than {slower}")
    return problems


def missing_sla_problems(slas: Mapping[str, timedelta | None]) -> list[str]:
    return [f"{field} is not set" for field in SLA_FIELDS_FASTEST_FIRST if slas.get(field) is None]


def draft_problems(
    nodes: Sequence[tuple[Hashable, bool]], edges: Sequence[tuple[Hashable, Hashable, str]]
) -> dict[str, list[str]]:
    """Check what even an unfinished graph must hold to.

    Args:
        nodes: the key of each node and whether it is the start.
        edges: the key each edge comes from, the key it leads to, and its name.
    """
    problems: dict[str, list[str]] = {}
    keys = [key for key, _ in nodes]
    known = set(keys)
    for key, count in Counter(keys).items():
        if count > 1:
            problems.setdefault("graph.nodes", []).append(f"temp_id {key!r} is used {count} times")
    if sum(is_start for _, is_start in nodes) > 1:
        problems.setdefault("graph.nodes", []).append("more than one node is marked is_start")
    seen: set[tuple[Hashable, Hashable, str]] = set()
    for index, (source, target, name) in enumerate(edges):
        found = [f"node {end!r} is not in this graph" for end in (source, target) if end not in known]
        if source == target:
            found.append(f"an edge may not lead from node {source!r} to itself")
        if (source, target, name.casefold()) in seen:
            found.append(f"a second edge {name!r} leads from {source!r} to {target!r}")
        seen.add((source, target, name.casefold()))
        if found:
            problems[f"graph.edges.{index}"] = found
    return problems


def publishing_problems(graph: Graph) -> list[str]:
    """Check what a graph must hold to before tickets run through it."""
    if not graph.nodes:
        return ["the workflow has no step"]
    problems = []
    starts = [node.step_id for node in graph.nodes if node.is_start]
    ends = [node.step_id for node in graph.nodes if node.is_end]
    if len(starts) != 1:
        problems.append(f"exactly one step must be the start, not {len(starts)}")
    if not ends:
        problems.append("no step is marked as an end")
    if not any(node.weight > 0 for node in graph.nodes):
        problems.append("the weights of all steps are zero")
    repeated = Counter(node.name.casefold() for node in graph.nodes)
    problems += [
        f"the step name {name!r} is used {count} times" for name, count in repeated.items() if count > 1
    ]
    reached = depths_from(starts, graph.successors())
    leads_out = depths_from(ends, graph.predecessors())
    for node in graph.nodes:
        if starts and node.step_id not in reached:
            problems.append(f"step {node.name!r} cannot be reached from the start")
        if not node.is_end and not graph.edges_from(node.step_id):
            problems.append(f"step {node.name!r} is no end and leads nowhere")
        elif ends and node.step_id not in leads_out:
            problems.append(f"no end can be reached from step {node.name!r}")
    return problems
