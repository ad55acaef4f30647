"""Graphs as the endpoints show it and as the rules see it."""

from collections.abc import Mapping, Sequence

from api.kit.db import Session
from api.workflows import repository
from api.workflows.errors import VersionNotFoundError
from api.workflows.graph import Edge, Graph, Node, read_definition
from api.workflows.layout import default_edge_designs, default_node_design
from api.workflows.models import Step, StepTransition
from api.workflows.schemas import EdgeRead, GraphRead, NodeRead


async def read_graph(session: Session, workflow_id: int) -> GraphRead:
    steps = await repository.list_steps(session, workflow_id)
    transitions = await repository.list_transitions(session, workflow_id)
    graph, names = await build_graph(session, steps, transitions)
    return show_graph(graph, names, _Designs(steps, transitions))


async def read_frozen_graph(session: Session, workflow_id: int, version: int) -> GraphRead:
    """Show the graph a version froze; where its nodes are drawn is not frozen, and as it is today."""
    found = await repository.find_version(session, workflow_id, version)
    if found is None:
        raise VersionNotFoundError
    graph = read_definition(found.definition)
    escalation = sorted({node.escalate_to for node in graph.nodes if node.escalate_to is not None})
    names = await repository.role_names(session, escalation)
    steps = await repository.list_all_steps(session, workflow_id)
    transitions = await repository.list_all_transitions(session, workflow_id)
    return show_graph(graph, names, _Designs(steps, transitions))


class _Designs:
    """Where nodes and edges were put by hand."""

    def __init__(self, steps: Sequence[Step], transitions: Sequence[StepTransition]) -> None:
        self.of_nodes = {step.step_id: step.design for step in steps}
        self.of_edges = {edge.transition_id: edge.design for edge in transitions}


def show_graph(graph: Graph, names: Mapping[int, str], designs: _Designs) -> GraphRead:
    edge_designs = default_edge_designs(graph)
    return GraphRead(
        nodes=[
            NodeRead(
                step_id=node.step_id,
                name=node.name,
                role_id=node.role_id,
                role_name=node.role_name,
                description=node.description,
                instruction=node.instruction,
                weight=float(node.weight),
                order=node.order,
                is_start=node.is_start,
                is_end=node.is_end,
                escalate_to=node.escalate_to,
                escalate_to_name=names.get(node.escalate_to or 0),
                auto_escalate=node.auto_escalate,
                design=designs.of_nodes.get(node.step_id) or default_node_design(index, len(graph.nodes)),
            )
            for index, node in enumerate(graph.nodes)
        ],
        edges=[
            EdgeRead(
                transition_id=edge.transition_id,
                from_step_id=edge.from_step_id,
                to_step_id=edge.to_step_id,
                name=edge.name,
                design=designs.of_edges.get(edge.transition_id) or edge_designs[edge.transition_id],
            )
            for edge in graph.edges
        ],
    )


async def build_graph(
    session: Session, steps: Sequence[Step], transitions: Sequence[StepTransition]
) -> tuple[Graph, dict[int, str]]:
    role_ids = {step.role_id for step in steps} | {step.escalate_to_role_id or 0 for step in steps}
    names = await repository.role_names(session, sorted(role_ids))
    nodes = tuple(
        Node(
            step_id=step.step_id,
            name=step.name,
            role_id=step.role_id,
            role_name=names[step.role_id],
            weight=step.weight,
            order=step.sort_order,
            is_start=step.is_start,
            is_end=step.is_end,
            escalate_to=step.escalate_to_role_id,
            auto_escalate=step.auto_escalate,
            description=step.description,
            instruction=step.instruction,
        )
        for step in steps
    )
    edges = tuple(
        Edge(edge.transition_id, edge.from_step_id, edge.to_step_id, edge.name) for edge in transitions
    )
    return Graph(nodes, edges), names
