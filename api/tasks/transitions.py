"""Executing a transition: the one way a task moves on."""

from dataclasses import dataclass

from api.audit.trail import Trail
from api.identity.principal import Principal
from api.kit.db import Session
from api.notifications.enums import NotificationType
from api.tasks import announcements, crossings, repository
from api.tasks.assignment import assign_step
from api.tasks.changes import Change, open_change
from api.tasks.enums import ItemStatus, TaskEventKind, TaskStatus
from api.tasks.errors import (
    MoveNotAllowedError,
    NotAssigneeError,
    TransitionNotFoundError,
)
from api.tasks.models import Task, TaskItem
from api.tasks.repository import HeldItem
from api.tasks.schemas import (
    AssignedItem,
    StepReference,
    TransitionedTask,
    TransitionRequest,
    TransitionResult,
)
from api.tickets.enums import TicketStatus
from api.workflows.engine import Move, MoveRefused, decide_move
from api.workflows.graph import Graph, Node, read_definition


@dataclass(frozen=True, slots=True)
class _Turn:
    """One decided transition, with the item that is acted on."""

    change: Change
    request: TransitionRequest
    acting: TaskItem
    move: Move


async def execute_transition(
    session: Session,
    trail: Trail,
    principal: Principal,
    task_id: int,
    request: TransitionRequest,
    *,
    expected_version: int | None,
) -> TransitionResult:
    """Move a task along one edge of its bound version, or finish it; the whole turn or nothing."""
    change = await open_change(session, trail, principal, task_id, request.version, expected_version)
    task = change.task
    change.require_workable()
    version = await repository.get_version(session, task.workflow_version_id)
    graph = read_definition(version.definition)
    acting = _acting_item(change, request.on_behalf_of_task_item_id)
    if acting is None and not change.own_items:
        raise NotAssigneeError
    # One who acted on this task before is told that the step was left, not that they are a stranger.
    move = await _decide(session, graph, task, request.transition_id)
    if acting is None:
        raise NotAssigneeError
    turn = _Turn(change, request, acting, move)
    if move.to_node is None:
        await crossings.notice_late_end(change)
    _close_items(turn)
    _move_task(turn)
    await _finish(turn)
    # The ticket before the role's turn, as a new task takes them: two orders would end in a deadlock.
    await change.move_ticket(TicketStatus.RESOLVED if move.to_node is None else TicketStatus.IN_PROGRESS)
    await _announce(turn)
    assigned = None
    if move.to_node is not None:
        assigned = await assign_step(session, task, graph, move.to_node, at=change.at)
    return _result(turn, assigned)


def _acting_item(change: Change, on_behalf_of: int | None) -> TaskItem | None:
    """Find the open item of the current step that the caller holds, or acts for."""
    if on_behalf_of is None:
        return change.item_in_hand()
    for held in change.open_items:
        if held.item.task_item_id == on_behalf_of and held.item.step_id == change.task.current_step_id:
            return held.item
    return None


async def _decide(session: Session, graph: Graph, task: Task, transition_id: int | None) -> Move:
    try:
        return decide_move(graph, task.current_step_id, transition_id)
    except MoveRefused as refusal:
        if transition_id is not None and not await repository.transition_exists(session, transition_id):
            raise TransitionNotFoundError from refusal
        raise MoveNotAllowedError(refusal.sentence, code=refusal.code) from refusal


def _close_items(turn: _Turn) -> None:
    """Resolve the acting item, and with it every other open item of the step that is left."""
    change, acting = turn.change, turn.acting
    acting.notes = turn.request.notes
    acting.acted_on = change.at
    acting.first_opened_at = acting.first_opened_at or change.at
    for held in change.open_items:
        note = f"Closed with item {acting.task_item_id}"
        change.move_item(held.item, ItemStatus.RESOLVED, turn.request.notes if held.item is acting else note)


def _move_task(turn: _Turn) -> None:
    change, task, move = turn.change, turn.change.task, turn.move
    to_node = move.to_node or move.from_node
    task.current_step_id = to_node.step_id
    change.move(
        TaskEventKind.COMPLETED if move.to_node is None else TaskEventKind.TRANSITIONED,
        from_step_id=move.from_node.step_id,
        to_step_id=to_node.step_id,
        transition_id=move.edge.transition_id if move.edge else None,
        task_item_id=turn.acting.task_item_id,
        note=turn.request.notes,
    )
    task.first_response_at = task.first_response_at or change.at
    if move.to_node is None:
        task.resolution_time = change.at
        task.completed_by = change.principal.user_id
        task.needs_assignment = False


async def _announce(turn: _Turn) -> None:
    """Tell the owner; whose turn it is next is told with the assignment."""
    change, move = turn.change, turn.move
    kind, words = NotificationType.TASK_COMPLETED, "is done"
    if move.to_node is not None:
        kind, words = NotificationType.WORKFLOW_STEP_CHANGE, f"went on to {move.to_node.name!r}"
    await announcements.told_of(
        change.session,
        change.task,
        kind,
        words,
        reason=turn.request.notes,
        told_by=change.actor,
        at=change.at,
    )


async def _finish(turn: _Turn) -> None:
    move, request = turn.move, turn.request
    to_name = move.to_node.name if move.to_node else None
    changes = {
        "current_step": {"old": move.from_node.name, "new": to_name},
        "transition_id": request.transition_id,
        "notes": request.notes,
        "on_behalf_of_task_item_id": request.on_behalf_of_task_item_id,
    }
    await turn.change.finish("transition_task", changes)


def _step(node: Node) -> StepReference:
    return StepReference(step_id=node.step_id, name=node.name)


def _assigned(held: HeldItem, node: Node) -> AssignedItem:
    return AssignedItem(
        task_item_id=held.item.task_item_id,
        user_id=held.holder.user_id,
        user_full_name=held.holder.user_full_name,
        role=node.role_name,
        target_resolution=held.item.target_resolution,
    )


def _result(turn: _Turn, assigned: HeldItem | None) -> TransitionResult:
    task, move = turn.change.task, turn.move
    node = move.to_node or move.from_node
    is_done = move.to_node is None
    status = TaskStatus(task.status)
    return TransitionResult(
        success=True,
        task=TransitionedTask(
            task_id=task.task_id, current_step=_step(node), status=status, version=task.version
        ),
        message=f"Task completed at {node.name}" if is_done else f"Task transitioned to {node.name}",
        previous_step=_step(move.from_node),
        completed=is_done,
        resolved_item_id=turn.acting.task_item_id,
        assigned_items=[_assigned(assigned, node)] if assigned else [],
        needs_assignment=task.needs_assignment,
    )
