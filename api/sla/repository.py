from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, DateTime, Select, and_, bindparam, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import aliased

from api.kit.db import Session
from api.kit.pagination import Ordering, PageRequest
from api.sla.models import Calendar, CalendarRevision, SlaPolicy


@dataclass(frozen=True, slots=True)
class PolicyRow:
    duration: timedelta | None
    calendar_revision_id: int | None
    definition: dict[str, Any] | None


_AT: BindParameter[datetime] = bindparam("at", type_=DateTime(timezone=True))
_IN_FORCE = (
    select(SlaPolicy.duration, SlaPolicy.calendar_revision_id, CalendarRevision.definition)
    .outerjoin(CalendarRevision, CalendarRevision.calendar_revision_id == SlaPolicy.calendar_revision_id)
    .where(SlaPolicy.workflow_id == bindparam("workflow_id"), SlaPolicy.priority == bindparam("priority"))
    .order_by(
        (SlaPolicy.effective_at <= _AT).desc(),
        func.abs(func.extract("epoch", SlaPolicy.effective_at - _AT)),
        SlaPolicy.sla_policy_id.desc(),
    )
    .limit(1)
)


async def find_policy(session: Session, workflow_id: int, priority: str, at: datetime) -> PolicyRow | None:
    """Find the policy in force at an instant; before the first one, the first one."""
    rows = await session.execute(_IN_FORCE, {"workflow_id": workflow_id, "priority": priority, "at": at})
    row = rows.one_or_none()
    return None if row is None else PolicyRow(row[0], row[1], row[2])


async def newest_policies(session: Session, workflow_id: int) -> dict[str, SlaPolicy]:
    """Map each priority of a workflow to its newest policy."""
    policies = await session.scalars(
        select(SlaPolicy)
        .where(SlaPolicy.workflow_id == workflow_id)
        .ext(distinct_on(SlaPolicy.priority))
        .order_by(SlaPolicy.priority, SlaPolicy.effective_at.desc(), SlaPolicy.sla_policy_id.desc())
    )
    return {policy.priority: policy for policy in policies}


async def newest_policies_by_calendar(session: Session, calendar_id: int) -> list[SlaPolicy]:
    """List the policies that count by a calendar today, whichever of its revisions they name."""
    newest = (
        select(SlaPolicy)
        .ext(distinct_on(SlaPolicy.workflow_id, SlaPolicy.priority))
        .order_by(
            SlaPolicy.workflow_id,
            SlaPolicy.priority,
            SlaPolicy.effective_at.desc(),
            SlaPolicy.sla_policy_id.desc(),
        )
        .subquery()
    )
    policy = aliased(SlaPolicy, newest)
    policies = await session.scalars(
        select(policy)
        .join(CalendarRevision, CalendarRevision.calendar_revision_id == policy.calendar_revision_id)
        .where(CalendarRevision.calendar_id == calendar_id)
        .order_by(policy.sla_policy_id)
    )
    return list(policies)


async def get_revision(session: Session, calendar_revision_id: int) -> CalendarRevision:
    return await session.get_one(CalendarRevision, calendar_revision_id)


async def lock_calendar(session: Session, calendar_id: int, *, for_change: bool) -> Calendar | None:
    """Hold a calendar: against everyone for a change of it, against its change for a use of it."""
    return await session.get(Calendar, calendar_id, with_for_update={"read": not for_change})


async def newest_revision(session: Session, calendar_id: int) -> CalendarRevision:
    revisions = await session.scalars(
        select(CalendarRevision)
        .where(CalendarRevision.calendar_id == calendar_id)
        .order_by(CalendarRevision.revision.desc())
        .limit(1)
    )
    return revisions.one()


async def find_calendar(session: Session, calendar_id: int) -> tuple[Calendar, CalendarRevision] | None:
    rows = await session.execute(_with_newest_revision().where(Calendar.calendar_id == calendar_id))
    row = rows.one_or_none()
    return None if row is None else (row[0], row[1])


async def list_calendars(
    session: Session, ordering: Ordering, page: PageRequest
) -> tuple[int, list[tuple[Calendar, CalendarRevision]]]:
    count = await session.scalar(select(func.count()).select_from(Calendar)) or 0
    page.check(count)
    keys = [getattr(Calendar, ordering.field), Calendar.calendar_id]
    rows = await session.execute(
        _with_newest_revision()
        .order_by(*(key.desc() if ordering.descending else key for key in keys))
        .limit(page.size)
        .offset(page.offset)
    )
    return count, [(calendar, revision) for calendar, revision in rows]


async def find_newest_revision_named(session: Session, calendar_name: str) -> CalendarRevision | None:
    rows = await session.execute(
        _with_newest_revision().where(func.lower(Calendar.name) == calendar_name.lower())
    )
    row = rows.one_or_none()
    return None if row is None else row[1]


async def is_name_taken(session: Session, name: str, *, by_other_than: int | None = None) -> bool:
    taken = select(Calendar.calendar_id).where(
        func.lower(Calendar.name) == name.lower(), Calendar.calendar_id.is_distinct_from(by_other_than)
    )
    return await session.scalar(taken.limit(1)) is not None


def _with_newest_revision() -> Select[Calendar, CalendarRevision]:
    newest = (
        select(CalendarRevision.calendar_id, func.max(CalendarRevision.revision).label("revision"))
        .group_by(CalendarRevision.calendar_id)
        .subquery()
    )
    return (
        select(Calendar, CalendarRevision)
        .join(newest, newest.c.calendar_id == Calendar.calendar_id)
        .join(
            CalendarRevision,
            and_(
                CalendarRevision.calendar_id == newest.c.calendar_id,
                CalendarRevision.revision == newest.c.revision,
            ),
        )
    )
