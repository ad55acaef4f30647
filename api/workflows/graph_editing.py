"""Changing the steps and edges of a working graph in one go."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from api.audit.trail import Trail
from api.kit.clock import utc_now
from api.kit.db import Session
from api.workflows import repository
from api.workflows.enums import WorkflowStatus
from api.workflows.graph_changes import END_COLUMNS, GraphPlan, GraphPlanner
from api.workflows.graph_schemas import GraphUpdate
from api.workflows.models import Step, StepTransition
from api.workflows.roles import open_role_book
from api.workflows.schemas import WorkflowCreated
from api.workflows.service import describe_created
from api.workflows.working_copy import note_graph_change, open_for_change


async def update_graph(
    session: Session, trail: Trail, workflow_id: int, body: GraphUpdate, *, expected_version: int | None
) -> WorkflowCreated:
    """Apply a change set to the working graph, all of it or nothing."""
    workflow = await open_for_change(session, workflow_id, expected_version, body.version)
    steps = {step.step_id: step for step in await repository.list_steps(session, workflow_id)}
    transitions = {
        edge.transition_id: edge for edge in await repository.list_transitions(session, workflow_id)
    }
    planner = GraphPlanner(
        steps,
        transitions,
        await open_role_book(session),
        may_be_empty=workflow.status == WorkflowStatus.DRAFT,
    )
    plan = planner.decide(body)
    counts = count_changes(plan, steps)
    temp_ids = await GraphEditor(session, workflow_id, steps, transitions).apply(plan)
    if any(counts.values()):
        await note_graph_change(session, workflow)
        trail.record("update_workflow", "Workflow", workflow_id, counts)
    return await describe_created(session, workflow_id, temp_ids)


def count_changes(plan: GraphPlan, steps: Mapping[int, Step]) -> dict[str, int]:
    """Count what a plan adds, changes and deletes; what is named but stays as it is does not count."""
    stored = [(edge.stored, edge.all_columns) for edge in plan.edges if edge.stored is not None]
    return {
        "nodes_added": len(plan.new_steps),
        "nodes_updated": sum(_differs(steps[key], columns) for key, columns in plan.changed_steps.items()),
        "nodes_deleted": len(plan.deleted_steps),
        "edges_added": len(plan.edges) - len(stored),
        "edges_updated": sum(_differs(edge, columns) for edge, columns in stored),
        "edges_deleted": len(plan.deleted_edges),
    }


class GraphEditor:
    """Writes a plan in an order in which no unique index is hurt on the way."""

    def __init__(
        self,
        session: Session,
        workflow_id: int,
        steps: Mapping[int, Step],
        transitions: Mapping[int, StepTransition],
    ) -> None:
        self.session = session
        self.workflow_id = workflow_id
        self.steps = steps
        self.transitions = transitions

    async def apply(self, plan: GraphPlan) -> dict[str, int]:
        """Write the plan; returns the step_id given to each temp_id."""
        await self._clear_the_way(plan, utc_now())
        step_ids = await self._write_steps(plan)
        await self._write_edges(plan, step_ids)
        return step_ids

    async def _clear_the_way(self, plan: GraphPlan, now: datetime) -> None:
        """Delete, and take away what another row is to get: the start mark, an edge's ends and name."""
        for transition_id in plan.deleted_edges:
            self.transitions[transition_id].deleted_at = now
        for step_id in plan.deleted_steps:
            self.steps[step_id].deleted_at = now
        for step_id, columns in plan.changed_steps.items():
            if columns.get("is_start") is False and self.steps[step_id].is_start:
                self.steps[step_id].is_start = False
        for edge in plan.edges:
            if edge.stored is not None and edge.key != (
                edge.stored.from_step_id,
                edge.stored.to_step_id,
                edge.stored.name.casefold(),
            ):
                edge.stored.deleted_at = now
        await self.session.flush()

    async def _write_steps(self, plan: GraphPlan) -> dict[str, int]:
        for step_id, columns in plan.changed_steps.items():
            _assign(self.steps[step_id], columns)
        last = max((step.sort_order for step in self.steps.values()), default=-1)
        added = {
            temp_id: Step(workflow_id=self.workflow_id, **{"sort_order": last + position, **columns})
            for position, (temp_id, columns) in enumerate(plan.new_steps.items(), start=1)
        }
        self.session.add_all(added.values())
        await self.session.flush()
        return {temp_id: step.step_id for temp_id, step in added.items()}

    async def _write_edges(self, plan: GraphPlan, step_ids: Mapping[str, int]) -> None:
        for edge in plan.edges:
            columns = {
                name: step_ids[value] if name in END_COLUMNS and isinstance(value, str) else value
                for name, value in edge.all_columns.items()
            }
            if edge.stored is None:
                self.session.add(StepTransition(workflow_id=self.workflow_id, **columns))
            else:
                _assign(edge.stored, {**columns, "deleted_at": None})
        await self.session.flush()


def _differs(row: Step | StepTransition, columns: Mapping[str, Any]) -> bool:
    return any(getattr(row, name) != value for name, value in columns.items())


def _assign(row: Step | StepTransition, columns: Mapping[str, Any]) -> None:
    for name, value in columns.items():
        setattr(row, name, value)
