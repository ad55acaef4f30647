"""Annotations of the time axes: a release, an outage or a change of policy that explains a figure."""

from datetime import date
from typing import Any

from api.annotations import repository
from api.annotations.errors import AnnotationNotFoundError
from api.annotations.models import Annotation
from api.annotations.repository import AnnotationFilters
from api.annotations.schemas import AnnotationCreate, AnnotationRead, AnnotationUpdate
from api.audit.enums import AuditAction, AuditTarget
from api.audit.trail import Trail
from api.identity.principal import Principal
from api.kit.clock import utc_now
from api.kit.db import Session
from api.kit.errors import ValidationFailedError
from api.kit.pagination import Page, PageRequest
from api.workflows import repository as workflow_repository

_TOLD = ("kind", "title", "description", "first_day", "last_day", "department", "category", "workflow_id")
_OPTIONAL = frozenset({"last_day", "department", "category", "workflow_id"})


async def list_annotations(
    session: Session, filters: AnnotationFilters, page: PageRequest
) -> Page[AnnotationRead]:
    count, rows = await repository.list_annotations(session, filters, page)
    return page.envelope(count, [_read(row) for row in rows])


async def get_annotation(session: Session, annotation_id: int) -> AnnotationRead:
    return _read(await _find(session, annotation_id))


async def create_annotation(
    session: Session, trail: Trail, principal: Principal, body: AnnotationCreate
) -> AnnotationRead:
    """Write an annotation.

    Raises:
        ValidationFailedError: its last day is before its first, or there is no such workflow.
    """
    annotation = Annotation(**body.model_dump(), created_by=principal.user_id)
    _check_days(annotation)
    await _check_workflow(session, body.workflow_id)
    session.add(annotation)
    await session.flush()
    await session.refresh(annotation)
    new = {field: {"old": None, "new": value} for field, value in _told(annotation).items()}
    trail.record(AuditAction.CREATE_ANNOTATION, AuditTarget.ANNOTATION, annotation.annotation_id, new)
    return _read(annotation)


async def change_annotation(
    session: Session, trail: Trail, principal: Principal, annotation_id: int, body: AnnotationUpdate
) -> AnnotationRead:
    """Change what the body names.

    Raises:
        AnnotationNotFoundError: there is none, or it was removed.
        ValidationFailedError: its last day would be before its first, or there is no such workflow.
    """
    annotation = await _find(session, annotation_id, for_change=True)
    old = _told(annotation)
    if body.workflow_id != annotation.workflow_id:
        await _check_workflow(session, body.workflow_id)
    for field, value in body.model_dump(exclude_unset=True).items():
        if value is not None or field in _OPTIONAL:
            setattr(annotation, field, value)
    new = _told(annotation)
    changes = {field: {"old": old[field], "new": new[field]} for field in _TOLD if new[field] != old[field]}
    if not changes:
        return _read(annotation)
    _check_days(annotation)
    annotation.updated_by = principal.user_id
    trail.record(AuditAction.UPDATE_ANNOTATION, AuditTarget.ANNOTATION, annotation_id, changes)
    await session.flush()
    await session.refresh(annotation)
    return _read(annotation)


async def delete_annotation(session: Session, trail: Trail, annotation_id: int) -> None:
    """Take an annotation off the axes; the row is kept."""
    annotation = await _find(session, annotation_id, for_change=True)
    annotation.deleted_at = utc_now()
    changes = {"title": annotation.title}
    trail.record(AuditAction.DELETE_ANNOTATION, AuditTarget.ANNOTATION, annotation_id, changes)


async def _find(session: Session, annotation_id: int, *, for_change: bool = False) -> Annotation:
    annotation = await repository.find_annotation(session, annotation_id, for_change=for_change)
    if annotation is None:
        raise AnnotationNotFoundError
    return annotation


def _check_days(annotation: Annotation) -> None:
    first, last = annotation.first_day, annotation.last_day
    if last is not None and last < first:
        message = f"last_day {last} is before first_day {first}: swap them, or leave last_day out"
        raise ValidationFailedError.of("last_day", message)


async def _check_workflow(session: Session, workflow_id: int | None) -> None:
    if workflow_id is not None and await workflow_repository.find_workflow(session, workflow_id) is None:
        message = f"No workflow has the id {workflow_id}: name one of /workflows/, or null for all of them"
        raise ValidationFailedError.of("workflow_id", message)


def _told(annotation: Annotation) -> dict[str, Any]:
    """Tell what the trail keeps of an annotation."""
    values = {field: getattr(annotation, field) for field in _TOLD}
    return {name: str(value) if isinstance(value, date) else value for name, value in values.items()}


def _read(annotation: Annotation) -> AnnotationRead:
    return AnnotationRead.model_validate(annotation, from_attributes=True)
