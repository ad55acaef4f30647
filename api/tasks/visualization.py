"""The way a task has taken through its own version of the graph, told from its events."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from sqlalchemy import RowMapping

from api.kit.db import Session
from api.sla import policies
from api.tasks import histories, task_rows
from api.tasks.enums import TaskEventKind, TaskStatus
from api.tasks.item_sla import ItemJudge
from api.tasks.read_schemas import (
    Assignee,
    NodeStatus,
    Visualization,
    VisualizedEdge,
    VisualizedNode,
    VisualizedTask,
)
from api.workflows.engine import step_share
from api.workflows.graph import Graph, Node, read_definition

_LEAVING = {TaskEventKind.TRANSITIONED, TaskEventKind.COMPLETED, TaskEventKind.CANCELLED}


class Moved(Protocol):
    """An event, as far as it tells of the way."""

    kind: str
    from_step_id: int | None
    to_step_id: int | None
    transition_id: int | None
    occurred_at: datetime


@dataclass
class Visit:
    """What became of one step: how often it was entered, and when last."""

    visits: int = 0
    entered_at: datetime | None = None
    left_at: datetime | None = None


@dataclass
class Way:
    visits: dict[int, Visit] = field(default_factory=dict)
    taken: set[int] = field(default_factory=set)

    def enter(self, step_id: int, at: datetime) -> None:
        visit = self.visits.setdefault(step_id, Visit())
        visit.visits += 1
        visit.entered_at, visit.left_at = at, None

    def leave(self, step_id: int | None, at: datetime) -> None:
        if step_id in self.visits:
            self.visits[step_id].left_at = at


def trace_way(events: Iterable[Moved], graph: Graph) -> Way:
    """Follow a task's events, oldest first, along the steps and edges of its graph."""
    way = Way()
    current: int | None = None
    for event in events:
        kind = TaskEventKind(event.kind)
        if kind in _LEAVING:
            way.leave(event.from_step_id or current, event.occurred_at)
        if kind is TaskEventKind.TRANSITIONED:
            way.taken |= _edges_of(event, graph)
        enters = kind in {TaskEventKind.CREATED, TaskEventKind.TRANSITIONED, TaskEventKind.REOPENED}
        if enters and (step_id := event.to_step_id or current) is not None:
            way.enter(step_id, event.occurred_at)
            current = step_id
    return way


def _edges_of(event: Moved, graph: Graph) -> set[int]:
    """Name the edge of a move; logs of other systems know the steps only, which is enough to tell it."""
    if event.transition_id is not None:
        return {event.transition_id}
    steps = (event.from_step_id, event.to_step_id)
    return {edge.transition_id for edge in graph.edges if (edge.from_step_id, edge.to_step_id) == steps}


def node_status(step_id: int, visit: Visit | None, current_step_id: int | None, status: str) -> NodeStatus:
    """Judge a step; that at which a task was cancelled was not done."""
    is_over = status in {TaskStatus.COMPLETED, TaskStatus.CANCELLED}
    if step_id == current_step_id and status != TaskStatus.COMPLETED:
        return NodeStatus.SKIPPED if is_over else NodeStatus.ACTIVE
    if visit is not None:
        return NodeStatus.DONE
    return NodeStatus.SKIPPED if is_over else NodeStatus.PENDING


def progress_percent(graph: Graph, done: Iterable[int]) -> float:
    """Weigh the steps that are done against all."""
    share = sum((step_share(graph, step_id) for step_id in done), Decimal(0))
    return round(float(100 * share), 2)


async def read_visualization(session: Session, task_id: int, *, now: datetime) -> Visualization:
    """Draw a task's graph with the way it took.

    Raises:
        TaskNotFoundError: there is none of this id, or it was deleted.
    """
    task = await histories.get_bound_task(session, task_id)
    graph = read_definition(task["definition"])
    events = await histories.list_events(session, task_id)
    items = await task_rows.list_items_of_tasks(session, [task_id], only_open=False)
    working_time = await policies.working_time_of(session, task["calendar_revision_id"])
    ratio = policies.at_risk_ratio_of(session)
    judge = ItemJudge(working_time, events, task["hold_started_at"] or now, ratio)
    newest = {item["assigned_on_step_id"]: item for item in items}
    way = trace_way(events, graph)
    in_order = sorted(graph.nodes, key=lambda node: (node.order, node.step_id))
    nodes = {
        node.step_id: _node(node, way.visits.get(node.step_id), newest.get(node.step_id), judge, task)
        for node in in_order
    }
    statuses = {step_id: node.status for step_id, node in nodes.items()}
    return Visualization(
        nodes=list(nodes.values()), edges=_edges(graph, way), metadata=_metadata(task, graph, statuses)
    )


def _node(
    node: Node, visit: Visit | None, item: RowMapping | None, judge: ItemJudge, task: RowMapping
) -> VisualizedNode:
    return VisualizedNode(
        id=f"step-{node.step_id}",
        label=node.name,
        role=node.role_name,
        status=node_status(node.step_id, visit, task["current_step_id"], task["status"]),
        description=node.description,
        instruction=node.instruction,
        order=node.order,
        is_start=node.is_start,
        is_end=node.is_end,
        visits=visit.visits if visit else 0,
        entered_at=visit.entered_at if visit else None,
        left_at=visit.left_at if visit else None,
        assignee=Assignee.model_validate(item) if item else None,
        sla_status=judge.state_of(item) if item else None,
    )


def _edges(graph: Graph, way: Way) -> list[VisualizedEdge]:
    return [
        VisualizedEdge(
            id=edge.transition_id,
            from_step=f"step-{edge.from_step_id}",
            to_step=f"step-{edge.to_step_id}",
            name=edge.name,
            taken=edge.transition_id in way.taken,
        )
        for edge in graph.edges
    ]


def _metadata(task: RowMapping, graph: Graph, statuses: Mapping[int, NodeStatus]) -> VisualizedTask:
    done = [step_id for step_id, status in statuses.items() if status is NodeStatus.DONE]
    return VisualizedTask(
        task_id=task["task_id"],
        workflow_id=task["workflow_id"],
        workflow_version=task["workflow_version"],
        ticket_id=task["ticket_number"],
        current_step_id=task["current_step_id"],
        task_status=task["status"],
        progress_percent=progress_percent(graph, done),
    )
