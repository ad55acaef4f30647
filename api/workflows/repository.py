from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    bindparam,
    column,
    delete,
    func,
    or_,
    select,
    table,
    text,
    update,
)

from api.identity.models import Role
from api.kit.db import Session
from api.kit.pagination import Ordering, PageRequest
from api.workflows.enums import WorkflowStatus
from api.workflows.matching import Candidate
from api.workflows.models import Step, StepTransition, Workflow, WorkflowVersion

# Tasks stand above workflows; only their number is asked for here.
_task = table("task", column("workflow_id"), column("status"), column("deleted_at"), schema="ops")
_OPEN_TASK = text("task.status in ('pending', 'in progress', 'on_hold', 'pending_external')")


@dataclass(frozen=True, slots=True)
class WorkflowFilters:
    status: WorkflowStatus | None = None
    department: str | None = None
    category: str | None = None
    sub_category: str | None = None
    search: str | None = None


@dataclass(frozen=True, slots=True)
class WorkflowRow:
    """A workflow with the figures shown beside it."""

    workflow: Workflow
    active_version: int | None
    step_count: int
    open_task_count: int


def _with_figures() -> Select[Any]:
    active = (
        select(WorkflowVersion.version)
        .where(WorkflowVersion.workflow_id == Workflow.workflow_id, WorkflowVersion.is_active)
        .scalar_subquery()
    )
    steps = (
        select(func.count())
        .select_from(Step)
        .where(Step.workflow_id == Workflow.workflow_id, Step.deleted_at.is_(None))
        .scalar_subquery()
    )
    open_tasks = (
        select(func.count())
        .select_from(_task)
        .where(_task.c.workflow_id == Workflow.workflow_id, _OPEN_TASK, _task.c.deleted_at.is_(None))
        .scalar_subquery()
    )
    return select(Workflow, active, steps, open_tasks)


def escape_like(value: str) -> str:
    """Make `%` and `_` of a search mean themselves."""
    return value.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _conditions(filters: WorkflowFilters) -> list[ColumnElement[bool]]:
    conditions = []
    if filters.status is not None:
        conditions.append(Workflow.status == filters.status)
    for name in ("department", "category", "sub_category"):
        value = getattr(filters, name)
        if value is not None:
            conditions.append(func.lower(getattr(Workflow, name)) == func.lower(value.strip()))
    if filters.search and filters.search.strip():
        pattern = f"%{escape_like(filters.search.strip())}%"
        conditions.append(or_(Workflow.name.ilike(pattern), Workflow.description.ilike(pattern)))
    return conditions


async def list_workflows(
    session: Session, filters: WorkflowFilters, ordering: Ordering, page: PageRequest
) -> tuple[int, list[WorkflowRow]]:
    conditions = _conditions(filters)
    count = await session.scalar(select(func.count()).select_from(Workflow).where(*conditions)) or 0
    page.check(count)
    keys = [getattr(Workflow, ordering.field), Workflow.workflow_id]
    rows = await session.execute(
        _with_figures()
        .where(*conditions)
        .order_by(*(key.desc() if ordering.descending else key for key in keys))
        .limit(page.size)
        .offset(page.offset)
    )
    return count, [WorkflowRow(*row) for row in rows]


async def find_workflow(session: Session, workflow_id: int) -> WorkflowRow | None:
    rows = await session.execute(_with_figures().where(Workflow.workflow_id == workflow_id))
    row = rows.one_or_none()
    return None if row is None else WorkflowRow(*row)


async def find_workflow_named(session: Session, name: str) -> WorkflowRow | None:
    rows = await session.execute(_with_figures().where(func.lower(Workflow.name) == func.lower(name.strip())))
    row = rows.one_or_none()
    return None if row is None else WorkflowRow(*row)


async def lock_workflow(session: Session, workflow_id: int, *, for_deletion: bool = False) -> Workflow | None:
    """Lock a workflow against other changes; tasks may still be started on it, unless it is deleted."""
    return await session.get(Workflow, workflow_id, with_for_update={"key_share": not for_deletion})


async def has_tasks(session: Session, workflow_id: int) -> bool:
    task = select(_task.c.workflow_id).where(_task.c.workflow_id == workflow_id).limit(1)
    return await session.scalar(task) is not None


async def delete_workflow(session: Session, workflow_id: int) -> None:
    for model in (StepTransition, Step, WorkflowVersion, Workflow):
        await session.execute(delete(model).where(model.workflow_id == workflow_id))


async def is_name_taken(session: Session, name: str, *, by_other_than: int | None = None) -> bool:
    taken = select(Workflow.workflow_id).where(
        func.lower(Workflow.name) == func.lower(name), Workflow.workflow_id.is_distinct_from(by_other_than)
    )
    return await session.scalar(taken.limit(1)) is not None


