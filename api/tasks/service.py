"""What people ask to see: their work, everyone's, that of the tickets they own."""

from dataclasses import replace

from api.identity.principal import Principal
from api.kit.clock import utc_now
from api.kit.db import Session
from api.kit.pagination import Ordering, Page, PageRequest
from api.tasks import assignments, details, listing, snapshots, unassigned
from api.tasks.errors import TaskNotFoundError, TicketNotFoundError
from api.tasks.filters import AssignmentFilters, TaskFilters
from api.tasks.read_schemas import AssignmentRow, OwnedTask, SnapshotRead, TaskRead, WaitingRow
from api.tasks.snapshots import SnapshotFilters


async def list_my_tasks(
    session: Session,
    principal: Principal,
    filters: AssignmentFilters,
    ordering: Ordering,
    page: PageRequest,
) -> Page[AssignmentRow]:
    return await _assignments(session, replace(filters, user_id=principal.user_id), ordering, page)


async def list_all_tasks(
    session: Session, filters: AssignmentFilters, ordering: Ordering, page: PageRequest
) -> Page[AssignmentRow]:
    """List everyone's assignments; a search also finds them by the name of who holds them."""
    filters = replace(filters, finds_holders=filters.search is not None)
    return await _assignments(session, filters, ordering, page)


async def _assignments(
    session: Session, filters: AssignmentFilters, ordering: Ordering, page: PageRequest
) -> Page[AssignmentRow]:
    count, rows = await assignments.list_assignments(session, filters, ordering, page, now=utc_now())
    return page.envelope(count, [AssignmentRow.model_validate(row) for row in rows])


async def list_unassigned(
    session: Session, filters: AssignmentFilters, ordering: Ordering, page: PageRequest
) -> Page[WaitingRow]:
    count, rows = await unassigned.list_unassigned(session, filters, ordering, page, now=utc_now())
    return page.envelope(count, [WaitingRow.model_validate(row) for row in rows])


async def list_tasks(
    session: Session, filters: TaskFilters, ordering: Ordering | None, page: PageRequest
) -> Page[TaskRead]:
    now = utc_now()
    count, task_ids = await listing.list_task_ids(session, filters, ordering, page, now=now)
    return page.envelope(count, await details.read_tasks(session, task_ids, now=now))


async def get_task(session: Session, task_id: int) -> TaskRead:
    return await details.read_task(session, task_id, now=utc_now())


async def get_owned_task(session: Session, principal: Principal, ticket_number: str) -> OwnedTask:
    """Read the task of a ticket that the caller owns, or of any for an admin.

    Raises:
        TaskNotFoundError: the ticket has no task, or another owner.
    """
    task_id = await listing.find_task_of_ticket(session, ticket_number)
    if task_id is None:
        raise TaskNotFoundError
    task = await get_task(session, task_id)
    is_owner = task.ticket_owner_id == principal.user_id
    if not (is_owner or principal.is_admin):
        raise TaskNotFoundError
    return OwnedTask(**dict(task), is_owner=is_owner, is_admin=principal.is_admin)


async def list_tickets(
    session: Session,
    principal: Principal,
    filters: SnapshotFilters,
    ordering: Ordering | None,
    page: PageRequest,
) -> Page[SnapshotRead]:
    """List tickets: to staff all, to an employee their own."""
    filters = replace(filters, requester_id=_only_requester(principal))
    count, rows = await snapshots.list_snapshots(session, filters, ordering, page)
    return page.envelope(count, [SnapshotRead.model_validate(row) for row in rows])


async def get_ticket(session: Session, principal: Principal, key: str) -> SnapshotRead:
    """Read a ticket by its number or, where no number is spelt like it, by its id.

    Raises:
        TicketNotFoundError: there is none, or it is not the caller's to see.
    """
    row = await snapshots.find_snapshot(session, key, requester_id=_only_requester(principal))
    if row is None:
        raise TicketNotFoundError
    return SnapshotRead.model_validate(row)


def _only_requester(principal: Principal) -> int | None:
    return None if principal.is_staff else principal.user_id
