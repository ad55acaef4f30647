"""Single edges of a working graph: reading, adding and deleting them."""

from typing import Any

from api.audit.trail import Trail
from api.kit.clock import utc_now
from api.kit.db import Session
from api.kit.errors import ValidationFailedError
from api.kit.pagination import Page, PageRequest
from api.workflows import repository, step_repository
from api.workflows.errors import TransitionNotFoundError, TransitionTakenError
from api.workflows.layout import default_edge_designs
from api.workflows.models import StepTransition
from api.workflows.schemas import MAX_EDGES
from api.workflows.step_repository import TransitionRow
from api.workflows.step_schemas import TransitionCreate, TransitionRead
from api.workflows.working_copy import note_graph_change, open_for_change


async def list_transitions(
    session: Session,
    *,
    workflow_id: int | None,
    from_step_id: int | None,
    to_step_id: int | None,
    page: PageRequest,
) -> Page[TransitionRead]:
    count, rows = await step_repository.list_transitions(
        session, workflow_id=workflow_id, from_step_id=from_step_id, to_step_id=to_step_id, page=page
    )
    return page.envelope(count, await _show(session, rows))


async def get_transition(session: Session, transition_id: int) -> TransitionRead:
    row = await step_repository.find_transition(session, transition_id)
    if row is None:
        raise TransitionNotFoundError
    return (await _show(session, [row]))[0]


async def _show(session: Session, rows: list[TransitionRow]) -> list[TransitionRead]:
    # How an edge is drawn when nobody said so depends on the whole graph it belongs to.
    undrawn = sorted({row.transition.workflow_id for row in rows if not row.transition.design})
    designs = default_edge_designs(await step_repository.outline(session, undrawn)) if undrawn else {}
    return [
        TransitionRead(
            transition_id=row.transition.transition_id,
            workflow_id=row.transition.workflow_id,
            workflow_version=row.workflow_version,
            from_step_id=row.transition.from_step_id,
            from_step_name=row.from_step_name,
            to_step_id=row.transition.to_step_id,
            to_step_name=row.to_step_name,
            name=row.transition.name,
            design=row.transition.design or designs[row.transition.transition_id],
            created_at=row.transition.created_at,
            updated_at=row.transition.updated_at,
        )
        for row in rows
    ]


async def create_transition(
    session: Session, trail: Trail, body: TransitionCreate, *, expected_version: int | None
) -> TransitionRead:
    workflow_id = await _common_workflow(session, body)
    workflow = await open_for_change(session, workflow_id, expected_version, body.version)
    # Once more under the lock: a step may have been deleted meanwhile.
    await _common_workflow(session, body)
    edges = await repository.list_transitions(session, workflow_id)
    key = (body.from_step_id, body.to_step_id, body.name.casefold())
    if key in {(edge.from_step_id, edge.to_step_id, edge.name.casefold()) for edge in edges}:
        raise TransitionTakenError
    if len(edges) >= MAX_EDGES:
        message = f"Workflow {workflow_id} has {MAX_EDGES} transitions, the most there may be"
        raise ValidationFailedError.of("from_step_id", message)
    edge = StepTransition(
        workflow_id=workflow_id,
        from_step_id=body.from_step_id,
        to_step_id=body.to_step_id,
        name=body.name,
        design=body.design.model_dump() if body.design else {},
    )
    session.add(edge)
    await note_graph_change(session, workflow)
    changes = {name: {"old": None, "new": value} for name, value in _ends(edge).items()}
    trail.record("create_transition", "Transition", edge.transition_id, changes)
    return await get_transition(session, edge.transition_id)


async def _common_workflow(session: Session, body: TransitionCreate) -> int:
    """Return the workflow of both ends; refuse ends that cannot be joined."""
    ends = {"from_step_id": body.from_step_id, "to_step_id": body.to_step_id}
    workflows = await step_repository.workflows_of_steps(session, list(ends.values()))
    problems = {
        field: [f"Step {step_id} does not exist: give the id of a step"]
        for field, step_id in ends.items()
        if step_id not in workflows
    }
    if body.from_step_id == body.to_step_id:
        problems["to_step_id"] = ["A transition may not lead from a step to itself: name another step"]
    elif not problems and len(set(workflows.values())) > 1:
        places = " and ".join(f"step {step_id} of workflow {workflows[step_id]}" for step_id in ends.values())
        problems["to_step_id"] = [f"A transition cannot join {places}: name two steps of one workflow"]
    if problems:
        raise ValidationFailedError(details=problems)
    return workflows[body.from_step_id]


def _ends(edge: StepTransition) -> dict[str, Any]:
    return {name: getattr(edge, name) for name in ("from_step_id", "to_step_id", "name")}


async def delete_transition(
    session: Session, trail: Trail, transition_id: int, *, expected_version: int | None
) -> None:
    """Take an edge out of the working graph; versions keep it."""
    workflow_id = await step_repository.workflow_of_transition(session, transition_id)
    if workflow_id is None:
        raise TransitionNotFoundError
    workflow = await open_for_change(session, workflow_id, expected_version)
    edges = await repository.list_transitions(session, workflow_id)
    edge = next((edge for edge in edges if edge.transition_id == transition_id), None)
    if edge is None:
        raise TransitionNotFoundError
    edge.deleted_at = utc_now()
    await note_graph_change(session, workflow)
    changes = {name: {"old": value, "new": None} for name, value in _ends(edge).items()}
    trail.record("delete_transition", "Transition", transition_id, changes)
