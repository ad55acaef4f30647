"""Who is owed a summary, of which days, and that each of them is written once."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, or_, select, update

from api.identity.enums import UserType
from api.kit.dates import Days
from api.kit.db import Session
from api.notifications.enums import DigestPeriod
from api.notifications.models import NotificationSetting
from api.sla.models import CalendarRevision

_DAY = timedelta(days=1)
_MONDAY = 0


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days of a zone, summed up when they are over."""

    kind: DigestPeriod
    first: date
    last: date
    zone: ZoneInfo

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.first}"

    @property
    def begins_at(self) -> datetime | None:
        return self._days.begins_at

    @property
    def ends_before(self) -> datetime | None:
        return self._days.ends_before

    @property
    def _days(self) -> Days:
        return Days(self.first, self.last, self.zone)


@dataclass(frozen=True, slots=True)
class Due:
    """A person of the staff and the period that they are owed a summary of."""

    user_id: int
    period: Period


def period_due(kind: DigestPeriod, zone: ZoneInfo, hour: int, now: datetime) -> Period | None:
    """Name the period whose summary is due from an hour on, until the day is over.

    A day is summed up on the next one, a week, which begins on Monday, on the Monday after it.
    """
    local = now.astimezone(zone)
    today = local.date()
    if local.hour < hour or kind is DigestPeriod.OFF:
        return None
    if kind is DigestPeriod.DAILY:
        return Period(kind, today - _DAY, today - _DAY, zone)
    return Period(kind, today - 7 * _DAY, today - _DAY, zone) if today.weekday() == _MONDAY else None


async def list_due(session: Session, zone: str, hour: int, now: datetime) -> list[Due]:
    """List who is owed a summary that nobody has written.

    Args:
        session: reads only.
        zone: for people without a quiet calendar, whose zone would count.
        hour: of the day in that zone, from which on it is due.
        now: the moment.
    """
    rows = await session.execute(
        select(
            NotificationSetting.user_id,
            NotificationSetting.digest,
            NotificationSetting.last_digest,
            _zone_of_reader(zone),
        )
        .where(
            NotificationSetting.user_type == UserType.STAFF, NotificationSetting.digest != DigestPeriod.OFF
        )
        .order_by(NotificationSetting.user_id)
    )
    due = []
    for user_id, kind, last_digest, zone_name in rows:
        period = period_due(DigestPeriod(kind), ZoneInfo(zone_name), hour, now)
        if period is not None and period.key != last_digest:
            due.append(Due(user_id, period))
    return due


async def find_zones(session: Session, zone: str) -> dict[int, ZoneInfo]:
    """Find the zone of everybody of the staff who has settings; without a quiet calendar it is `zone`."""
    rows = await session.execute(
        select(NotificationSetting.user_id, _zone_of_reader(zone)).where(
            NotificationSetting.user_type == UserType.STAFF
        )
    )
    return {user_id: ZoneInfo(name) for user_id, name in rows}


def _zone_of_reader(zone: str) -> ColumnElement[str]:
    newest_zone = (
        select(CalendarRevision.definition["time_zone"].astext)
        .where(CalendarRevision.calendar_id == NotificationSetting.quiet_calendar_id)
        .order_by(CalendarRevision.revision.desc())
        .limit(1)
        .scalar_subquery()
    )
    return func.coalesce(newest_zone, zone)


async def claim(session: Session, due: Due) -> bool:
    """Take a summary upon this transaction; False when it was written meanwhile, or is not wanted any more.

    Whoever asks at the same time waits for the row, and then finds it taken.
    """
    taken = await session.execute(
        update(NotificationSetting)
        .where(
            NotificationSetting.user_type == UserType.STAFF,
            NotificationSetting.user_id == due.user_id,
            NotificationSetting.digest == due.period.kind,
            or_(NotificationSetting.last_digest.is_(None), NotificationSetting.last_digest != due.period.key),
        )
        .values(last_digest=due.period.key)
        .returning(NotificationSetting.user_id)
    )
    return taken.one_or_none() is not None
