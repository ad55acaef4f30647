"""Starting a workflow version for a ticket."""

from api.audit.trail import Trail
from api.identity.models import RoleUser
from api.kit.clock import utc_now
from api.kit.db import Session
from api.kit.logs import log
from api.tasks import announcements, targets
from api.tasks.assignment import assign_step, choose_owner, tell_task
from api.tasks.enums import TaskEventKind, TaskStatus
from api.tasks.models import Task
from api.tickets.models import TicketSnapshot
from api.workflows.engine import start_node
from api.workflows.graph import read_definition
from api.workflows.models import WorkflowVersion


async def create_task(
    session: Session,
    trail: Trail,
    snapshot: TicketSnapshot,
    version: WorkflowVersion,
    *,
    owner_user_id: int | None,
    assignee: RoleUser | None = None,
) -> Task:
    """Start a workflow version for a ticket: its clock, its owner and its first assignment.

    Without an assignee the first step goes to the next member of its role in turn.
    """
    now = utc_now()
    graph = read_definition(version.definition)
    first = start_node(graph)
    started_at = min(snapshot.submit_date, now)
    owner = await choose_owner(session, owner_user_id)
    task = Task(
        ticket_id=snapshot.ticket_id,
        workflow_id=version.workflow_id,
        workflow_version_id=version.workflow_version_id,
        current_step_id=first.step_id,
        ticket_owner_id=owner.role_user_id if owner else None,
        status=TaskStatus.PENDING,
        priority_at_start=snapshot.priority,
        sla_started_at=started_at,
        created_at=now,
    )
    await targets.start(session, task, snapshot.priority, now)
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
    await announcements.owner_changed(session, task, None, owner, changed_by=None, at=now)
    if await assign_step(session, task, graph, first, at=now, member=assignee) is None:
        log.warning("task_needs_assignment", task_id=task.task_id, role=first.role_name)
    trail.record("create_task", "Task", task.task_id, {"ticket_number": snapshot.ticket_number})
    await session.flush()
    return task