async def is_match_taken(session: Session, workflow: Workflow) -> bool:
    taken = select(Workflow.workflow_id).where(
        Workflow.status == WorkflowStatus.INITIALIZED,
        Workflow.workflow_id != workflow.workflow_id,
        func.lower(Workflow.department) == func.lower(workflow.department),
        func.lower(Workflow.category) == func.lower(workflow.category),
        func.lower(Workflow.sub_category) == func.lower(workflow.sub_category),
    )
    return await session.scalar(taken.limit(1)) is not None


async def list_steps(session: Session, workflow_id: int) -> list[Step]:
    steps = await session.scalars(
        select(Step)
        .where(Step.workflow_id == workflow_id, Step.deleted_at.is_(None))
        .order_by(Step.sort_order, Step.step_id)
    )
    return list(steps)


async def list_transitions(session: Session, workflow_id: int) -> list[StepTransition]:
    transitions = await session.scalars(
        select(StepTransition)
        .where(StepTransition.workflow_id == workflow_id, StepTransition.deleted_at.is_(None))
        .order_by(StepTransition.transition_id)
    )
    return list(transitions)


async def list_all_steps(session: Session, workflow_id: int) -> list[Step]:
    """List every step there ever was, deleted ones too."""
    return list(await session.scalars(select(Step).where(Step.workflow_id == workflow_id)))


async def list_all_transitions(session: Session, workflow_id: int) -> list[StepTransition]:
    return list(
        await session.scalars(select(StepTransition).where(StepTransition.workflow_id == workflow_id))
    )


async def role_names(session: Session, role_ids: Sequence[int]) -> dict[int, str]:
    rows = await session.execute(select(Role.role_id, Role.name).where(Role.role_id.in_(role_ids)))
    return {role_id: name for role_id, name in rows}  # noqa: C416 - typed where dict() is not


async def find_active_version(session: Session, workflow_id: int) -> WorkflowVersion | None:
    found = await session.scalars(
        select(WorkflowVersion).where(WorkflowVersion.workflow_id == workflow_id, WorkflowVersion.is_active)
    )
    return found.one_or_none()


async def find_version(session: Session, workflow_id: int, version: int) -> WorkflowVersion | None:
    found = await session.scalars(
        select(WorkflowVersion).where(
            WorkflowVersion.workflow_id == workflow_id, WorkflowVersion.version == version
        )
    )
    return found.one_or_none()


async def list_versions(
    session: Session, workflow_id: int, page: PageRequest
) -> tuple[int, list[WorkflowVersion]]:
    """List the versions of a workflow, the newest first."""
    count = await session.scalar(
        select(func.count()).select_from(WorkflowVersion).where(WorkflowVersion.workflow_id == workflow_id)
    )
    page.check(count or 0)
    versions = await session.scalars(
        select(WorkflowVersion)
        .where(WorkflowVersion.workflow_id == workflow_id)
        .order_by(WorkflowVersion.version.desc())
        .limit(page.size)
        .offset(page.offset)
    )
    return count or 0, list(versions)


_ACTIVE_VERSION = (
    select(WorkflowVersion)
    .join(Workflow, Workflow.workflow_id == WorkflowVersion.workflow_id)
    .where(WorkflowVersion.workflow_id == bindparam("workflow_id"), WorkflowVersion.is_active)
    .with_for_update(of=Workflow, read=True, key_share=True)
)


async def hold_active_version(session: Session, workflow_id: int) -> WorkflowVersion | None:
    """Find the version tickets run on, and keep its workflow from being deleted before the commit."""
    found = await session.scalars(_ACTIVE_VERSION, {"workflow_id": workflow_id})
    return found.one_or_none()


async def newest_version_number(session: Session, workflow_id: int) -> int:
    newest = select(func.max(WorkflowVersion.version)).where(WorkflowVersion.workflow_id == workflow_id)
    return await session.scalar(newest) or 0


async def retire_active_version(session: Session, workflow_id: int) -> None:
    await session.execute(
        update(WorkflowVersion)
        .where(WorkflowVersion.workflow_id == workflow_id, WorkflowVersion.is_active)
        .values(is_active=False)
    )


_CANDIDATES = select(
    Workflow.workflow_id, Workflow.department, Workflow.category, Workflow.sub_category
).where(
    Workflow.status == WorkflowStatus.INITIALIZED,
    # PostgreSQL's lower() on both sides: Python's makes other letters of some, as of İ and Σ.
    func.lower(Workflow.department) == func.lower(bindparam("department")),
    func.lower(Workflow.category) == func.lower(bindparam("category")),
)


async def list_candidates(session: Session, department: str, category: str) -> list[Candidate]:
    """List the live workflows of a department and category; the index of the match finds them."""
    kind = {"department": department.strip(), "category": category.strip()}
    rows = await session.execute(_CANDIDATES, kind)
    return [Candidate(*row) for row in rows]
