"""Single steps of a working graph: reading, adding, changing and deleting them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from api.audit.trail import Trail
from api.kit.clock import utc_now
from api.kit.db import Session
from api.kit.errors import ValidationFailedError
from api.kit.pagination import Ordering, Page, PageRequest
from api.workflows import repository, step_repository
from api.workflows.errors import StepNotFoundError, WorkflowNotFoundError
from api.workflows.graph_changes import step_columns
from api.workflows.layout import default_node_design
from api.workflows.models import Step
from api.workflows.roles import open_role_book
from api.workflows.schemas import MAX_NODES
from api.workflows.step_repository import StepRow
from api.workflows.step_schemas import StepCreate, StepRead, StepUpdate
from api.workflows.working_copy import note_graph_change, open_for_change

# The audit names fields as the API does.
_FIELD_NAMES = {"sort_order": "order", "escalate_to_role_id": "escalate_to"}


async def list_steps(
    session: Session,
    *,
    workflow_id: int | None,
    role_id: int | None,
    ordering: Ordering,
    page: PageRequest,
) -> Page[StepRead]:
    count, rows = await step_repository.list_steps(
        session, workflow_id=workflow_id, role_id=role_id, ordering=ordering, page=page
    )
    return page.envelope(count, [_step_read(row) for row in rows])


async def get_step(session: Session, step_id: int) -> StepRead:
    row = await step_repository.find_step(session, step_id)
    if row is None:
        raise StepNotFoundError
    return _step_read(row)


def _step_read(row: StepRow) -> StepRead:
    step = row.step
    return StepRead(
        step_id=step.step_id,
        workflow_id=step.workflow_id,
        workflow_name=row.workflow_name,
        workflow_version=row.workflow_version,
        name=step.name,
        description=step.description,
        instruction=step.instruction,
        role_id=step.role_id,
        role_name=row.role_name,
        escalate_to=step.escalate_to_role_id,
        escalate_to_name=row.escalate_to_name,
        auto_escalate=step.auto_escalate,
        weight=float(step.weight),
        order=step.sort_order,
        is_start=step.is_start,
        is_end=step.is_end,
        design=step.design or default_node_design(row.position, row.sibling_count),
        created_at=step.created_at,
        updated_at=step.updated_at,
    )


async def create_step(
    session: Session, trail: Trail, body: StepCreate, *, expected_version: int | None
) -> StepRead:
    try:
        workflow = await open_for_change(session, body.workflow_id, expected_version, body.version)
    except WorkflowNotFoundError:
        message = f"Workflow {body.workflow_id} does not exist: give the id of a workflow"
        raise ValidationFailedError.of("workflow_id", message) from None
    siblings = await repository.list_steps(session, body.workflow_id)
    columns, problems = step_columns(body, await open_role_book(session))
    if body.role_reference is None:
        problems["role_id"] = ["A step needs a role: give role_id, or role by its name"]
    if len(siblings) >= MAX_NODES:
        problems["workflow_id"] = [
            f"Workflow {body.workflow_id} has {MAX_NODES} steps, the most there may be"
        ]
    _refuse(problems | _second_start(siblings, columns, step_id=None))
    last = max((step.sort_order for step in siblings), default=-1)
    step = Step(workflow_id=body.workflow_id, **{"sort_order": last + 1, **columns})
    session.add(step)
    await note_graph_change(session, workflow)
    trail.record("create_step", "Step", step.step_id, {"name": {"old": None, "new": step.name}})
    return await get_step(session, step.step_id)


async def update_step(
    session: Session, trail: Trail, step_id: int, body: StepUpdate, *, expected_version: int | None
) -> StepRead:
    """Change the fields named. A change that says nothing new is not numbered."""
    workflow_id = await _workflow_of(session, step_id)
    workflow = await open_for_change(session, workflow_id, expected_version, body.version)
    siblings = await repository.list_steps(session, workflow_id)
    step = _find(siblings, step_id)
    columns, problems = step_columns(body, await open_role_book(session), step)
    if body.workflow_id not in (None, workflow_id):
        sentence = f"Step {step_id} belongs to workflow {workflow_id} and cannot move: leave workflow_id out"
        problems["workflow_id"] = [sentence]
    _refuse(problems | _second_start(siblings, columns, step_id=step_id))
    changes = {name: value for name, value in columns.items() if getattr(step, name) != value}
    if changes:
        audited = {
            _FIELD_NAMES.get(name, name): {"old": _plain(getattr(step, name)), "new": _plain(value)}
            for name, value in changes.items()
        }
        for name, value in changes.items():
            setattr(step, name, value)
        await note_graph_change(session, workflow)
        trail.record("update_step", "Step", step_id, audited)
    return await get_step(session, step_id)


async def delete_step(session: Session, trail: Trail, step_id: int, *, expected_version: int | None) -> None:
    """Take a step and its edges out of the working graph.

    Nothing can stand in the way: every task is bound to a version, which keeps the step.
    """
    workflow_id = await _workflow_of(session, step_id)
    workflow = await open_for_change(session, workflow_id, expected_version)
    step = _find(await repository.list_steps(session, workflow_id), step_id)
    step.deleted_at = now = utc_now()
    edges = [
        edge
        for edge in await repository.list_transitions(session, workflow_id)
        if step_id in (edge.from_step_id, edge.to_step_id)
    ]
    for edge in edges:
        edge.deleted_at = now
    await note_graph_change(session, workflow)
    changes = {
        "name": {"old": step.name, "new": None},
        "transitions": {"old": [edge.transition_id for edge in edges], "new": []},
    }
    trail.record("delete_step", "Step", step_id, changes)


async def _workflow_of(session: Session, step_id: int) -> int:
    found = await step_repository.workflows_of_steps(session, [step_id])
    if step_id not in found:
        raise StepNotFoundError
    return found[step_id]


def _find(steps: list[Step], step_id: int) -> Step:
    """Find a step again under the lock of its workflow; it may have been deleted meanwhile."""
    for step in steps:
        if step.step_id == step_id:
            return step
    raise StepNotFoundError


def _second_start(
    siblings: list[Step], columns: Mapping[str, Any], *, step_id: int | None
) -> dict[str, list[str]]:
    start = next((step for step in siblings if step.is_start and step.step_id != step_id), None)
    if start is None or not columns.get("is_start"):
        return {}
    sentence = f"Step {start.step_id} is the start: take its mark away first, or move it by update-graph"
    return {"is_start": [sentence]}


def _refuse(problems: Mapping[str, list[str]]) -> None:
    if problems:
        raise ValidationFailedError(details=problems)


def _plain(value: object) -> object:
    return float(value) if isinstance(value, Decimal) else value
