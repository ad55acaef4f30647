from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select

from api.audit.enums import AuditAction, AuditTarget
from api.audit.models import AuditEvent
from api.kit.dates import Days
from api.kit.db import Session
from api.kit.pagination import Ordering, PageRequest

_ORDER_COLUMNS = {
    "timestamp": AuditEvent.recorded_at,
    "action": AuditEvent.action,
    "username": AuditEvent.username,
}
ORDERINGS = tuple(_ORDER_COLUMNS)
_SEARCHED = (
    AuditEvent.username,
    AuditEvent.email,
    AuditEvent.action,
    AuditEvent.target_type,
    AuditEvent.description,
)


@dataclass(frozen=True, slots=True)
class AuditFilters:
    action: AuditAction | None = None
    user_id: int | None = None
    target_type: AuditTarget | None = None
    target_id: int | None = None
    since: datetime | None = None
    days: Days | None = None
    search: str | None = None


def _conditions(filters: AuditFilters) -> list[ColumnElement[bool]]:
    conditions = [
        column == value
        for column, value in (
            (AuditEvent.action, filters.action),
            (AuditEvent.user_id, filters.user_id),
            (AuditEvent.target_type, filters.target_type),
            (AuditEvent.target_id, filters.target_id),
        )
        if value is not None
    ]
    days = filters.days or Days()
    conditions += [AuditEvent.recorded_at >= first for first in (filters.since, days.begins_at) if first]
    if days.ends_before is not None:
        conditions.append(AuditEvent.recorded_at < days.ends_before)
    if filters.search:
        conditions.append(or_(*(column.icontains(filters.search, autoescape=True) for column in _SEARCHED)))
    return conditions


async def list_events(
    session: Session, filters: AuditFilters, ordering: Ordering, page: PageRequest
) -> tuple[int, Sequence[AuditEvent]]:
    conditions = _conditions(filters)
    count = await session.scalar(select(func.count()).select_from(AuditEvent).where(*conditions)) or 0
    page.check(count)
    keys = (_ORDER_COLUMNS[ordering.field], AuditEvent.audit_event_id)
    events = await session.scalars(
        select(AuditEvent)
        .where(*conditions)
        .order_by(*(key.desc() if ordering.descending else key.asc() for key in keys))
        .limit(page.size)
        .offset(page.offset)
    )
    return count, events.all()


async def find_event(session: Session, audit_event_id: int) -> AuditEvent | None:
    return await session.get(AuditEvent, audit_event_id)
