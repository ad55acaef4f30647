"""Workflows of an import written down: steps, transitions and the version its tasks are bound to."""

import hashlib
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from psycopg import Connection
from psycopg.types.json import Jsonb

from api.tickets.enums import Priority
from api.workflows.enums import EndLogic, WorkflowStatus
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
        transitions = self._ensure_transitions(workflow_id, blueprint, steps)
        weights = {name: float(weight) for name, (_, _, weight) in steps.items()}
        total = sum(weights.values())
        return WorkflowRef(
            workflow_id=workflow_id,
            workflow_version_id=self._ensure_version(workflow_id),
            steps={
                name: StepRef(step_id, role_id, weights[name] / total if total else 1 / len(steps))
                for name, (step_id, role_id, _) in steps.items()
            },
            transitions=transitions,
            slas={
                str(priority): sla for priority, sla in zip(SLA_COLUMN, slas, strict=True) if sla is not None
            },
        )

    def _row(self, statement: str, parameters: tuple[Any, ...]) -> Any:
        return self._connection.execute(statement.encode(), parameters).fetchone()

    def _create(self, blueprint: WorkflowBlueprint) -> Any:
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

    def _ensure_steps(
        self, workflow_id: int, blueprint: WorkflowBlueprint
    ) -> dict[str, tuple[int, int, float]]:
        known = {
            name: (step_id, role_id, weight)
            for name, step_id, role_id, weight in self._connection.execute(
                "select name, step_id, role_id, weight from ops.step "
                "where workflow_id = %s and deleted_at is null",
                (workflow_id,),
            )
        }
        has_start = bool(known)
        for place, step in enumerate(blueprint.steps):
            if step.name not in known:
                known[step.name] = self._create_step(
                    workflow_id, step, place, is_start=step.is_start and not has_start
                )
        return known

    def _create_step(
        self, workflow_id: int, step: StepBlueprint, place: int, *, is_start: bool
    ) -> tuple[int, int, float]:
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
        return row[0], role_id, step.weight

    def _ensure_transitions(
        self, workflow_id: int, blueprint: WorkflowBlueprint, steps: Mapping[str, tuple[int, int, float]]
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
            ends = (steps[from_step][0], steps[to_step][0])
            if ends not in known:
                known[ends] = self._row(
                    "insert into ops.step_transition (workflow_id, from_step_id, to_step_id, name) "
                    "values (%s, %s, %s, %s) returning transition_id",
                    (workflow_id, *ends, name),
                )[0]
        return known

    def _ensure_version(self, workflow_id: int) -> int:
        """Freeze the graph as it stands, unless its newest version already is that."""
        definition = self._definition(workflow_id)
        digest = hashlib.sha256(json.dumps(definition, sort_keys=True).encode()).hexdigest()
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

    def _definition(self, workflow_id: int) -> dict[str, Any]:
        nodes = self._connection.execute(
            "select step_id, step.name, step.description, instruction, step.role_id, role.name, sort_order, "
            "weight, is_start, is_end, escalate_to_role_id from ops.step "
            "join ops.role on role.role_id = step.role_id "
            "where workflow_id = %s and step.deleted_at is null order by sort_order, step_id",
            (workflow_id,),
        )
        edges = self._connection.execute(
            "select transition_id, from_step_id, to_step_id, name from ops.step_transition "
            "where workflow_id = %s and deleted_at is null order by transition_id",
            (workflow_id,),
        )
        return {
            "nodes": [
                {
                    "id": step_id, "label": label, "description": description, "instruction": instruction,
                    "role_id": role_id, "role_name": role_name, "order": order, "weight": float(weight),
                    "is_initialized": True, "is_start": is_start, "is_end": is_end,
                    "escalate_to": escalate_to,
                }
                for step_id, label, description, instruction, role_id, role_name, order, weight, is_start,
                is_end, escalate_to in nodes
            ],
            "edges": [
                {"id": transition_id, "from_step_id": start, "to_step_id": end, "name": name}
                for transition_id, start, end, name in edges
            ],
            "metadata": self._metadata(workflow_id),
        }  # fmt: skip

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
            **dict(
                zip(
                    ("low_sla", "medium_sla", "high_sla", "urgent_sla"),
                    [clock_text(sla) for sla in slas],
                    strict=True,
                )
            ),
        }  # fmt: skip


def clock_text(duration: timedelta | None) -> str | None:
    """Spell a duration as the wire does: hours, which may exceed a day, minutes and seconds."""
    if duration is None:
        return None
    minutes, seconds = divmod(int(duration.total_seconds()), 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{seconds:02d}"
