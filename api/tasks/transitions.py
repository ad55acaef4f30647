"""Executing a transition: the one way a task moves on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from api.audit.trail import Trail
from api.identity.principal import Principal
from api.kit.clock import utc_now
from api.kit.db import Session
from api.kit.preconditions import check_version
from api.tasks import repository
from api.tasks.assignment import assign_step, tell_item, tell_task
from api.tasks.enums import OPEN_TASK_STATUSES, ItemStatus, TaskEventKind, TaskStatus
from api.tasks.errors import (
    MoveNotAllowedError,
    NotAssigneeError,
    TaskClosedError,
    TaskNotFoundError,
    TaskOnHoldError,
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
from api.tasks.state import status_after
from api.tickets import repository as ticket_repository
from api.tickets import service as ticket_service
from api.tickets.enums import TicketStatus
from api.workflows.engine import Move, MoveRefused, decide_move
from api.workflows.graph import Graph, Node, read_definition


@dataclass(frozen=True, slots=True)
class _Turn:
    """One decided transition, with all it acts on."""

    session: Session
    principal: Principal
    request: TransitionRequest
    task: Task
    items: Sequence[HeldItem]
    acting: TaskItem
    move: Move
    at: datetime


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
    task = await repository.lock_task(session, task_id)
    if task is None:
        raise TaskNotFoundError
    check_version(task.version, request.version, expected_version)
    _refuse_closed_or_held(task)
    version = await repository.get_version(session, task.workflow_version_id)
    graph = read_definition(version.definition)
    items = await repository.list_items_to_weigh(session, task_id, principal.user_id)
    acting = _acting_item(task, items, principal, request.on_behalf_of_task_item_id)
    if acting is None and not _held_an_item(items, principal):
        raise NotAssigneeError
    # One who acted on this task before is told that the step was left, not that they are a stranger.
    move = await _decide(session, graph, task, request.transition_id)
    if acting is None:
        raise NotAssigneeError
    at = max(utc_now(), acting.assigned_on, task.created_at)
    turn = _Turn(session, principal, request, task, items, acting, move, at)
    _close_items(turn)
    _move_task(turn)
    assigned = None
    if move.to_node is not None:
        assigned = await assign_step(session, task, graph, move.to_node, at=at)
    await _move_ticket(turn)
    _record(trail, turn)
    await session.flush()
    return _result(turn, assigned)


def _refuse_closed_or_held(task: Task) -> None:
    if task.status not in OPEN_TASK_STATUSES:
        raise TaskClosedError
    if task.status == TaskStatus.ON_HOLD:
        raise TaskOnHoldError
    if status_after(TaskStatus(task.status), TaskEventKind.TRANSITIONED) is None:
        message = f"A task that is {task.status!r} waits for another system and cannot be moved here"
        raise MoveNotAllowedError(message, code="invalid_state")


def _acting_item(
    task: Task, items: Sequence[HeldItem], principal: Principal, on_behalf_of: int | None
) -> TaskItem | None:
    """Find the open item of the current step that the caller holds, or acts for."""
    for held in items:
        is_current = held.item.closed_at is None and held.item.step_id == task.current_step_id
        is_meant = (
            held.item.task_item_id == on_behalf_of
            if on_behalf_of is not None
            else held.holder.user_id == principal.user_id
        )
        if is_current and is_meant:
            return held.item
    return None


def _held_an_item(items: Sequence[HeldItem], principal: Principal) -> bool:
    return any(held.holder.user_id == principal.user_id for held in items)


async def _decide(session: Session, graph: Graph, task: Task, transition_id: int | None) -> Move:
    try:
        return decide_move(graph, task.current_step_id, transition_id)
    except MoveRefused as refusal:
        if transition_id is not None and not await repository.transition_exists(session, transition_id):
            raise TransitionNotFoundError from refusal
        raise MoveNotAllowedError(refusal.sentence, code=refusal.code) from refusal


def _close_items(turn: _Turn) -> None:
    """Resolve the acting item, and with it every other open item of the step that is left."""
    for item in (held.item for held in turn.items):
        if item.closed_at is not None or item.step_id != turn.task.current_step_id:
            continue
        item.status = ItemStatus.RESOLVED
        item.closed_at = max(turn.at, item.assigned_on)
        note = f"Closed with item {turn.acting.task_item_id}"
        if item is turn.acting:
            note = item.notes = turn.request.notes
            item.acted_on = turn.at
            item.first_opened_at = item.first_opened_at or turn.at
        actor = turn.principal.user_id
        tell_item(turn.session, item, ItemStatus.RESOLVED, at=item.closed_at, actor_user_id=actor, note=note)


def _move_task(turn: _Turn) -> None:
    task, move = turn.task, turn.move
    kind = TaskEventKind.COMPLETED if move.to_node is None else TaskEventKind.TRANSITIONED
    old_status = TaskStatus(task.status)
    task.status = status_after(old_status, kind) or old_status
    task.first_response_at = task.first_response_at or turn.at
    task.version += 1
    if move.to_node is None:
        task.resolution_time = turn.at
        task.completed_by = turn.principal.user_id
        task.needs_assignment = False
    else:
        task.current_step_id = move.to_node.step_id
    tell_task(
        turn.session,
        task,
        kind,
        at=turn.at,
        actor_user_id=turn.principal.user_id,
        from_step_id=move.from_node.step_id,
        to_step_id=task.current_step_id,
        transition_id=move.edge.transition_id if move.edge else None,
        from_status=old_status,
        to_status=task.status,
        task_item_id=turn.acting.task_item_id,
        note=turn.request.notes,
    )


async def _move_ticket(turn: _Turn) -> None:
    snapshot = await ticket_repository.lock_snapshot(turn.session, turn.task.ticket_id)
    is_done = turn.task.status == TaskStatus.COMPLETED
    wanted = TicketStatus.RESOLVED if is_done else TicketStatus.IN_PROGRESS
    actor = turn.principal.user_id
    ticket_service.move_status(turn.session, snapshot, wanted, actor_user_id=actor, at=turn.at)


def _record(trail: Trail, turn: _Turn) -> None:
    move, request = turn.move, turn.request
    to_name = move.to_node.name if move.to_node else None
    changes = {
        "current_step": {"old": move.from_node.name, "new": to_name},
        "transition_id": request.transition_id,
        "notes": request.notes,
        "on_behalf_of_task_item_id": request.on_behalf_of_task_item_id,
    }
    trail.record("transition_task", "Task", turn.task.task_id, changes)


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
    task, move = turn.task, turn.move
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
