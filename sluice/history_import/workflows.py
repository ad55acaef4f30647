"""Workflows of an import written down: steps, transitions and the version its tasks are bound to."""

from collections.abc import Mapping
from typing import Any

from psycopg import Connection
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from api.kit.durations import format_duration
from api.sla.calendars import AROUND_THE_CLOCK, WorkingTime
from api.sla.definitions import read_working_time
from api.tickets.enums import Priority
from api.workflows.engine import step_share
from api.workflows.enums import EndLogic, WorkflowStatus
from api.workflows.graph import Edge, Graph, Node, build_definition, definition_hash
from sluice.history_import.catalogue import ROLE_SYSTEM, StepRef, WorkflowRef
from sluice.history_import.events import StepBlueprint, WorkflowBlueprint

SLA_COLUMN = {
    Priority.CRITICAL: "urgent_sla",
    Priority.HIGH: "high_sla",
    Priority.MEDIUM: "medium_sla",
    Priority.LOW: "low_sla",
}


class WorkflowWriter:
    """Creates workflows that are not there yet and completes those that are."""

    def __init__(self, connection: Connection[Any], roles: Mapping[tuple[str, str], int]) -> None:
        self._connection = connection
        self._roles = roles
        self.created_count = 0

    def ensure(self, blueprint: WorkflowBlueprint) -> WorkflowRef:
        row = self._row(
            "select workflow_id, urgent_sla, high_sla, medium_sla, low_sla from ops.workflow "
            "where lower(name) = lower(%s)",
            (blueprint.name,),
        )
        if row is None:
            row = self._create(blueprint)
            self.created_count += 1
        workflow_id, *slas = row
        steps = self._ensure_steps(workflow_id, blueprint)
        revision_id, working_time = self._calendar(workflow_id)
        transitions = self._ensure_transitions(workflow_id, blueprint, steps)
        graph = self._graph(workflow_id)
        return WorkflowRef(
            workflow_id=workflow_id,
            workflow_version_id=self._ensure_version(workflow_id, graph),
            steps={
                node.name: StepRef(node.step_id, node.role_id, step_share(graph, node.step_id))
                for node in graph.nodes
            },
            transitions=transitions,
            slas={
                str(priority): sla for priority, sla in zip(SLA_COLUMN, slas, strict=True) if sla is not None
            },
            working_time=working_time,
            calendar_revision_id=revision_id,
        )

    def _row(self, statement: str, parameters: tuple[Any, ...]) -> Any:
        return self._connection.execute(statement.encode(), parameters).fetchone()

    def _create(self, blueprint: WorkflowBlueprint) -> Any:
        row = self._insert(blueprint)
        self._connection.execute(
            "insert into ops.sla_policy (workflow_id, priority, duration, effective_at) "
            "select %s, priority, duration, now() "
            "from unnest(%s::text[], %s::interval[]) as promise (priority, duration) "
            "where duration is not null",
            (row[0], list(SLA_COLUMN), list(row[1:])),
        )
        return row

    def _insert(self, blueprint: WorkflowBlueprint) -> Any:
        status = WorkflowStatus.INITIALIZED if blueprint.is_declared else WorkflowStatus.DRAFT
        return self._row(
            "insert into ops.workflow (name, description, category, sub_category, department, status, "
            "end_logic, urgent_sla, high_sla, medium_sla, low_sla, has_unpublished_changes) "
            "values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, false) "
            "returning workflow_id, urgent_sla, high_sla, medium_sla, low_sla",
            (
                blueprint.name, blueprint.description, blueprint.category, blueprint.sub_category,
                blueprint.department, status, EndLogic.NONE,
                *(blueprint.slas.get(priority) for priority in SLA_COLUMN),
            ),
        )  # fmt: skip

    def _calendar(self, workflow_id: int) -> tuple[int | None, WorkingTime]:
        """Find by what a workflow counts: imported tasks are held to its present calendar."""
        row = self._row(
            "select calendar_revision_id, definition from ops.calendar_revision "
            "join ops.workflow using (calendar_id) where workflow_id = %s order by revision desc limit 1",
            (workflow_id,),
        )
        return (None, AROUND_THE_CLOCK) if row is None else (row[0], read_working_time(row[1]))

    def _ensure_steps(self, workflow_id: int, blueprint: WorkflowBlueprint) -> dict[str, int]:
        known: dict[str, int] = dict(
            self._connection.execute(
                "select name, step_id from ops.step where workflow_id = %s and deleted_at is null",
                (workflow_id,),
            ).fetchall()
        )
        has_start = bool(known)
        for place, step in enumerate(blueprint.steps):
            if step.name not in known:
                known[step.name] = self._create_step(
                    workflow_id, step, place, is_start=step.is_start and not has_start
                )
        return known

    def _create_step(self, workflow_id: int, step: StepBlueprint, place: int, *, is_start: bool) -> int:
        role_id = self._roles[ROLE_SYSTEM, step.role.lower()]
        escalate_to = self._roles[ROLE_SYSTEM, step.escalate_to.lower()] if step.escalate_to else None
        row = self._row(
            "insert into ops.step (workflow_id, role_id, escalate_to_role_id, name, instruction, sort_order, "
            "weight, is_start, is_end) values (%s, %s, %s, %s, %s, %s, %s, %s, %s) returning step_id",
            (
                workflow_id, role_id, escalate_to, step.name, step.instruction, place,
                step.weight, is_start, step.is_end,
            ),
        )  # fmt: skip
        return int(row[0])

    def _ensure_transitions(
        self, workflow_id: int, blueprint: WorkflowBlueprint, steps: Mapping[str, int]
    ) -> dict[tuple[int, int], int]:
        known = {
            (start, end): transition_id
            for transition_id, start, end in self._connection.execute(
                "select transition_id, from_step_id, to_step_id from ops.step_transition "
                "where workflow_id = %s and deleted_at is null order by transition_id desc",
                (workflow_id,),
            )
        }
        for from_step, to_step, name in blueprint.transitions:
            ends = (steps[from_step], steps[to_step])
            if ends not in known:
                known[ends] = self._row(
                    "insert into ops.step_transition (workflow_id, from_step_id, to_step_id, name) "
                    "values (%s, %s, %s, %s) returning transition_id",
                    (workflow_id, *ends, name),
                )[0]
        return known

    def _ensure_version(self, workflow_id: int, graph: Graph) -> int:
        """Freeze the graph as it stands, unless its newest version already is that."""
        definition = build_definition(graph, self._metadata(workflow_id))
        digest = definition_hash(definition)
        newest = self._row(
            "select workflow_version_id, version, definition_hash from ops.workflow_version "
            "where workflow_id = %s and is_active",
            (workflow_id,),
        )
        if newest is not None and newest[2] == digest:
            return int(newest[0])
        self._connection.execute(
            "update ops.workflow_version set is_active = false where workflow_id = %s and is_active",
            (workflow_id,),
        )
        version = 1 if newest is None else newest[1] + 1
        row = self._row(
            "insert into ops.workflow_version (workflow_id, version, definition, definition_hash, notes) "
            "values (%s, %s, %s, %s, 'From imported history') returning workflow_version_id",
            (workflow_id, version, Jsonb(definition), digest),
        )
        return int(row[0])

    def _graph(self, workflow_id: int) -> Graph:
        with self._connection.cursor(row_factory=class_row(Node)) as cursor:
            nodes = cursor.execute(
                "select step_id, step.name, step.role_id, role.name as role_name, weight, "
                'sort_order as "order", is_start, is_end, escalate_to_role_id as escalate_to, '
                "step.description, instruction "
                "from ops.step join ops.role on role.role_id = step.role_id "
                "where workflow_id = %s and step.deleted_at is null order by sort_order, step_id",
                (workflow_id,),
            ).fetchall()
        with self._connection.cursor(row_factory=class_row(Edge)) as cursor:
            edges = cursor.execute(
                "select transition_id, from_step_id, to_step_id, name from ops.step_transition "
                "where workflow_id = %s and deleted_at is null order by transition_id",
                (workflow_id,),
            ).fetchall()
        return Graph(tuple(nodes), tuple(edges))

    def _metadata(self, workflow_id: int) -> dict[str, Any]:
        row = self._row(
            "select name, description, category, sub_category, department, end_logic, "
            "low_sla, medium_sla, high_sla, urgent_sla from ops.workflow where workflow_id = %s",
            (workflow_id,),
        )
        name, description, category, sub_category, department, end_logic, *slas = row
        return {
            "workflow_id": workflow_id, "workflow_name": name, "description": description,
            "category": category, "sub_category": sub_category, "department": department,
            "end_logic": end_logic,
            **{
                field: sla and format_duration(sla)
                for field, sla in zip(("low_sla", "medium_sla", "high_sla", "urgent_sla"), slas, strict=True)
            },
        }  # fmt: skip
