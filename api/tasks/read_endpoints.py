"""Tasks, assignments and tickets as people read them; nothing here changes anything."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from api.identity.auth import Admin, AnyPerson, AnyStaff, Coordinator, require_admin
from api.kit.clock import utc_now
from api.kit.dates import DaysQuery
from api.kit.db import ReadSession
from api.kit.errors import NotFoundError, responses
from api.kit.pagination import Page, PageQuery, read_ordering
from api.kit.preconditions import set_etag
from api.kit.schemas import PathId, QueryId
from api.tasks import action_logs, service, visualization
from api.tasks.enums import ItemTab
from api.tasks.filters import (
    AllTasksTab,
    AssignmentFilters,
    ItemStatusFilter,
    OwnedTab,
    PriorityFilter,
    SearchFilter,
    StateFilter,
    TaskFilters,
    TaskStatusFilter,
    TextFilter,
    TicketStatusFilter,
    WorkflowFilter,
)
from api.tasks.read_schemas import (
    ActionLogs,
    AssignmentRow,
    OwnedTask,
    SnapshotRead,
    TaskRead,
    Visualization,
    WaitingRow,
)
from api.tasks.snapshots import SnapshotFilters

router = APIRouter()
_TASK_ORDERINGS = ("created_at", "updated_at", "status", "target_resolution")
_NEWEST_FIRST = "assigned_on or -assigned_on, the newest first by default"
Ordering = Annotated[str | None, Query(max_length=40)]
AssignmentOrdering = Annotated[str | None, Query(max_length=40, description=_NEWEST_FIRST)]
TicketKey = Annotated[str, Path(min_length=1, max_length=64)]


@router.get("/tasks/my-tasks/", tags=["tasks"], responses=responses(NotFoundError))
async def list_my_tasks(
    *,
    session: ReadSession,
    principal: AnyStaff,
    page: PageQuery,
    role: TextFilter = None,
    assignment_status: ItemStatusFilter = None,
    workflow_id: WorkflowFilter = None,
    sla_status: StateFilter = None,
    priority: PriorityFilter = None,
    is_open: Annotated[bool, Query(alias="open", description="Only items that wait for the caller")] = False,
    search: SearchFilter = None,
    ordering: AssignmentOrdering = None,
) -> Page[AssignmentRow]:
    """List the caller's assignments, those of finished tasks too."""
    filters = AssignmentFilters(
        role=role,
        status=assignment_status,
        workflow_id=workflow_id,
        is_open=is_open,
        sla_status=sla_status,
        priority=priority,
        search=search,
    )
    order = read_ordering(ordering, allowed=("assigned_on",), default="-assigned_on")
    return await service.list_my_tasks(session, principal, filters, order, page)


@router.get("/tasks/all-tasks/", tags=["tasks"], responses=responses(NotFoundError))
async def list_all_tasks(
    *,
    session: ReadSession,
    _: Admin,
    page: PageQuery,
    tab: AllTasksTab | None = None,
    role: TextFilter = None,
    assignment_status: ItemStatusFilter = None,
    workflow_id: WorkflowFilter = None,
    search: SearchFilter = None,
    ordering: AssignmentOrdering = None,
) -> Page[AssignmentRow] | Page[WaitingRow]:
    """List everyone's assignments, or what waits to be assigned.

    `active` are those of open tasks, `inactive` those whose task or ticket is over; without a tab both.
    `unassigned` are tickets that no workflow took and tasks whose step has nobody, ordered by how long
    they wait. A search also looks at the names of those who hold the assignments.
    """
    filters = AssignmentFilters(role=role, status=assignment_status, workflow_id=workflow_id, search=search)
    order = read_ordering(ordering, allowed=("assigned_on",), default="-assigned_on")
    if tab is AllTasksTab.UNASSIGNED:
        return await service.list_unassigned(session, filters, order, page)
    filters = replace(filters, tab=ItemTab(tab) if tab else None)
    return await service.list_all_tasks(session, filters, order, page)


@router.get("/tasks/owned-tickets/", tags=["tasks"], responses=responses(NotFoundError))
async def list_owned_tickets(
    *,
    request: Request,
    session: ReadSession,
    principal: Coordinator,
    page: PageQuery,
    tab: OwnedTab | None = None,
    status: TaskStatusFilter = None,
    priority: PriorityFilter = None,
    category: TextFilter = None,
    sla_status: StateFilter = None,
    owner_id: Annotated[QueryId | None, Query(description="ADMIN only: whose tickets instead")] = None,
    search: SearchFilter = None,
    ordering: Ordering = None,
) -> Page[TaskRead]:
    """List the tasks whose tickets the caller owns."""
    if owner_id is not None and owner_id != principal.user_id:
        await require_admin(request, principal)
    filters = TaskFilters(
        tab=ItemTab(tab) if tab else None,
        status=status,
        priority=priority,
        category=category,
        sla_status=sla_status,
        owner_id=owner_id or principal.user_id,
        search=search,
    )
    order = read_ordering(ordering, allowed=_TASK_ORDERINGS[:2], default="-created_at") if ordering else None
    return await service.list_tasks(session, filters, order, page)


