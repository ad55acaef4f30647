"""Opening a workflow for a change, and saying afterwards whether tickets see another graph than it."""

from api.kit.db import Session
from api.kit.preconditions import check_version
from api.workflows import repository
from api.workflows.errors import WorkflowNotFoundError
from api.workflows.graph import read_definition
from api.workflows.models import Workflow
from api.workflows.reading import build_graph


async def open_for_change(session: Session, workflow_id: int, *expected_versions: int | None) -> Workflow:
    """Lock a workflow, so that of two changes at once the second sees the first.

    Raises:
        WorkflowNotFoundError: there is none of this id.
        VersionConflictError: it is no longer the one the caller has seen.
    """
    workflow = await repository.lock_workflow(session, workflow_id)
    if workflow is None:
        raise WorkflowNotFoundError
    check_version(workflow.version, *expected_versions)
    return workflow


async def note_graph_change(session: Session, workflow: Workflow) -> None:
    """Number the change, and mark the workflow if publishing it now would freeze another graph.

    A change taken back leaves nothing unpublished: what counts is the graph, not that it was touched.
    """
    await session.flush()
    steps = await repository.list_steps(session, workflow.workflow_id)
    transitions = await repository.list_transitions(session, workflow.workflow_id)
    graph, _ = await build_graph(session, steps, transitions)
    active = await repository.find_active_version(session, workflow.workflow_id)
    workflow.has_unpublished_changes = active is None or read_definition(active.definition) != graph
    workflow.version += 1
    await session.flush()
