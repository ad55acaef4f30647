"""From a told ticket to an assigned task, in one transaction."""

from api.audit.trail import Trail
from api.kit.db import Session
from api.kit.logs import log
from api.tasks import repository, targets
from api.tasks.creation import create_task
from api.tasks.models import Task
from api.tasks.schemas import IngestAction, IngestResult
from api.tickets import repository as ticket_repository
from api.tickets import service as ticket_service
from api.tickets.models import TicketSnapshot
from api.tickets.schemas import TicketEventIn
from api.workflows import service as workflow_service


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
        await targets.change_priority(session, trail, task, snapshot.priority)
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
