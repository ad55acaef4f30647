"""Making workflows, reading them, and finding the one that takes a ticket."""

from collections.abc import Mapping, Sequence
from typing import Any

from api.audit.trail import Trail
from api.identity.principal import Principal
from api.kit.clock import utc_now
from api.kit.db import Session
from api.kit.errors import ValidationFailedError
from api.kit.pagination import Ordering, Page, PageRequest
from api.sla.policies import record_policies
from api.workflows import checks, repository
from api.workflows.enums import WorkflowStatus
from api.workflows.errors import WorkflowNameTakenError, WorkflowNotFoundError
from api.workflows.graph_changes import lonely_escalation, read_weight
from api.workflows.matching import choose_workflow
from api.workflows.models import Step, StepTransition, Workflow, WorkflowVersion
from api.workflows.reading import read_frozen_graph, read_graph
from api.workflows.repository import WorkflowFilters, WorkflowRow
from api.workflows.roles import RoleBook, open_role_book, unknown_role
from api.workflows.schemas import (
    CreatedGraphRead,
    CreatedNodeRead,
    GraphCreate,
    GraphRead,
    NodeCreate,
    WorkflowCreate,
    WorkflowCreated,
    WorkflowDetail,
    WorkflowRead,
)


def _role_problems(nodes: Sequence[NodeCreate], roles: RoleBook) -> dict[str, list[str]]:
    problems: dict[str, list[str]] = {}
    for index, node in enumerate(nodes):
        field, role = ("role_id", node.role_id) if node.role_id is not None else ("role", node.role)
        for name, reference in ((field, role), ("escalate_to", node.escalate_to)):
            if reference is not None and roles.find(reference) is None:
                problems[f"graph.nodes.{index}.{name}"] = [unknown_role(reference)]
        if node.auto_escalate and node.escalate_to is None:
            problems[f"graph.nodes.{index}.auto_escalate"] = [lonely_escalation(node.name)]
    return problems


async def create_workflow(
    session: Session, trail: Trail, principal: Principal, body: WorkflowCreate
) -> WorkflowCreated:
    nodes, edges = body.graph.nodes, body.graph.edges
    roles = await open_role_book(session)
    problems = {
        **checks.sla_order_problems(body.slas),
        **checks.draft_problems(
            [(node.temp_id, node.is_start) for node in nodes],
            [(edge.from_temp_id, edge.to_temp_id, edge.name) for edge in edges],
        ),
        **_role_problems(nodes, roles),
    }
    if problems:
        raise ValidationFailedError(details=problems)
    if await repository.is_name_taken(session, body.name):
        raise WorkflowNameTakenError
    workflow = Workflow(created_by=principal.user_id, **body.model_dump(exclude={"graph", "calendar_id"}))
    session.add(workflow)
    await session.flush()
    step_ids = await _add_graph(session, workflow.workflow_id, body.graph, roles)
    await promise(session, workflow, principal, {"calendar_id": body.calendar_id})
    trail.record(
        "create_workflow", "Workflow", workflow.workflow_id, {"name": {"old": None, "new": body.name}}
    )
    return await describe_created(session, workflow.workflow_id, step_ids)


async def promise(
    session: Session, workflow: Workflow, principal: Principal, changes: Mapping[str, Any]
) -> None:
    """Set SLAs or the calendar, and keep what tickets are promised from now on."""
    # Written only once the calendar is known to exist: an unknown one is a mistake, not a fault.
    with session.no_autoflush:
        for field, value in changes.items():
            setattr(workflow, field, value)
        await record_policies(session, workflow, utc_now(), principal.user_id)


