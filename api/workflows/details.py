"""Changing what a workflow is called, takes and promises; pausing, resuming and deleting it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from api.audit.trail import Trail
from api.identity.principal import Principal
from api.kit.db import Session
from api.kit.durations import format_duration
from api.kit.errors import ValidationFailedError
from api.kit.preconditions import check_version
from api.workflows import checks, repository, service
from api.workflows.detail_schemas import WorkflowChanges
from api.workflows.enums import WorkflowStatus
from api.workflows.errors import (
    WorkflowInUseError,
    WorkflowMatchTakenError,
    WorkflowNameTakenError,
    WorkflowNotFoundError,
    WorkflowNotInitializedError,
)
from api.workflows.models import Workflow
from api.workflows.schemas import WorkflowRead
from api.workflows.working_copy import open_for_change

_PROMISES = (*checks.SLA_FIELDS_FASTEST_FIRST, "calendar_id")
_FIELDS = ("name", "description", "category", "sub_category", "department", "end_logic", "status", *_PROMISES)
_SWITCHES = {WorkflowStatus.PAUSED: "pause_workflow", WorkflowStatus.INITIALIZED: "resume_workflow"}


async def update_details(
    *,
    session: Session,
    trail: Trail,
    principal: Principal,
    workflow_id: int,
    body: WorkflowChanges,
    expected_version: int | None,
) -> WorkflowRead:
    """Change the fields named; what they say counts for tickets that come from now on."""
    workflow = await open_for_change(session, workflow_id, expected_version, body.version)
    changes = {
        field: value for field, value in body.given(*_FIELDS).items() if getattr(workflow, field) != value
    }
    if "status" in body.model_fields_set and workflow.status not in _SWITCHES:
        raise WorkflowNotInitializedError
    _refuse_bad_slas(workflow, changes)
    audited = {
        field: {"old": _readable(getattr(workflow, field)), "new": _readable(value)}
        for field, value in changes.items()
    }
    # The checks below ask for other workflows; writing this one first would answer with a bare conflict.
    with session.no_autoflush:
        for field, value in changes.items():
            setattr(workflow, field, value)
        await _refuse_taken(session, workflow)
    if changes:
        workflow.version += 1
        await service.promise(session, workflow, principal, {})
        _record(trail, workflow_id, audited)
    return await service.get_workflow(session, workflow_id)


def _readable(value: object) -> object:
    return format_duration(value) if isinstance(value, timedelta) else value


def _refuse_bad_slas(workflow: Workflow, changes: Mapping[str, Any]) -> None:
    slas = {field: changes.get(field, getattr(workflow, field)) for field in checks.SLA_FIELDS_FASTEST_FIRST}
    problems = checks.sla_order_problems(slas)
    if workflow.status != WorkflowStatus.DRAFT:
        for field in checks.SLA_FIELDS_FASTEST_FIRST:
            if field in changes and changes[field] is None:
                sentence = f"{field} cannot be cleared once the workflow was initialized: give a duration"
                problems.setdefault(field, []).append(sentence)
    if problems:
        raise ValidationFailedError(details=problems)


async def _refuse_taken(session: Session, workflow: Workflow) -> None:
    if await repository.is_name_taken(session, workflow.name, by_other_than=workflow.workflow_id):
        raise WorkflowNameTakenError
    is_live = workflow.status == WorkflowStatus.INITIALIZED
    if is_live and await repository.is_match_taken(session, workflow):
        raise WorkflowMatchTakenError


def _record(trail: Trail, workflow_id: int, audited: Mapping[str, Any]) -> None:
    trail.record("update_workflow", "Workflow", workflow_id, audited)
    promises = {field: change for field, change in audited.items() if field in _PROMISES}
    if promises:
        trail.record("update_sla", "Workflow", workflow_id, promises)
    if "status" in audited:
        switch = _SWITCHES[audited["status"]["new"]]
        trail.record(switch, "Workflow", workflow_id, {"status": audited["status"]})


async def delete_workflow(
    session: Session, trail: Trail, workflow_id: int, *, expected_version: int | None
) -> None:
    """Delete a workflow that no ticket ever ran on, with its steps, edges and versions."""
    workflow = await repository.lock_workflow(session, workflow_id, for_deletion=True)
    if workflow is None:
        raise WorkflowNotFoundError
    check_version(workflow.version, expected_version)
    if await repository.has_tasks(session, workflow_id):
        raise WorkflowInUseError
    name = workflow.name
    await repository.delete_workflow(session, workflow_id)
    trail.record("delete_workflow", "Workflow", workflow_id, {"name": {"old": name, "new": None}})