@router.get("/tasks/owned-tickets/{ticket_number}/", tags=["tasks"], responses=responses(NotFoundError))
async def read_owned_ticket(
    ticket_number: TicketKey, response: Response, session: ReadSession, principal: Coordinator
) -> OwnedTask:
    """Read the task of a ticket that the caller owns; an admin reads any."""
    task = await service.get_owned_task(session, principal, ticket_number)
    set_etag(response, task.version)
    return task


@router.get("/tasks/", tags=["tasks"], responses=responses(NotFoundError))
async def list_tasks(
    *,
    session: ReadSession,
    _: AnyStaff,
    page: PageQuery,
    days: DaysQuery,
    status: TaskStatusFilter = None,
    workflow_id: QueryId | None = None,
    ticket_id: QueryId | None = None,
    ticket_number: TextFilter = None,
    priority: PriorityFilter = None,
    department: TextFilter = None,
    owner_id: QueryId | None = None,
    assigned_user_id: QueryId | None = None,
    sla_status: StateFilter = None,
    search: SearchFilter = None,
    ordering: Ordering = None,
) -> Page[TaskRead]:
    """List tasks with their open items: the newest first or, of a search, the best match first."""
    filters = TaskFilters(
        status=status,
        workflow_id=workflow_id,
        ticket_id=ticket_id,
        ticket_number=ticket_number,
        priority=priority,
        department=department,
        owner_id=owner_id,
        assigned_user_id=assigned_user_id,
        sla_status=sla_status,
        days=days,
        search=search,
    )
    order = read_ordering(ordering, allowed=_TASK_ORDERINGS, default="-created_at") if ordering else None
    return await service.list_tasks(session, filters, order, page)


@router.get("/tasks/{task_id}/", tags=["tasks"], responses=responses(NotFoundError))
async def read_task(task_id: PathId, response: Response, session: ReadSession, _: AnyStaff) -> TaskRead:
    """Read a task with all its items; the `ETag` is what `If-Match` takes."""
    task = await service.get_task(session, task_id)
    set_etag(response, task.version)
    return task


@router.get("/tasks/{task_id}/visualization/", tags=["tasks"], responses=responses(NotFoundError))
async def read_visualization(task_id: PathId, session: ReadSession, _: AnyStaff) -> Visualization:
    """Draw the task's own version of the graph with the way it took."""
    return await visualization.read_visualization(session, task_id, now=utc_now())


@router.get("/tasks/{task_id}/action-logs/", tags=["tasks"], responses=responses(NotFoundError))
async def read_action_logs(task_id: PathId, session: ReadSession, _: AnyStaff) -> ActionLogs:
    """Tell who was given the task and what was done to it, oldest first."""
    return await action_logs.read_action_logs(session, task_id)


@router.get("/tickets/", tags=["tickets"], responses=responses(NotFoundError))
async def list_ticket_snapshots(
    *,
    session: ReadSession,
    principal: AnyPerson,
    page: PageQuery,
    days: DaysQuery,
    status: TicketStatusFilter = None,
    priority: PriorityFilter = None,
    employee: Annotated[TextFilter, Query(description="Id of the requester, or part of the name")] = None,
    department: TextFilter = None,
    category: TextFilter = None,
    is_task_allocated: bool | None = None,
    search: SearchFilter = None,
    ordering: Ordering = None,
) -> Page[SnapshotRead]:
    """List tickets, to an employee their own: the newest first or, of a search, the best match first."""
    filters = SnapshotFilters(
        status=status,
        priority=priority,
        employee=employee,
        category=category,
        department=department,
        is_task_allocated=is_task_allocated,
        days=days,
        search=search,
    )
    order = read_ordering(ordering, allowed=_TASK_ORDERINGS[:2], default="-created_at") if ordering else None
    return await service.list_tickets(session, principal, filters, order, page)


@router.get("/tickets/{ticket_key}/", tags=["tickets"], responses=responses(NotFoundError))
async def read_ticket(ticket_key: TicketKey, session: ReadSession, principal: AnyPerson) -> SnapshotRead:
    """Read a ticket by its id or its number; an employee reads their own."""
    return await service.get_ticket(session, principal, ticket_key)
