"""From a told ticket to an assigned task, in one transaction."""

from datetime import datetime, timedelta

from api.audit.trail import Trail
from api.kit.clock import utc_now
from api.kit.db import Session
from api.kit.durations import parse_duration
from api.kit.logs import log
from api.sla import clock
from api.tasks import repository
from api.tasks.assignment import assign_step, choose_owner, tell_task
from api.tasks.enums import SlaSource, TaskEventKind, TaskStatus
from api.tasks.models import Task
from api.tasks.schemas import IngestAction, IngestResult
from api.tickets import repository as ticket_repository
from api.tickets import service as ticket_service
from api.tickets.models import TicketSnapshot
from api.tickets.schemas import TicketEventIn
from api.workflows import checks
from api.workflows import service as workflow_service
from api.workflows.engine import start_node, step_share
from api.workflows.graph import read_definition
from api.workflows.models import WorkflowVersion


async def ingest(session: Session, trail: Trail, event: TicketEventIn) -> IngestResult:
    """Take in an event once; a ticket nobody works on yet gets its task."""
    number = event.ticket.ticket_number
    if not await ticket_repository.take_in_event(session, event.event_id, event.ticket.source_service):
        return IngestResult(status=IngestAction.DUPLICATE, ticket_number=number)
    snapshot = await ticket_service.insert_snapshot(session, event)
    if snapshot is not None:
        task = await _start_work(session, trail, snapshot, event)
        return _result(IngestAction.CREATED, number, task)
    ticket_id = await ticket_repository.get_ticket_id(session, number)
    # The task before its ticket, as a transition takes them: two orders would end in a deadlock.
    task = await repository.lock_open_task_of_ticket(session, ticket_id)
    snapshot = await ticket_repository.lock_snapshot(session, ticket_id)
    if ticket_service.is_outdated(snapshot, event):
        return _result(IngestAction.IGNORED, number, task)
    changes = ticket_service.update_snapshot(session, snapshot, event)
    if task is not None and "priority" in changes:
        await _restart_clock(session, trail, task, snapshot.priority)
    elif task is None and not snapshot.is_task_allocated:
        task = await _start_work(session, trail, snapshot, event)
    return _result(IngestAction.UPDATED, number, task)


def _result(action: IngestAction, number: str, task: Task | None) -> IngestResult:
    return IngestResult(
        status=action,
        ticket_number=number,
        task_id=task.task_id if task else None,
        is_assigned=task is not None and not task.needs_assignment,
    )


async def _start_work(
    session: Session, trail: Trail, snapshot: TicketSnapshot, event: TicketEventIn
) -> Task | None:
    version = await workflow_service.find_workflow_for_ticket(
        session,
        department=snapshot.department,
        category=snapshot.category,
        sub_category=snapshot.sub_category,
    )
    if version is None:
        log.warning("ticket_unassigned", ticket_number=snapshot.ticket_number)
        return None
    return await create_task(session, trail, snapshot, version, owner_user_id=event.ticket.ticket_owner_id)


async def create_task(
    session: Session,
    trail: Trail,
    snapshot: TicketSnapshot,
    version: WorkflowVersion,
    *,
    owner_user_id: int | None,
) -> Task:
    """Start a workflow version for a ticket: its clock, its owner and its first assignment."""
    now = utc_now()
    graph = read_definition(version.definition)
    first = start_node(graph)
    started_at = min(snapshot.submit_date, now)
    sla = sla_of(version, snapshot.priority)
    target = clock.task_target(started_at, sla)
    owner = await choose_owner(session, owner_user_id)
    task = Task(
        ticket_id=snapshot.ticket_id,
        workflow_id=version.workflow_id,
        workflow_version_id=version.workflow_version_id,
        current_step_id=first.step_id,
        ticket_owner_id=owner.role_user_id if owner else None,
        status=TaskStatus.PENDING,
        priority_at_start=snapshot.priority,
        sla=sla,
        sla_source=SlaSource.POLICY if target else SlaSource.NONE,
        sla_started_at=started_at,
        target_resolution=target,
        created_at=now,
    )
    session.add(task)
    snapshot.is_task_allocated = True
    await session.flush()
    tell_task(
        session,
        task,
        TaskEventKind.CREATED,
        at=now,
        to_step_id=first.step_id,
        to_status=TaskStatus.PENDING,
    )
    if await assign_step(session, task, graph, first, sla=sla, at=now) is None:
        log.warning("task_needs_assignment", task_id=task.task_id, role=first.role_name)
    trail.record("create_task", "Task", task.task_id, {"ticket_number": snapshot.ticket_number})
    await session.flush()
    return task


def sla_of(version: WorkflowVersion, priority: str) -> timedelta | None:
    """Read a priority's duration from the frozen version; later edits do not touch running tasks."""
    metadata = version.definition["metadata"]
    slas = {
        field: parse_duration(metadata[field]) if metadata.get(field) else None
        for field in checks.SLA_FIELDS_FASTEST_FIRST
    }
    return clock.duration_for_priority(slas, priority)


async def _restart_clock(session: Session, trail: Trail, task: Task, priority: str) -> None:
    """Give a task the time of its new priority, counted from the original start."""
    version = await repository.get_version(session, task.workflow_version_id)
    old = task.target_resolution
    task.sla = sla_of(version, priority)
    task.target_resolution = clock.shifted_by_hold(
        clock.task_target(task.sla_started_at, task.sla), timedelta(seconds=task.hold_seconds)
    )
    task.sla_source = SlaSource.POLICY if task.target_resolution else SlaSource.NONE
    task.recorded_sla_met = None
    task.version += 1
    graph = read_definition(version.definition)
    for item in await repository.list_open_items(session, task.task_id):
        item.target_resolution = clock.item_target(
            item.assigned_on, task.sla, step_share(graph, item.step_id), task.target_resolution
        )
    change = {"old": _text(old), "new": _text(task.target_resolution)}
    trail.record("update_task", "Task", task.task_id, {"target_resolution": change})
    await session.flush()


def _text(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None
