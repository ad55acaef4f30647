"""Tasks that a change of a role's members concerns, read locked."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, TypeVarTuple

from sqlalchemy import Select, exists, func, or_, select

from api.kit.db import Session
from api.tasks.enums import OPEN_TASK_STATUSES
from api.tasks.models import Task, TaskItem
from api.workflows.models import WorkflowVersion

Columns = TypeVarTuple("Columns")
_IS_OPEN = (Task.status.in_(OPEN_TASK_STATUSES), Task.deleted_at.is_(None))


@dataclass(frozen=True, slots=True)
class WaitingTask:
    """A task whose step nobody holds, and the graph it runs on."""

    task: Task
    version: WorkflowVersion


@dataclass(frozen=True, slots=True)
class HeldTask:
    """An open item, its task and the graph that runs on."""

    task: Task
    item: TaskItem
    version: WorkflowVersion


def _waits_for(role_id: int) -> Any:
    """Whether the current step of a task belongs to a role, by the version the task is bound to."""
    node = func.jsonb_build_object("id", Task.current_step_id, "role_id", role_id)
    wanted = func.jsonb_build_object("nodes", func.jsonb_build_array(node))
    is_bound_to_one = exists().where(
        WorkflowVersion.workflow_version_id == Task.workflow_version_id,
        WorkflowVersion.definition.op("@>")(wanted),
    )
    return Task.needs_assignment & is_bound_to_one.correlate(Task)


async def lock_tasks(session: Session, role_id: int, leaving: Collection[int]) -> None:
    """Lock the open tasks that memberships own or work on, and those that wait for a role."""
    holds = exists().where(
        TaskItem.task_id == Task.task_id, TaskItem.role_user_id.in_(leaving), TaskItem.closed_at.is_(None)
    )
    concerned = or_(Task.ticket_owner_id.in_(leaving), holds, _waits_for(role_id))
    statement = select(Task.task_id).where(*_IS_OPEN, concerned).order_by(Task.task_id)
    await session.execute(statement.with_for_update(of=Task))


def _locked(statement: Select[*Columns]) -> Select[*Columns]:
    """Lock tasks, most of which are locked already.

    Waiting for one that is not would be waiting out of order, with more locked than its holder may want:
    the request is better repeated.
    """
    locked = statement.where(*_IS_OPEN).order_by(Task.task_id).with_for_update(of=Task, nowait=True)
    return locked.execution_options(populate_existing=True)


async def list_owned(session: Session, role_user_id: int) -> list[Task]:
    found = await session.scalars(_locked(select(Task).where(Task.ticket_owner_id == role_user_id)))
    return list(found)


async def list_held(session: Session, role_user_id: int) -> list[HeldTask]:
    rows = await session.execute(
        _locked(
            select(Task, TaskItem, WorkflowVersion)
            .join(TaskItem, TaskItem.task_id == Task.task_id)
            .join(WorkflowVersion, WorkflowVersion.workflow_version_id == Task.workflow_version_id)
            .where(TaskItem.role_user_id == role_user_id, TaskItem.closed_at.is_(None))
        )
    )
    return [HeldTask(task, item, version) for task, item, version in rows]


async def list_waiting(session: Session, role_id: int) -> list[WaitingTask]:
    rows = await session.execute(
        _locked(
            select(Task, WorkflowVersion)
            .join(WorkflowVersion, WorkflowVersion.workflow_version_id == Task.workflow_version_id)
            .where(_waits_for(role_id))
        )
    )
    return [WaitingTask(task, version) for task, version in rows]
