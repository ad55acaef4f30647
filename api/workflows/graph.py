"""The shape of a workflow: steps and the named edges between them, as running tasks see it."""

import hashlib
import json
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class Node:
    step_id: int
    name: str
    role_id: int
    # As it was called when the graph was read; a role renamed since does not make another graph.
    role_name: str = field(default="", compare=False)
    weight: Decimal = Decimal("0.5")
    order: int = 0
    is_start: bool = False
    is_end: bool = False
    escalate_to: int | None = None
    auto_escalate: bool = False
    description: str = ""
    instruction: str = ""


@dataclass(frozen=True, slots=True)
class Edge:
    transition_id: int
    from_step_id: int
    to_step_id: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class Graph:
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]

    def find_node(self, step_id: int | None) -> Node | None:
        return next((node for node in self.nodes if node.step_id == step_id), None)

    def edges_from(self, step_id: int) -> tuple[Edge, ...]:
        return tuple(edge for edge in self.edges if edge.from_step_id == step_id)

    def successors(self) -> dict[int, list[int]]:
        neighbours: dict[int, list[int]] = {node.step_id: [] for node in self.nodes}
        for edge in self.edges:
            neighbours.setdefault(edge.from_step_id, []).append(edge.to_step_id)
        return neighbours

    def predecessors(self) -> dict[int, list[int]]:
        neighbours: dict[int, list[int]] = {node.step_id: [] for node in self.nodes}
        for edge in self.edges:
            neighbours.setdefault(edge.to_step_id, []).append(edge.from_step_id)
        return neighbours


def depths_from(starts: Iterable[int], neighbours: Mapping[int, list[int]]) -> dict[int, int]:
    """Give each node that can be reached its distance in edges from the nearest start."""
    depths = dict.fromkeys(starts, 0)
    waiting = deque(depths)
    while waiting:
        step_id = waiting.popleft()
        for neighbour in neighbours.get(step_id, ()):
            if neighbour not in depths:
                depths[neighbour] = depths[step_id] + 1
                waiting.append(neighbour)
    return depths


def build_definition(graph: Graph, metadata: Mapping[str, Any]) -> dict[str, Any]:
    """Freeze a graph into the JSON of a workflow version."""
    return {
        "nodes": [
            {
                "id": node.step_id,
                "label": node.name,
                "description": node.description,
                "instruction": node.instruction,
                "role_id": node.role_id,
                "role_name": node.role_name,
                "escalate_to": node.escalate_to,
                "order": node.order,
                "weight": float(node.weight),
                "is_start": node.is_start,
                "is_end": node.is_end,
                # Left out when false: graphs frozen before there was such a thing keep their hash.
                **({"auto_escalate": True} if node.auto_escalate else {}),
            }
            for node in graph.nodes
        ],
        "edges": [
            {
                "id": edge.transition_id,
                "from_step_id": edge.from_step_id,
                "to_step_id": edge.to_step_id,
                "name": edge.name,
            }
            for edge in graph.edges
        ],
        "metadata": dict(metadata),
    }


def read_definition(definition: Mapping[str, Any]) -> Graph:
    return Graph(
        nodes=tuple(
            Node(
                step_id=node["id"],
                name=node["label"],
                role_id=node["role_id"],
                role_name=node.get("role_name", ""),
                weight=Decimal(str(node.get("weight", "0.5"))),
                order=node.get("order", 0),
                is_start=node.get("is_start", False),
                is_end=node.get("is_end", False),
                escalate_to=node.get("escalate_to"),
                auto_escalate=node.get("auto_escalate", False),
                description=node.get("description", ""),
                instruction=node.get("instruction", ""),
            )
            for node in definition["nodes"]
        ),
        edges=tuple(
            Edge(
                transition_id=edge["id"],
                from_step_id=edge["from_step_id"],
                to_step_id=edge["to_step_id"],
                name=edge.get("name") or "",
            )
            for edge in definition["edges"]
        ),
    )


def definition_hash(definition: Mapping[str, Any]) -> str:
    """Name a definition by its content, so that publishing an unchanged graph changes nothing."""
    canonical = json.dumps(definition, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()
