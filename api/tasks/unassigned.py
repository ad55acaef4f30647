"""What waits for a person: tickets that no workflow took, and tasks whose step nobody could be given."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    RowMapping,
    Select,
    cast,
    func,
    literal,
    not_,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from api.identity.models import Role, RoleUser
from api.kit.db import Session
from api.kit.pagination import Ordering, PageRequest
from api.kit.search import prefix_query
from api.tasks.bound_steps import step_name, step_role
from api.tasks.enums import OPEN_TASK_STATUSES
from api.tasks.filters import AssignmentFilters
from api.tasks.models import Task
from api.tasks.sla_state import sla_state_column
from api.tickets.models import TicketSnapshot
from api.tickets.state import OVER
from api.workflows.models import Workflow, WorkflowVersion


async def list_unassigned(
    session: Session,
    filters: AssignmentFilters,
    ordering: Ordering,
    page: PageRequest,
    *,
    now: datetime,
) -> tuple[int, Sequence[RowMapping]]:
    """Count what waits, and read one page of it. What waits is assigned to nobody, so it has no status."""
    waiting = _waiting(filters)
    count = await session.scalar(select(func.count()).select_from(waiting)) or 0
    page.check(count)
    keys = [waiting.c.since, waiting.c.ticket_id]
    rows = await session.execute(
        _rows(waiting, now)
        .order_by(*(key.desc() if ordering.descending else key.asc() for key in keys))
        .limit(page.size)
        .offset(page.offset)
    )
    return count, rows.mappings().all()


def _waiting(filters: AssignmentFilters) -> CTE:
    tickets = select(
        TicketSnapshot.ticket_id,
        cast(null(), BigInteger).label("task_id"),
        TicketSnapshot.submit_date.label("since"),
    ).where(
        not_(TicketSnapshot.is_task_allocated),
        TicketSnapshot.status.not_in(OVER),
        *_ticket_conditions(filters),
    )
    tasks = (
        select(Task.ticket_id, Task.task_id, Task.created_at)
        .join(TicketSnapshot, TicketSnapshot.ticket_id == Task.ticket_id)
        .join(WorkflowVersion, WorkflowVersion.workflow_version_id == Task.workflow_version_id)
        .where(
            Task.needs_assignment,
            Task.deleted_at.is_(None),
            Task.status.in_(OPEN_TASK_STATUSES),
            *_ticket_conditions(filters),
        )
    )
    if filters.workflow_id is not None:
        tasks = tasks.where(Task.workflow_id == filters.workflow_id)
    if filters.role is not None:
        tasks = tasks.where(func.lower(step_role(Task.current_step_id)) == func.lower(filters.role))
    if filters.workflow_id is not None or filters.role is not None:
        tickets = tickets.where(literal(value=False))
    if filters.status is not None:
        tickets, tasks = tickets.where(literal(value=False)), tasks.where(literal(value=False))
    return union_all(tickets, tasks).cte("waiting")


def _ticket_conditions(filters: AssignmentFilters) -> list[ColumnElement[bool]]:
    if not filters.search:
        return []
    query = func.to_tsquery("simple", prefix_query(filters.search))
    return [TicketSnapshot.search.op("@@")(query)]


def _rows(waiting: CTE, now: datetime) -> Select[*tuple[Any, ...]]:
    owner, owner_role = aliased(RoleUser, name="owner"), aliased(Role, name="owner_role")
    return (
        select(
            Task.task_id,
            TicketSnapshot.ticket_id,
            TicketSnapshot.ticket_number,
            TicketSnapshot.subject.label("ticket_subject"),
            TicketSnapshot.description.label("ticket_description"),
            TicketSnapshot.status.label("ticket_status"),
            TicketSnapshot.priority.label("ticket_priority"),
            Task.workflow_id,
            Workflow.name.label("workflow_name"),
            Task.current_step_id,
            step_name(Task.current_step_id).label("current_step_name"),
            step_role(Task.current_step_id).label("current_step_role"),
            Task.version.label("task_version"),
            sla_state_column(now).label("sla_status"),
            owner.user_id.label("ticket_owner_id"),
            owner.user_full_name.label("ticket_owner_name"),
            owner_role.name.label("ticket_owner_role"),
            waiting.c.since.label("status_updated_on"),
        )
        .select_from(waiting)
        .join(TicketSnapshot, TicketSnapshot.ticket_id == waiting.c.ticket_id)
        .outerjoin(Task, Task.task_id == waiting.c.task_id)
        .outerjoin(Workflow, Workflow.workflow_id == Task.workflow_id)
        .outerjoin(WorkflowVersion, WorkflowVersion.workflow_version_id == Task.workflow_version_id)
        .outerjoin(owner, owner.role_user_id == Task.ticket_owner_id)
        .outerjoin(owner_role, owner_role.role_id == owner.role_id)
    )
