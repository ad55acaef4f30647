"""Making workflows, reading them, and finding the one that takes a ticket."""

from collections.abc import Sequence
from decimal import Decimal

from api.audit.trail import Trail
from api.identity import repository as identity_repository
from api.identity.models import Role
from api.identity.principal import Principal
from api.kit.clock import utc_now
from api.kit.db import Session
from api.kit.errors import ValidationFailedError
from api.kit.pagination import Ordering, Page, PageRequest
from api.sla.policies import record_policies
from api.workflows import checks, repository
from api.workflows.enums import WorkflowStatus
from api.workflows.errors import WorkflowNameTakenError, WorkflowNotFoundError
from api.workflows.matching import choose_workflow
from api.workflows.models import Step, StepTransition, Workflow, WorkflowVersion
from api.workflows.reading import read_graph
from api.workflows.repository import WorkflowFilters, WorkflowRow
from api.workflows.schemas import (
    CreatedGraphRead,
    CreatedNodeRead,
    GraphCreate,
    NodeCreate,
    WorkflowCreate,
    WorkflowCreated,
    WorkflowDetail,
    WorkflowRead,
)


class _Roles:
    """The roles a new graph may name, by id or by name."""

    def __init__(self, roles: Sequence[Role]) -> None:
        self.by_id = {role.role_id: role for role in roles}
        self.by_name: dict[str, list[Role]] = {}
        for role in roles:
            self.by_name.setdefault(role.name.casefold(), []).append(role)

    def find(self, reference: int | str | None) -> int | None:
        if isinstance(reference, int):
            return reference if reference in self.by_id else None
        named = self.by_name.get((reference or "").casefold(), [])
        # A name borne in several systems says nothing; the id then has to.
        return named[0].role_id if len(named) == 1 else None


def _unknown_role_problems(nodes: Sequence[NodeCreate], roles: _Roles) -> dict[str, list[str]]:
    problems: dict[str, list[str]] = {}
    for index, node in enumerate(nodes):
        field, role = ("role_id", node.role_id) if node.role_id is not None else ("role", node.role)
        for name, reference in ((field, role), ("escalate_to", node.escalate_to)):
            if reference is not None and roles.find(reference) is None:
                sentence = f"no single role {reference!r} exists: give the role_id of an existing role"
                problems[f"graph.nodes.{index}.{name}"] = [sentence]
    return problems


async def create_workflow(
    session: Session, trail: Trail, principal: Principal, body: WorkflowCreate
) -> WorkflowCreated:
    nodes, edges = body.graph.nodes, body.graph.edges
    roles = _Roles(await identity_repository.list_roles(session) if nodes else [])
    problems = {
        **checks.sla_order_problems(body.slas),
        **checks.draft_problems(
            [(node.temp_id, node.is_start) for node in nodes],
            [(edge.from_temp_id, edge.to_temp_id, edge.name) for edge in edges],
        ),
        **_unknown_role_problems(nodes, roles),
    }
    if problems:
        raise ValidationFailedError(details=problems)
    if await repository.is_name_taken(session, body.name):
        raise WorkflowNameTakenError
    workflow = Workflow(created_by=principal.user_id, **body.model_dump(exclude={"graph"}))
    session.add(workflow)
    await session.flush()
    step_ids = await _add_graph(session, workflow.workflow_id, body.graph, roles)
    await record_policies(session, workflow, utc_now(), principal.user_id)
    trail.record(
        "create_workflow", "Workflow", workflow.workflow_id, {"name": {"old": None, "new": body.name}}
    )
    await session.refresh(workflow)
    graph = await read_graph(session, workflow.workflow_id)
    temp_ids = {step_id: temp_id for temp_id, step_id in step_ids.items()}
    read = _workflow_read(WorkflowRow(workflow, None, len(nodes), 0))
    return WorkflowCreated(
        **read.model_dump(),
        graph=CreatedGraphRead(
            nodes=[
                CreatedNodeRead(**node.model_dump(), temp_id=temp_ids[node.step_id]) for node in graph.nodes
            ],
            edges=graph.edges,
        ),
        temp_id_mapping=step_ids,
    )


async def _add_graph(session: Session, workflow_id: int, graph: GraphCreate, roles: _Roles) -> dict[str, int]:
    """Insert steps and edges; returns the step_id given to each temp_id."""
    steps = {
        node.temp_id: Step(
            workflow_id=workflow_id,
            role_id=roles.find(node.role_id if node.role_id is not None else node.role),
            escalate_to_role_id=roles.find(node.escalate_to),
            name=node.name,
            description=node.description,
            instruction=node.instruction,
            sort_order=index if node.order is None else node.order,
            weight=Decimal(str(node.weight)),
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


async def get_workflow_detail(session: Session, workflow_id: int) -> WorkflowDetail:
    row = await repository.find_workflow(session, workflow_id)
    if row is None:
        raise WorkflowNotFoundError
    return WorkflowDetail(workflow=_workflow_read(row), graph=await read_graph(session, workflow_id))


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
    return None if workflow_id is None else await repository.find_active_version(session, workflow_id)
