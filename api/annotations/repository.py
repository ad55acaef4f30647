from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select

from api.annotations.enums import AnnotationKind
from api.annotations.models import Annotation
from api.kit.dates import Days
from api.kit.db import Session
from api.kit.pagination import PageRequest


@dataclass(frozen=True, slots=True)
class AnnotationFilters:
    """A view of the analytics: what concerns all of the desk concerns it too."""

    days: Days
    kind: AnnotationKind | None = None
    department: str | None = None
    category: str | None = None
    workflow_id: int | None = None


async def list_annotations(
    session: Session, filters: AnnotationFilters, page: PageRequest
) -> tuple[int, Sequence[Annotation]]:
    """List those that were not removed and touch a day of the view, the newest day first."""
    conditions = [Annotation.deleted_at.is_(None), *_conditions(filters)]
    count = await session.scalar(select(func.count()).select_from(Annotation).where(*conditions)) or 0
    page.check(count)
    rows = await session.scalars(
        select(Annotation)
        .where(*conditions)
        .order_by(Annotation.first_day.desc(), Annotation.annotation_id.desc())
        .limit(page.size)
        .offset(page.offset)
    )
    return count, rows.all()


async def find_annotation(
    session: Session, annotation_id: int, *, for_change: bool = False
) -> Annotation | None:
    wanted = select(Annotation).where(
        Annotation.annotation_id == annotation_id, Annotation.deleted_at.is_(None)
    )
    return (await session.scalars(wanted.with_for_update() if for_change else wanted)).one_or_none()


def _conditions(filters: AnnotationFilters) -> list[ColumnElement[bool]]:
    days, conditions = filters.days, []
    if days.first is not None:
        conditions.append(func.coalesce(Annotation.last_day, Annotation.first_day) >= days.first)
    if days.last is not None:
        conditions.append(Annotation.first_day <= days.last)
    if filters.kind is not None:
        conditions.append(Annotation.kind == filters.kind)
    for column in (Annotation.department, Annotation.category, Annotation.workflow_id):
        wanted = getattr(filters, column.key)
        if wanted is not None:
            conditions.append(or_(column.is_(None), column == wanted))
    return conditions