async def describe_created(
    session: Session, workflow_id: int, step_ids: Mapping[str, int]
) -> WorkflowCreated:
    """Show a workflow whose graph was just written, with the temp_id each new step was sent under."""
    read = await get_workflow(session, workflow_id)
    graph = await read_graph(session, workflow_id)
    temp_ids = {step_id: temp_id for temp_id, step_id in step_ids.items()}
    return WorkflowCreated(
        **read.model_dump(),
        graph=CreatedGraphRead(
            nodes=[
                CreatedNodeRead(**node.model_dump(), temp_id=temp_ids.get(node.step_id))
                for node in graph.nodes
            ],
            edges=graph.edges,
        ),
        temp_id_mapping=dict(step_ids),
    )


async def _add_graph(
    session: Session, workflow_id: int, graph: GraphCreate, roles: RoleBook
) -> dict[str, int]:
    """Insert steps and edges; returns the step_id given to each temp_id."""
    steps = {
        node.temp_id: Step(
            workflow_id=workflow_id,
            role_id=roles.find(node.role_id if node.role_id is not None else node.role),
            escalate_to_role_id=roles.find(node.escalate_to),
            auto_escalate=node.auto_escalate,
            name=node.name,
            description=node.description,
            instruction=node.instruction,
            sort_order=index if node.order is None else node.order,
            weight=read_weight(node.weight),
            design=node.design.model_dump() if node.design else {},
            is_start=node.is_start,
            is_end=node.is_end,
        )
        for index, node in enumerate(graph.nodes)
    }
    session.add_all(steps.values())
    await session.flush()
    step_ids = {temp_id: step.step_id for temp_id, step in steps.items()}
    session.add_all(
        StepTransition(
            workflow_id=workflow_id,
            from_step_id=step_ids[edge.from_temp_id],
            to_step_id=step_ids[edge.to_temp_id],
            name=edge.name,
            design=edge.design.model_dump() if edge.design else {},
        )
        for edge in graph.edges
    )
    await session.flush()
    return step_ids


async def list_workflows(
    session: Session, filters: WorkflowFilters, ordering: Ordering, page: PageRequest
) -> Page[WorkflowRead]:
    count, rows = await repository.list_workflows(session, filters, ordering, page)
    return page.envelope(count, [_workflow_read(row) for row in rows])


async def get_workflow(session: Session, workflow_id: int) -> WorkflowRead:
    row = await repository.find_workflow(session, workflow_id)
    if row is None:
        raise WorkflowNotFoundError
    return _workflow_read(row)


async def get_workflow_named(session: Session, name: str) -> WorkflowRead:
    row = await repository.find_workflow_named(session, name)
    if row is None:
        raise WorkflowNotFoundError
    return _workflow_read(row)


async def get_workflow_detail(session: Session, workflow_id: int) -> WorkflowDetail:
    workflow = await get_workflow(session, workflow_id)
    return WorkflowDetail(workflow=workflow, graph=await read_graph(session, workflow_id))


async def get_graph(session: Session, workflow_id: int, version: int | None) -> GraphRead:
    """Show the working graph, or the one that a version froze."""
    await get_workflow(session, workflow_id)
    if version is None:
        return await read_graph(session, workflow_id)
    return await read_frozen_graph(session, workflow_id, version)


def _workflow_read(row: WorkflowRow) -> WorkflowRead:
    workflow = row.workflow
    own = {name: getattr(workflow, name) for name in WorkflowRead.model_fields if hasattr(workflow, name)}
    return WorkflowRead(
        **own,
        user_id=workflow.created_by,
        is_published=workflow.status == WorkflowStatus.INITIALIZED,
        active_version=row.active_version,
        step_count=row.step_count,
        open_task_count=row.open_task_count,
    )


async def find_workflow_for_ticket(
    session: Session, *, department: str | None, category: str | None, sub_category: str | None
) -> WorkflowVersion | None:
    """Return the version that takes a ticket of this kind; None when no live workflow does."""
    candidates = await repository.list_candidates(session, department or "", category or "")
    workflow_id = choose_workflow(
        candidates, department=department, category=category, sub_category=sub_category
    )
    return None if workflow_id is None else await repository.hold_active_version(session, workflow_id)
