"""How the time of a task is divided among the steps of a working graph."""

from collections import Counter

from api.audit.trail import Trail
from api.kit.db import Session
from api.kit.errors import ValidationFailedError
from api.workflows import repository, service
from api.workflows.checks import SLA_FIELDS_FASTEST_FIRST
from api.workflows.engine import step_share
from api.workflows.graph_changes import read_weight
from api.workflows.reading import build_graph
from api.workflows.step_schemas import StepWeightRead, WeightsRead, WeightsUpdate
from api.workflows.working_copy import note_graph_change, open_for_change


async def get_weights(session: Session, workflow_id: int) -> WeightsRead:
    workflow = await service.get_workflow(session, workflow_id)
    graph, _ = await build_graph(session, await repository.list_steps(session, workflow_id), [])
    return WeightsRead(
        workflow_id=workflow_id,
        workflow_name=workflow.name,
        workflow_version=workflow.version,
        **{field: getattr(workflow, field) for field in SLA_FIELDS_FASTEST_FIRST},
        total_weight=float(sum(node.weight for node in graph.nodes)),
        steps=[
            StepWeightRead(
                step_id=node.step_id,
                name=node.name,
                role_id=node.role_id,
                role_name=node.role_name,
                order=node.order,
                weight=float(node.weight),
                share=float(step_share(graph, node.step_id)),
            )
            for node in graph.nodes
        ],
    )


async def update_weights(
    session: Session, trail: Trail, workflow_id: int, body: WeightsUpdate, *, expected_version: int | None
) -> WeightsRead:
    """Set the weights of the steps named, all of them or none; the others keep theirs."""
    workflow = await open_for_change(session, workflow_id, expected_version, body.version)
    steps = {step.step_id: step for step in await repository.list_steps(session, workflow_id)}
    named = Counter(change.step_id for change in body.steps)
    problems = {
        f"steps.{index}.step_id": [
            f"step {change.step_id} is not in workflow {workflow_id}: name one of its steps"
            if change.step_id not in steps
            else f"step {change.step_id} is named {named[change.step_id]} times: name it once"
        ]
        for index, change in enumerate(body.steps)
        if change.step_id not in steps or named[change.step_id] > 1
    }
    if problems:
        raise ValidationFailedError(details=problems)
    changes = {change.step_id: read_weight(change.weight) for change in body.steps}
    changes = {step_id: weight for step_id, weight in changes.items() if steps[step_id].weight != weight}
    for step_id, weight in changes.items():
        old = float(steps[step_id].weight)
        trail.record("update_step", "Step", step_id, {"weight": {"old": old, "new": float(weight)}})
        steps[step_id].weight = weight
    if changes:
        await note_graph_change(session, workflow)
    return await get_weights(session, workflow_id)
