"""Starting the work on a ticket by hand, where no workflow took it or the last run was given up."""

from api.audit.trail import Trail
from api.identity.models import RoleUser
from api.kit.clock import utc_now
from api.kit.db import Session
from api.kit.errors import ValidationFailedError
from api.tasks import details, repository
from api.tasks.change_schemas import TaskCreate, TicketAllocation
from api.tasks.creation import create_task
from api.tasks.errors import (
    OpenTaskExistsError,
    TicketAllocatedError,
    TicketDoneError,
    TicketNotFoundError,
)
from api.tasks.read_schemas import TaskRead
from api.tickets import repository as ticket_repository
from api.tickets.enums import TicketStatus
from api.tickets.models import TicketSnapshot
from api.tickets.state import is_over
from api.workflows import repository as workflow_repository
from api.workflows.engine import start_node
from api.workflows.enums import WorkflowStatus
from api.workflows.errors import WorkflowNotFoundError
from api.workflows.graph import read_definition
from api.workflows.models import WorkflowVersion


async def create_by_hand(session: Session, trail: Trail, request: TaskCreate) -> TaskRead:
    """Start a workflow for a ticket as ingestion does, with the people named if they may do it."""
    if (request.ticket_id is None) == (request.ticket_number is None):
        message = "give either the id or the number of the ticket, and not both"
        raise ValidationFailedError.of("ticket_id", message)
    snapshot = await _lock_ticket(session, request.ticket_id, request.ticket_number)
    if await repository.has_open_task(session, snapshot.ticket_id):
        raise OpenTaskExistsError
    version = await _live_version(session, request.workflow_id)
    if request.owner_user_id is not None:
        await require_coordinator(session, "owner_user_id", request.owner_user_id)
    assignee = await _assignee(session, version, request.assignee_user_id)
    task = await create_task(
        session, trail, snapshot, version, owner_user_id=request.owner_user_id, assignee=assignee
    )
    return await details.read_task(session, task.task_id, now=utc_now())


async def allocate(session: Session, trail: Trail, request: TicketAllocation) -> TaskRead:
    """Give a ticket that waits unassigned to a workflow."""
    snapshot = await _lock_ticket(session, None, request.ticket_id)
    if snapshot.is_task_allocated:
        raise TicketAllocatedError
    version = await _live_version(session, request.workflow_id)
    task = await create_task(session, trail, snapshot, version, owner_user_id=None)
    trail.record("assign_task", "Ticket", snapshot.ticket_id, {"workflow_id": request.workflow_id})
    return await details.read_task(session, task.task_id, now=utc_now())


async def require_coordinator(session: Session, field: str, user_id: int) -> RoleUser:
    """Find a person's membership among the ticket coordinators.

    Raises:
        ValidationFailedError: they are not an active one.
    """
    role = await repository.find_coordinator_role(session)
    member = role and await repository.find_active_member(session, role.role_id, user_id)
    if not member:
        message = f"user {user_id} is not an active ticket coordinator: name one who is"
        raise ValidationFailedError.of(field, message)
    return member


async def _lock_ticket(session: Session, ticket_id: int | None, ticket_number: str | None) -> TicketSnapshot:
    """Lock a ticket: whoever starts work on it meanwhile waits.

    Raises:
        TicketNotFoundError: there is none of this id or number.
        TicketDoneError: nothing is left to do for it.
    """
    snapshot = await ticket_repository.find_and_lock_snapshot(
        session, ticket_id=ticket_id, ticket_number=ticket_number
    )
    if snapshot is None:
        raise TicketNotFoundError
    if is_over(TicketStatus(snapshot.status)):
        message = f"The ticket is {snapshot.status!r}: nothing is left to do for it"
        raise TicketDoneError(message)
    return snapshot


async def _live_version(session: Session, workflow_id: int) -> WorkflowVersion:
    workflow = await repository.find_workflow(session, workflow_id)
    if workflow is None:
        raise WorkflowNotFoundError
    version = await workflow_repository.find_active_version(session, workflow_id)
    if workflow.status != WorkflowStatus.INITIALIZED or version is None:
        message = f"workflow {workflow_id} is {workflow.status!r} and takes no tickets: initialize it first"
        raise ValidationFailedError.of("workflow_id", message)
    return version


async def _assignee(session: Session, version: WorkflowVersion, user_id: int | None) -> RoleUser | None:
    if user_id is None:
        return None
    first = start_node(read_definition(version.definition))
    member = await repository.find_active_member(session, first.role_id, user_id)
    if member is None:
        message = f"user {user_id} is not an active member of {first.role_name!r}, the first step's role"
        raise ValidationFailedError.of("assignee_user_id", message)
    return member
