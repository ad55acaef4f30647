from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert

from api.identity.principal import Principal
from api.kit.dates import Days
from api.kit.db import Session
from api.kit.pagination import PageRequest
from api.notifications.enums import Channel, NotificationType
from api.notifications.models import Notification, NotificationPreference, NotificationSetting

TypeAndChannel = tuple[NotificationType, Channel]
_UNREAD = Notification.read_at.is_(None)


@dataclass(frozen=True, slots=True)
class InboxFilters:
    days: Days
    is_read: bool | None = None
    notification_type: NotificationType | None = None
    ticket_number: str | None = None


def _shown_to(person: Principal) -> list[ColumnElement[bool]]:
    """Hold to a person's own; employees have an id space of their own."""
    return [
        Notification.user_type == person.user_type,
        Notification.user_id == person.user_id,
        Notification.in_app.is_(True),
    ]


def _conditions(person: Principal, filters: InboxFilters) -> list[ColumnElement[bool]]:
    conditions = _shown_to(person)
    if filters.is_read is not None:
        conditions.append(Notification.read_at.is_not(None) if filters.is_read else _UNREAD)
    if filters.notification_type is not None:
        conditions.append(Notification.type == filters.notification_type)
    if filters.ticket_number is not None:
        conditions.append(Notification.ticket_number == filters.ticket_number)
    if filters.days.begins_at is not None:
        conditions.append(Notification.created_at >= filters.days.begins_at)
    if filters.days.ends_before is not None:
        conditions.append(Notification.created_at < filters.days.ends_before)
    return conditions


async def list_shown(
    session: Session, person: Principal, filters: InboxFilters, page: PageRequest
) -> tuple[int, Sequence[Notification]]:
    """List what a person is shown, the newest first."""
    conditions = _conditions(person, filters)
    count = await session.scalar(select(func.count()).select_from(Notification).where(*conditions)) or 0
    page.check(count)
    notifications = await session.scalars(
        select(Notification)
        .where(*conditions)
        .order_by(Notification.created_at.desc(), Notification.notification_id.desc())
        .limit(page.size)
        .offset(page.offset)
    )
    return count, notifications.all()


async def count_unread(session: Session, person: Principal) -> int:
    counted = select(func.count()).select_from(Notification).where(*_shown_to(person), _UNREAD)
    return await session.scalar(counted) or 0


async def find_shown(session: Session, person: Principal, notification_id: UUID) -> Notification | None:
    wanted = select(Notification).where(*_shown_to(person), Notification.notification_id == notification_id)
    return (await session.scalars(wanted)).one_or_none()


async def mark_read(
    session: Session, person: Principal, at: datetime, notification_id: UUID | None = None
) -> int:
    """Mark one unread notification of a person as read, or all of them; returns how many there were.

    What was read before keeps its time.
    """
    marked = update(Notification).where(*_shown_to(person), _UNREAD).values(read_at=at)
    if notification_id is not None:
        marked = marked.where(Notification.notification_id == notification_id)
    rows = await session.execute(marked.returning(Notification.notification_id))
    return len(rows.all())


async def claim_event(session: Session, dedup_key: str) -> bool:
    """Keep an event to this transaction; False when its person was told of it already.

    Whoever claims it at the same time waits for the commit, and then finds it told.
    """
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(dedup_key, 0))))
    return not await list_told(session, [dedup_key])


async def list_told(session: Session, dedup_keys: Collection[str]) -> set[str]:
    """List which of these events their person was told of."""
    found = await session.scalars(
        select(Notification.dedup_key).where(Notification.dedup_key.in_(dedup_keys))
    )
    return set(found)


async def list_choices_of(
    session: Session, user_type: str, kind: NotificationType
) -> dict[int, dict[TypeAndChannel, bool]]:
    """List, by person, which channels were switched on or off for a type."""
    table = NotificationPreference
    rows = await session.execute(
        select(table.user_id, table.channel, table.is_enabled).where(
            table.user_type == user_type, table.type == kind
        )
    )
    found: dict[int, dict[TypeAndChannel, bool]] = {}
    for user_id, channel, is_enabled in rows:
        found.setdefault(user_id, {})[kind, Channel(channel)] = is_enabled
    return found


async def find_choices(
    session: Session, user_type: str, user_id: int, kind: NotificationType | None = None
) -> dict[TypeAndChannel, bool]:
    """Find which channels a person switched on or off, for one type or for each."""
    wanted = select(
        NotificationPreference.type, NotificationPreference.channel, NotificationPreference.is_enabled
    ).where(NotificationPreference.user_type == user_type, NotificationPreference.user_id == user_id)
    if kind is not None:
        wanted = wanted.where(NotificationPreference.type == kind)
    rows = await session.execute(wanted)
    return {(NotificationType(name), Channel(channel)): is_enabled for name, channel, is_enabled in rows}


async def put_choices(session: Session, person: Principal, choices: Mapping[TypeAndChannel, bool]) -> None:
    if not choices:
        return
    key = {"user_type": person.user_type, "user_id": person.user_id}
    written = insert(NotificationPreference).values(
        [
            {**key, "type": name, "channel": channel, "is_enabled": is_enabled}
            for (name, channel), is_enabled in choices.items()
        ]
    )
    await session.execute(
        written.on_conflict_do_update(
            index_elements=["user_type", "user_id", "type", "channel"],
            set_={"is_enabled": written.excluded.is_enabled},
        )
    )


async def drop_choices(session: Session, person: Principal, dropped: Collection[TypeAndChannel]) -> None:
    if not dropped:
        return
    await session.execute(
        delete(NotificationPreference).where(
            NotificationPreference.user_type == person.user_type,
            NotificationPreference.user_id == person.user_id,
            tuple_(NotificationPreference.type, NotificationPreference.channel).in_(dropped),
        )
    )


async def find_setting(session: Session, user_type: str, user_id: int) -> NotificationSetting | None:
    return await session.get(NotificationSetting, (user_type, user_id))


async def put_setting(session: Session, person: Principal, changes: Mapping[str, Any]) -> None:
    if not changes:
        return
    key = {"user_type": person.user_type, "user_id": person.user_id}
    await session.execute(
        insert(NotificationSetting)
        .values(**key, **changes)
        .on_conflict_do_update(index_elements=list(key), set_={**changes, "updated_at": func.now()})
    )
