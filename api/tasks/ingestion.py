"""From a told ticket to an assigned task, in one transaction."""

from api.audit.trail import Trail
from api.identity.principal import SERVICE
from api.kit.clock import utc_now
from api.kit.db import Session
from api.kit.logs import log
from api.tasks import closing, holding, repository, targets
from api.tasks.changes import Change, change_of
from api.tasks.creation import create_task
from api.tasks.enums import OPEN_TASK_STATUSES, TaskEventKind, TaskStatus
from api.tasks.models import Task
from api.tasks.schemas import IngestAction, IngestResult
from api.tickets import news
from api.tickets import repository as ticket_repository
from api.tickets import service as ticket_service
from api.tickets.enums import TicketStatus
from api.tickets.models import TicketSnapshot
from api.tickets.schemas import TicketEventIn
from api.tickets.state import is_over, may_become
from api.workflows import service as workflow_service

_GIVEN_UP = frozenset({TicketStatus.WITHDRAWN, TicketStatus.REJECTED})
# In the order in which a ticket passes through them.
_SETTLED = (TicketStatus.RESOLVED, TicketStatus.CLOSED)


async def ingest(session: Session, trail: Trail, event: TicketEventIn) -> IngestResult:
    """Take in an event once; a ticket nobody works on yet gets its task."""
    number = event.ticket.ticket_number
    if not await ticket_repository.take_in_event(session, event.event_id, event.ticket.source_service):
        return IngestResult(status=IngestAction.DUPLICATE, ticket_number=number)
    snapshot = await ticket_service.insert_snapshot(session, event)
    if snapshot is not None:
        task = await _start_work(session, trail, snapshot, event)
        return _result(IngestAction.CREATED, number, task)
    task, snapshot = await _lock_known(session, await ticket_repository.get_ticket_id(session, number))
    if ticket_service.is_outdated(snapshot, event):
        return _result(IngestAction.IGNORED, number, task)
    is_told = ticket_service.is_told(event, snapshot.data)
    changes = ticket_service.update_snapshot(session, snapshot, event)
    if task is not None and task.status in OPEN_TASK_STATUSES and "priority" in changes:
        await targets.change_priority(session, trail, task, snapshot.priority, at=event.occurred_at)
    if is_told:
        if task is not None:
            await _follow_with_task(session, trail, task, snapshot, event)
        else:
            _follow(session, snapshot, event)
        _take_back(session, snapshot, event)
    if task is None and not snapshot.is_task_allocated:
        task = await _start_work(session, trail, snapshot, event)
    return _result(IngestAction.UPDATED, number, task)


async def _lock_known(session: Session, ticket_id: int) -> tuple[Task | None, TicketSnapshot]:
    """Lock a ticket's last task, then the ticket: transitions do so too, and two orders would deadlock.

    A task that was begun between the two locks is older than the second, so it is seen; the locks are
    let go then and taken anew.
    """
    while True:
        savepoint = await session.begin_nested()
        task_id = await repository.find_newest_task_id(session, ticket_id)
        task = None if task_id is None else await repository.lock_task(session, task_id)
        snapshot = await ticket_repository.lock_snapshot(session, ticket_id)
        newest = await repository.find_newest_task_id(session, ticket_id)
        if newest == (task.task_id if task else None):
            return task, snapshot
        await savepoint.rollback()


def _follow(session: Session, snapshot: TicketSnapshot, event: TicketEventIn) -> bool:
    """Let a ticket take the status that is told, if that may follow its own."""
    told = event.ticket.status
    if not may_become(TicketStatus(snapshot.status), told):
        return False
    at = max(event.occurred_at, snapshot.status_since or event.occurred_at)
    ticket_service.move_status(session, snapshot, told, actor_user_id=None, at=at)
    return True


def _take_back(session: Session, snapshot: TicketSnapshot, event: TicketEventIn) -> None:
    """Tell a ticket's master the status that the work has, where it could not follow what was told."""
    told = event.ticket.status
    if snapshot.status != told:
        at = max(utc_now(), snapshot.status_since or event.occurred_at)
        news.tell_status(session, snapshot, told, changed_by=None, at=at, is_correction=True)


async def _follow_with_task(
    session: Session, trail: Trail, task: Task, snapshot: TicketSnapshot, event: TicketEventIn
) -> None:
    """Let a task follow its ticket: given up, held, resumed, settled, or taken up again after that."""
    told, old = event.ticket.status, task.status
    change = await change_of(session, trail, SERVICE, task)
    note = f"The ticket became {told.value}"
    if task.status in OPEN_TASK_STATUSES:
        await _follow_while_open(change, snapshot, event, note)
    elif not _is_late(task, event) and _follow(session, snapshot, event) and _is_resumed(task, told):
        await closing.reopen(change, note)
    if task.status != old:
        await change.finish("update_task", {"status": {"old": old, "new": task.status}, "notes": note})


async def _follow_while_open(
    change: Change, snapshot: TicketSnapshot, event: TicketEventIn, note: str
) -> None:
    told = event.ticket.status
    if told in _GIVEN_UP:
        await closing.cancel(change, note)
        await change.move_ticket(told)
    elif told in _SETTLED:
        await closing.complete(change, note)
        await change.move_ticket(*_SETTLED[: _SETTLED.index(told) + 1])
    elif told is TicketStatus.ON_HOLD:
        if change.can(TaskEventKind.HELD):
            await holding.hold(change, note)
    elif told is TicketStatus.IN_PROGRESS and change.status is TaskStatus.ON_HOLD:
        await holding.resume(change, note)
    else:
        _follow(change.session, snapshot, event)


def _is_late(task: Task, event: TicketEventIn) -> bool:
    """Tell whether an event dates from before the work was done: it only arrived after that."""
    was_told_before = task.resolution_time is not None and event.occurred_at <= task.resolution_time
    return was_told_before and event.ticket.status is TicketStatus.IN_PROGRESS


def _is_resumed(task: Task, told: TicketStatus) -> bool:
    return task.status == TaskStatus.COMPLETED and told is TicketStatus.IN_PROGRESS


def _result(action: IngestAction, number: str, task: Task | None) -> IngestResult:
    return IngestResult(
        status=action,
        ticket_number=number,
        task_id=task.task_id if task else None,
        is_assigned=task is not None and task.status in OPEN_TASK_STATUSES and not task.needs_assignment,
    )


async def _start_work(
    session: Session, trail: Trail, snapshot: TicketSnapshot, event: TicketEventIn
) -> Task | None:
    if is_over(TicketStatus(snapshot.status)):
        return None
    # None of what is looked up depends on what is still to be written.
    with session.no_autoflush:
        version = await workflow_service.find_workflow_for_ticket(
            session,
            department=snapshot.department,
            category=snapshot.category,
            sub_category=snapshot.sub_category,
        )
        if version is None:
            log.warning("ticket_unassigned", ticket_number=snapshot.ticket_number)
            return None
        owner_user_id = event.ticket.ticket_owner_id
        return await create_task(session, trail, snapshot, version, owner_user_id=owner_user_id)
