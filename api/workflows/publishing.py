"""Putting a workflow to work: its graph is checked, frozen as a version, and opened to tickets."""

from datetime import timedelta

from api.audit.trail import Trail
from api.identity import repository as identity_repository
from api.identity.principal import Principal
from api.kit.db import Session
from api.kit.durations import format_duration
from api.kit.errors import ValidationFailedError
from api.workflows import checks, repository
from api.workflows.enums import WorkflowStatus
from api.workflows.errors import WorkflowMatchTakenError, WorkflowNotPublishableError
from api.workflows.graph import Graph, build_definition, definition_hash, read_definition
from api.workflows.models import Workflow, WorkflowVersion
from api.workflows.reading import build_graph
from api.workflows.roles import RoleBook, deleted_role_problems, open_role_book
from api.workflows.schemas import WorkflowInitialized
from api.workflows.working_copy import open_for_change

_PUBLISHABLE = {WorkflowStatus.DRAFT, WorkflowStatus.INITIALIZED}


async def initialize_workflow(
    session: Session,
    trail: Trail,
    principal: Principal,
    workflow_id: int,
    *,
    notes: str,
    expected_version: int | None,
) -> WorkflowInitialized:
    """Check a workflow, freeze its graph as the version that new tickets run on, and open it to them."""
    workflow = await open_for_change(session, workflow_id, expected_version)
    if workflow.status not in _PUBLISHABLE:
        raise WorkflowNotPublishableError
    steps = await repository.list_steps(session, workflow_id)
    graph, names = await build_graph(session, steps, await repository.list_transitions(session, workflow_id))
    _refuse_unpublishable(workflow, graph, await open_role_book(session))
    if await repository.is_match_taken(session, workflow):
        raise WorkflowMatchTakenError
    version, is_new = await _freeze(session, workflow, graph, principal, notes)
    if is_new or workflow.status != WorkflowStatus.INITIALIZED:
        workflow.version += 1
        trail.record("publish_workflow", "Workflow", workflow_id, {"version": version.version})
    if is_new:
        trail.record("create_version", "WorkflowVersion", version.workflow_version_id)
    workflow.status = WorkflowStatus.INITIALIZED
    workflow.has_unpublished_changes = False
    await session.flush()
    return WorkflowInitialized(
        workflow_id=workflow_id,
        name=workflow.name,
        status=WorkflowStatus.INITIALIZED,
        version=version.version,
        workflow_version=workflow.version,
        created_version=is_new,
        warnings=await _warnings(session, graph, names),
    )


def _slas(workflow: Workflow) -> dict[str, timedelta | None]:
    return {field: getattr(workflow, field) for field in checks.SLA_FIELDS_FASTEST_FIRST}


def _missing_details(workflow: Workflow) -> dict[str, list[str]]:
    fields = ("name", "department", "category", "sub_category")
    return {
        field: [f"{field} is empty: set it by update-details"]
        for field in fields
        if not getattr(workflow, field).strip()
    }


def _refuse_unpublishable(workflow: Workflow, graph: Graph, roles: RoleBook) -> None:
    slas = _slas(workflow)
    order = [message for messages in checks.sla_order_problems(slas).values() for message in messages]
    problems = {
        "graph": checks.publishing_problems(graph) + deleted_role_problems(graph, roles),
        "sla": checks.missing_sla_problems(slas) + order,
        **_missing_details(workflow),
    }
    if any(problems.values()):
        raise ValidationFailedError(details={field: found for field, found in problems.items() if found})


async def _freeze(
    session: Session, workflow: Workflow, graph: Graph, principal: Principal, notes: str
) -> tuple[WorkflowVersion, bool]:
    """Return the active version of this very graph, making it when there is none.

    Name, SLAs and the kind of ticket are in force as soon as they are changed; of these a version keeps
    only how they were, so they alone make no new one.
    """
    active = await repository.find_active_version(session, workflow.workflow_id)
    if active is not None and read_definition(active.definition) == graph:
        return active, False
    metadata = {
        "workflow_id": workflow.workflow_id,
        "workflow_name": workflow.name,
        "description": workflow.description,
        "category": workflow.category,
        "sub_category": workflow.sub_category,
        "department": workflow.department,
        "end_logic": workflow.end_logic,
        **{field: sla and format_duration(sla) for field, sla in _slas(workflow).items()},
    }
    definition = build_definition(graph, metadata)
    await repository.retire_active_version(session, workflow.workflow_id)
    version = WorkflowVersion(
        workflow_id=workflow.workflow_id,
        version=await repository.newest_version_number(session, workflow.workflow_id) + 1,
        definition=definition,
        definition_hash=definition_hash(definition),
        notes=notes,
        created_by=principal.user_id,
    )
    session.add(version)
    await session.flush()
    return version, True


async def _warnings(session: Session, graph: Graph, names: dict[int, str]) -> list[str]:
    empty = await identity_repository.roles_without_people(session, {node.role_id for node in graph.nodes})
    return [f"role {names[role_id]!r} has no active user" for role_id in sorted(empty)] + [
        f"step {node.name!r} has no role to escalate to" for node in graph.nodes if node.escalate_to is None
    ]
