"""The graphs a workflow froze: listing them, and taking one back as the working graph."""

from collections.abc import Sequence
from typing import Any

from api.audit.trail import Trail
from api.kit.clock import utc_now
from api.kit.db import Session
from api.kit.pagination import Page, PageRequest
from api.workflows import repository, service
from api.workflows.errors import RoleGoneError, VersionNotFoundError
from api.workflows.graph import Graph, Node, read_definition
from api.workflows.models import Step, StepTransition, WorkflowVersion
from api.workflows.reading import build_graph
from api.workflows.roles import deleted_role_problems, open_role_book
from api.workflows.schemas import WorkflowDetail
from api.workflows.version_schemas import VersionRead, VersionSummary
from api.workflows.working_copy import note_graph_change, open_for_change


async def list_versions(session: Session, workflow_id: int, page: PageRequest) -> Page[VersionSummary]:
    await service.get_workflow(session, workflow_id)
    count, versions = await repository.list_versions(session, workflow_id, page)
    return page.envelope(count, [VersionSummary(**_summary(version)) for version in versions])


async def get_version(session: Session, workflow_id: int, number: int) -> VersionRead:
    version = await _find(session, workflow_id, number)
    return VersionRead(**_summary(version), definition=version.definition)


async def _find(session: Session, workflow_id: int, number: int) -> WorkflowVersion:
    version = await repository.find_version(session, workflow_id, number)
    if version is None:
        raise VersionNotFoundError
    return version


def _summary(version: WorkflowVersion) -> dict[str, Any]:
    return {
        "workflow_id": version.workflow_id,
        "version": version.version,
        "is_active": version.is_active,
        "notes": version.notes,
        "definition_hash": version.definition_hash,
        "step_count": len(version.definition["nodes"]),
        "transition_count": len(version.definition["edges"]),
        "created_by": version.created_by,
        "created_at": version.created_at,
    }


async def roll_back(
    session: Session, trail: Trail, workflow_id: int, number: int, *, expected_version: int | None
) -> WorkflowDetail:
    """Make the working graph that of a version again, with the same ids of steps and transitions.

    Only the working graph: what tickets run on changes when the workflow is initialized next.
    """
    workflow = await open_for_change(session, workflow_id, expected_version)
    graph = read_definition((await _find(session, workflow_id, number)).definition)
    steps = await repository.list_all_steps(session, workflow_id)
    transitions = await repository.list_all_transitions(session, workflow_id)
    live_steps = await repository.list_steps(session, workflow_id)
    live_transitions = await repository.list_transitions(session, workflow_id)
    working, _ = await build_graph(session, live_steps, live_transitions)
    if working != graph:
        await _refuse_deleted_roles(session, graph)
        await _clear(session, live_steps, live_transitions)
        _restore(graph, steps, transitions)
        await note_graph_change(session, workflow)
        changes = {"working_graph": {"old": None, "new": f"version {number}"}}
        trail.record("rollback_workflow", "Workflow", workflow_id, changes)
    return await service.get_workflow_detail(session, workflow_id)


async def _refuse_deleted_roles(session: Session, graph: Graph) -> None:
    problems = deleted_role_problems(graph, await open_role_book(session))
    if problems:
        raise RoleGoneError(details={"graph": problems})


async def _clear(session: Session, steps: Sequence[Step], transitions: Sequence[StepTransition]) -> None:
    """Empty the working graph, so that what comes back finds the start mark and its name free."""
    now = utc_now()
    for step in steps:
        step.deleted_at = now
    for transition in transitions:
        transition.deleted_at = now
    await session.flush()


def _restore(graph: Graph, steps: Sequence[Step], transitions: Sequence[StepTransition]) -> None:
    steps_by_id = {step.step_id: step for step in steps}
    for node in graph.nodes:
        step = steps_by_id[node.step_id]
        step.deleted_at = None
        for column, value in _columns(node).items():
            setattr(step, column, value)
    transitions_by_id = {transition.transition_id: transition for transition in transitions}
    for edge in graph.edges:
        transition = transitions_by_id[edge.transition_id]
        transition.deleted_at = None
        transition.from_step_id = edge.from_step_id
        transition.to_step_id = edge.to_step_id
        transition.name = edge.name


def _columns(node: Node) -> dict[str, Any]:
    return {
        "name": node.name,
        "description": node.description,
        "instruction": node.instruction,
        "role_id": node.role_id,
        "escalate_to_role_id": node.escalate_to,
        "auto_escalate": node.auto_escalate,
        "sort_order": node.order,
        "weight": node.weight,
        "is_start": node.is_start,
        "is_end": node.is_end,
    }
