"""What a person can do next with a task, by the version that the task runs on."""

from collections.abc import Sequence

from api.identity.principal import Principal
from api.kit.db import Session
from api.tasks import repository
from api.tasks.change_schemas import AvailableAction, AvailableTransitions, CurrentStep, Person
from api.tasks.enums import ItemOrigin, ItemStatus, TaskEventKind, TaskStatus
from api.tasks.errors import TaskNotFoundError
from api.tasks.models import Task
from api.tasks.repository import HeldItem
from api.tasks.state import status_after
from api.tickets import repository as ticket_repository
from api.workflows.engine import may_finalise
from api.workflows.graph import Graph, Node, read_definition


async def list_available(session: Session, principal: Principal, task_id: int) -> AvailableTransitions:
    """Tell whether it is the caller's turn, and where the current step leads."""
    task = await repository.find_task(session, task_id)
    if task is None:
        raise TaskNotFoundError
    version = await repository.get_version(session, task.workflow_version_id)
    graph = read_definition(version.definition)
    node = graph.find_node(task.current_step_id)
    items = await repository.list_items_to_weigh(session, task_id, principal.user_id)
    own = [held for held in items if held.holder.user_id == principal.user_id]
    in_hand = _in_hand(task, own)
    is_workable = status_after(TaskStatus(task.status), TaskEventKind.TRANSITIONED) is not None
    can_act = in_hand is not None and is_workable and node is not None
    newest = in_hand or (own[-1] if own else None)
    snapshot = await ticket_repository.get_snapshot(session, task.ticket_id)
    owner = await repository.find_member(session, task.ticket_owner_id)
    return AvailableTransitions(
        task_id=task_id,
        ticket_number=snapshot.ticket_number,
        task_status=TaskStatus(task.status),
        version=task.version,
        current_step=None if node is None else _step(node),
        task_item_id=newest.item.task_item_id if newest else None,
        current_status=ItemStatus(newest.item.status) if newest else None,
        can_act=can_act,
        has_acted=any(held.item.status == ItemStatus.RESOLVED for held in own),
        is_escalated=any(held.item.status == ItemStatus.ESCALATED for held in own)
        or any(held.item.origin == ItemOrigin.ESCALATION for held in own),
        is_transferred=any(held.item.status == ItemStatus.REASSIGNED for held in own)
        or any(held.item.origin == ItemOrigin.TRANSFERRED for held in own),
        current_owner=None
        if owner is None
        else Person(user_id=owner.user_id, user_full_name=owner.user_full_name),
        available_actions=_actions(graph, node) if can_act and node is not None else [],
    )


def _in_hand(task: Task, own: Sequence[HeldItem]) -> HeldItem | None:
    for held in own:
        if held.item.closed_at is None and held.item.step_id == task.current_step_id:
            return held
    return None


def _step(node: Node) -> CurrentStep:
    return CurrentStep(
        step_id=node.step_id,
        name=node.name,
        role=node.role_name,
        description=node.description,
        instruction=node.instruction,
    )


def _actions(graph: Graph, node: Node) -> list[AvailableAction]:
    actions = []
    for edge in graph.edges_from(node.step_id):
        to_node = graph.find_node(edge.to_step_id)
        name = to_node.name if to_node else ""
        actions.append(
            AvailableAction(
                transition_id=edge.transition_id, name=edge.name or name, description=f"Leads to {name}"
            )
        )
    if may_finalise(graph, node):
        finish = AvailableAction(
            transition_id=None, name="Finish", description=f"Completes the task at {node.name}"
        )
        actions.append(finish)
    return actions
