"""What could not be sent at once, with whom and what it was for."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, TypeVarTuple

from sqlalchemy import ColumnElement, Row, Select, String, case, column, func, or_, select, table, tuple_

from api.identity.models import Role, RoleUser
from api.kit.db import ReadSession, Session
from api.kit.pagination import Ordering, PageRequest
from api.notifications.enums import DeliveryStatus
from api.notifications.models import Notification, NotificationDelivery

FailedRow = Row[NotificationDelivery, Notification, str, str | None]
Columns = TypeVarTuple("Columns")
MOST_RETRIED_AT_ONCE = 500
# As much as is read here of tables that belong to domains above this one.
_SNAPSHOT = table("ticket_snapshot", column("ticket_number"), column("subject", String), schema="ops")
_ITEM = table("task_item", column("task_item_id"), column("role_user_id"), schema="ops")
_TITLE = func.coalesce(_SNAPSHOT.c.subject, Notification.subject)
_HAS_FAILED = NotificationDelivery.first_failed_at.is_not(None)
_IS_UNSENT = NotificationDelivery.status != DeliveryStatus.SUCCESS
_ORDER_COLUMNS: dict[str, ColumnElement[Any]] = {
    "created_at": NotificationDelivery.created_at.expression,
    "last_retry_at": case((NotificationDelivery.attempts > 1, NotificationDelivery.last_attempt_at)),
    "retry_count": NotificationDelivery.attempts.expression,
}
ORDERINGS = tuple(_ORDER_COLUMNS)


@dataclass(frozen=True, slots=True)
class FailedFilters:
    status: DeliveryStatus | None = None
    user_id: int | None = None
    role_name: str | None = None
    search: str | None = None


def _joined(statement: Select[*Columns]) -> Select[*Columns]:
    return (
        statement.select_from(NotificationDelivery)
        .join(Notification, Notification.notification_id == NotificationDelivery.notification_id)
        .outerjoin(_SNAPSHOT, _SNAPSHOT.c.ticket_number == Notification.ticket_number)
        .outerjoin(_ITEM, _ITEM.c.task_item_id == Notification.task_item_id)
        .outerjoin(RoleUser, RoleUser.role_user_id == _ITEM.c.role_user_id)
        .outerjoin(Role, Role.role_id == RoleUser.role_id)
    )


def _conditions(filters: FailedFilters) -> list[ColumnElement[bool]]:
    wanted = _IS_UNSENT if filters.status is None else NotificationDelivery.status == filters.status
    conditions = [_HAS_FAILED, wanted]
    if filters.user_id is not None:
        conditions.append(Notification.user_id == filters.user_id)
    if filters.role_name:
        conditions.append(func.lower(Role.name) == filters.role_name.lower())
    if filters.search:
        searched = (_TITLE, Notification.subject, NotificationDelivery.last_error)
        conditions.append(or_(*(each.icontains(filters.search, autoescape=True) for each in searched)))
    return conditions


async def list_failed(
    session: ReadSession, filters: FailedFilters, ordering: Ordering, page: PageRequest
) -> tuple[int, Sequence[FailedRow]]:
    conditions = _conditions(filters)
    count = await session.scalar(_joined(select(func.count())).where(*conditions)) or 0
    page.check(count)
    key = _ORDER_COLUMNS[ordering.field]
    tie = NotificationDelivery.notification_delivery_id
    order = (key.desc().nulls_last(), tie.desc()) if ordering.descending else (key.asc(), tie.asc())
    rows = await session.execute(
        _joined(select(NotificationDelivery, Notification, _TITLE, Role.name))
        .where(*conditions)
        .order_by(*order)
        .limit(page.size)
        .offset(page.offset)
    )
    return count, rows.all()


async def find_failed(session: ReadSession, delivery_id: int) -> FailedRow | None:
    rows = await session.execute(
        _joined(select(NotificationDelivery, Notification, _TITLE, Role.name)).where(
            _HAS_FAILED, NotificationDelivery.notification_delivery_id == delivery_id
        )
    )
    found: FailedRow | None = rows.one_or_none()
    return found


async def lock_failed(session: Session, delivery_id: int) -> NotificationDelivery | None:
    found = await session.scalars(
        select(NotificationDelivery)
        .where(_HAS_FAILED, NotificationDelivery.notification_delivery_id == delivery_id)
        .with_for_update()
    )
    return found.one_or_none()


async def lock_retriable(session: Session, *, force: bool) -> Sequence[NotificationDelivery]:
    """Lock what failed, may be retried, and is at no attempt just now; the oldest first."""
    delivery = NotificationDelivery
    conditions = [_HAS_FAILED, _IS_UNSENT, or_(delivery.status != DeliveryStatus.RETRYING, _is_overdue())]
    if not force:
        conditions.append(delivery.attempts < delivery.max_attempts)
    found = await session.scalars(
        select(delivery)
        .where(*conditions)
        .order_by(delivery.created_at, delivery.notification_delivery_id)
        .limit(MOST_RETRIED_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    return found.all()


async def count_unsent(session: ReadSession) -> int:
    statement = select(func.count()).select_from(NotificationDelivery).where(_HAS_FAILED, _IS_UNSENT)
    return await session.scalar(statement) or 0


async def list_outcomes(session: ReadSession, begun: Collection[tuple[int, int]]) -> list[DeliveryStatus]:
    """List how retries ended, of those that did: each named with the attempts made before it."""
    delivery = NotificationDelivery
    is_over = tuple_(delivery.notification_delivery_id, delivery.attempts).not_in(begun)
    found = await session.scalars(
        select(delivery.status).where(
            delivery.notification_delivery_id.in_([delivery_id for delivery_id, _ in begun]),
            delivery.status != DeliveryStatus.RETRYING,
            is_over,
        )
    )
    return [DeliveryStatus(status) for status in found]


def _is_overdue() -> ColumnElement[bool]:
    return NotificationDelivery.next_attempt_at <= func.now()
