"""Calendars: made, and changed by a new revision, so that what ran by an old one keeps its hours."""

from datetime import datetime
from typing import Any

from api.audit.trail import Trail
from api.identity.principal import Principal
from api.kit.clock import utc_now
from api.kit.db import Session
from api.kit.pagination import Ordering, Page, PageRequest
from api.kit.preconditions import check_version
from api.sla import repository
from api.sla.errors import CalendarNameTakenError, CalendarNotFoundError
from api.sla.models import Calendar, CalendarRevision, SlaPolicy
from api.sla.public_holidays import public_holidays
from api.sla.schemas import CalendarRead, CalendarWrite

# Public holidays are written down for these many years before and after a revision: imported history
# reaches back, and no SLA may be longer than ten years.
_YEARS = 15


async def list_calendars(session: Session, ordering: Ordering, page: PageRequest) -> Page[CalendarRead]:
    count, rows = await repository.list_calendars(session, ordering, page)
    return page.envelope(count, [_read(calendar, revision) for calendar, revision in rows])


async def get_calendar(session: Session, calendar_id: int) -> CalendarRead:
    found = await repository.find_calendar(session, calendar_id)
    if found is None:
        raise CalendarNotFoundError
    return _read(*found)


async def create_calendar(
    session: Session, trail: Trail, principal: Principal, body: CalendarWrite
) -> CalendarRead:
    if await repository.is_name_taken(session, body.name):
        raise CalendarNameTakenError
    calendar = Calendar(name=body.name)
    session.add(calendar)
    await session.flush()
    now = utc_now()
    revision = await _revise(session, calendar, 1, _define(body, now), principal)
    _record(trail, calendar, None, _told(calendar.name, revision))
    await session.refresh(calendar)
    return _read(calendar, revision)


async def change_calendar(
    session: Session,
    trail: Trail,
    principal: Principal,
    calendar_id: int,
    body: CalendarWrite,
    *,
    expected_revision: int | None,
) -> CalendarRead:
    """Put a calendar's new hours into force for tasks that start, or change priority, from now on."""
    calendar = await repository.lock_calendar(session, calendar_id, for_change=True)
    if calendar is None:
        raise CalendarNotFoundError
    revision = await repository.newest_revision(session, calendar_id)
    check_version(revision.revision, expected_revision)
    if await repository.is_name_taken(session, body.name, by_other_than=calendar_id):
        raise CalendarNameTakenError
    old = _told(calendar.name, revision)
    calendar.name = body.name
    now = utc_now()
    definition = _define(body, now)
    if definition != revision.definition:
        using = await repository.newest_policies_by_calendar(session, calendar_id)
        revision = await _revise(session, calendar, revision.revision + 1, definition, principal)
        session.add_all(_following(policy, revision, now, principal) for policy in using)
    new = _told(calendar.name, revision)
    if new != old:
        _record(trail, calendar, old, new)
    await session.flush()
    return _read(calendar, revision)


async def _revise(
    session: Session, calendar: Calendar, number: int, definition: dict[str, Any], principal: Principal
) -> CalendarRevision:
    revision = CalendarRevision(
        calendar_id=calendar.calendar_id,
        revision=number,
        definition=definition,
        created_by=principal.user_id,
        created_at=utc_now(),
    )
    session.add(revision)
    await session.flush()
    return revision


def _following(
    policy: SlaPolicy, revision: CalendarRevision, at: datetime, principal: Principal
) -> SlaPolicy:
    """Promise the same again, counted by the new revision."""
    return SlaPolicy(
        workflow_id=policy.workflow_id,
        priority=policy.priority,
        duration=policy.duration,
        calendar_revision_id=revision.calendar_revision_id,
        effective_at=at,
        created_by=principal.user_id,
    )


def _define(body: CalendarWrite, at: datetime) -> dict[str, Any]:
    closed_on = set(body.holidays)
    given = body.public_holidays
    if given is not None:
        years = range(at.year - _YEARS, at.year + _YEARS + 1)
        closed_on |= public_holidays(given.country, given.subdivision, years)
    return {
        **body.model_dump(mode="json", exclude={"name", "holidays"}),
        "holidays": [day.isoformat() for day in sorted(set(body.holidays))],
        "closed_on": [day.isoformat() for day in sorted(closed_on)],
    }


def _told(name: str, revision: CalendarRevision) -> dict[str, Any]:
    """Tell what the trail keeps of a calendar; its days off follow from these."""
    kept = {field: value for field, value in revision.definition.items() if field != "closed_on"}
    return {"name": name, "revision": revision.revision, **kept}


def _record(trail: Trail, calendar: Calendar, old: dict[str, Any] | None, new: dict[str, Any]) -> None:
    changes = {
        field: {"old": old and old[field], "new": value}
        for field, value in new.items()
        if old is None or old[field] != value
    }
    trail.record("update_sla", "Calendar", calendar.calendar_id, changes)


def _read(calendar: Calendar, revision: CalendarRevision) -> CalendarRead:
    return CalendarRead(
        calendar_id=calendar.calendar_id,
        name=calendar.name,
        revision=revision.revision,
        created_at=calendar.created_at,
        updated_at=revision.created_at,
        **revision.definition,
    )
