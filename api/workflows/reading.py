"""The working graph as the endpoints show it and as the rules see it."""

from collections.abc import Sequence

from api.kit.db import Session
from api.workflows import repository
from api.workflows.graph import Edge, Graph, Node
from api.workflows.layout import default_edge_designs, default_node_design
from api.workflows.models import Step, StepTransition
from api.workflows.schemas import EdgeRead, GraphRead, NodeRead


async def read_graph(session: Session, workflow_id: int) -> GraphRead:
    steps = await repository.list_steps(session, workflow_id)
    transitions = await repository.list_transitions(session, workflow_id)
    graph, names = await build_graph(session, steps, transitions)
    edge_designs = default_edge_designs(graph)
    return GraphRead(
        nodes=[
            NodeRead(
                step_id=step.step_id,
                name=step.name,
                role_id=step.role_id,
                role_name=names[step.role_id],
                description=step.description,
                instruction=step.instruction,
                weight=float(step.weight),
                order=step.sort_order,
                is_start=step.is_start,
                is_end=step.is_end,
                escalate_to=step.escalate_to_role_id,
                escalate_to_name=names.get(step.escalate_to_role_id or 0),
                design=step.design or default_node_design(index, len(steps)),
            )
            for index, step in enumerate(steps)
        ],
        edges=[
            EdgeRead(
                transition_id=edge.transition_id,
                from_step_id=edge.from_step_id,
                to_step_id=edge.to_step_id,
                name=edge.name,
                design=edge.design or edge_designs[edge.transition_id],
            )
            for edge in transitions
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
            description=step.description,
            instruction=step.instruction,
        )
        for step in steps
    )
    edges = tuple(
        Edge(edge.transition_id, edge.from_step_id, edge.to_step_id, edge.name) for edge in transitions
    )
    return Graph(nodes, edges), names
