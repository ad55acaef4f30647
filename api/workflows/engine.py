"""What a task may do next, decided from its frozen graph alone."""

from dataclasses import dataclass
from decimal import Decimal

from api.workflows.graph import Edge, Graph, Node


class MoveRefused(Exception):  # noqa: N818 - reads as a verdict; the service turns it into an answer
    """The graph does not allow the move; `code` says why."""

    def __init__(self, code: str, sentence: str) -> None:
        self.code = code
        self.sentence = sentence
        super().__init__(sentence)


@dataclass(frozen=True, slots=True)
class Move:
    """A decided step forward. `to_node` is None when the task is finished."""

    from_node: Node
    to_node: Node | None
    edge: Edge | None


def start_node(graph: Graph) -> Node:
    return next(node for node in graph.nodes if node.is_start)


def may_finalise(graph: Graph, node: Node) -> bool:
    """A step ends the work when it is marked so, or when nothing leads on from it."""
    return node.is_end or not graph.edges_from(node.step_id)


def decide_move(graph: Graph, current_step_id: int | None, transition_id: int | None) -> Move:
    """Decide where a transition leads from the current step; without one, finish the work there.

    Raises:
        MoveRefused: the edge starts elsewhere or is not in this version, or the step cannot end the work.
    """
    current = graph.find_node(current_step_id)
    if current is None:
        raise MoveRefused("invalid_transition", "The task's current step is not in its workflow version")
    if transition_id is None:
        if not may_finalise(graph, current):
            message = f"Step {current.name!r} leads on to other steps: give one of its transitions"
            raise MoveRefused("has_outgoing_transitions", message)
        return Move(current, None, None)
    edge = next((edge for edge in graph.edges if edge.transition_id == transition_id), None)
    if edge is None or edge.from_step_id != current.step_id:
        message = f"Transition {transition_id} does not start at the current step {current.name!r}"
        raise MoveRefused("invalid_transition", message)
    return Move(current, graph.find_node(edge.to_step_id), edge)


def step_share(graph: Graph, step_id: int) -> Decimal:
    """Part of the task's time that a step is given: its weight among all; equal parts when all are zero."""
    total = sum((node.weight for node in graph.nodes), Decimal(0))
    node = graph.find_node(step_id)
    if node is None:
        return Decimal(0)
    return node.weight / total if total else Decimal(1) / len(graph.nodes)
