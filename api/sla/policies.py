"""What was promised when: each change of a workflow's SLAs or calendar is kept as a row of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Protocol

from api.kit.db import Session
from api.kit.errors import ValidationFailedError
from api.sla import clock, repository
from api.sla.calendars import AROUND_THE_CLOCK, WorkingTime
from api.sla.clock import Policy
from api.sla.definitions import read_working_time
from api.sla.enums import PolicyPriority
from api.sla.models import SlaPolicy

_NO_TARGET = Policy(None)


@dataclass(frozen=True, slots=True)
class PolicyInForce:
    """A policy, and the revision of the calendar it counts by; None is around the clock."""

    policy: Policy
    calendar_revision_id: int | None


class Promising(Protocol):
    """A workflow, as far as it makes promises."""

    workflow_id: int
    calendar_id: int | None
    low_sla: timedelta | None
    medium_sla: timedelta | None
    high_sla: timedelta | None
    urgent_sla: timedelta | None


async def policy_in_force(
    session: Session, workflow_id: int, priority: str | None, at: datetime
) -> PolicyInForce:
    """Find what a workflow promised for a priority at an instant."""
    canonical = clock.canonical_priority(priority)
    row = canonical and await repository.find_policy(session, workflow_id, canonical, at)
    if not row:
        return PolicyInForce(_NO_TARGET, None)
    working_time = AROUND_THE_CLOCK if row.definition is None else read_working_time(row.definition)
    return PolicyInForce(Policy(row.duration, working_time), row.calendar_revision_id)


async def working_time_of(session: Session, calendar_revision_id: int | None) -> WorkingTime:
    if calendar_revision_id is None:
        return AROUND_THE_CLOCK
    revision = await repository.get_revision(session, calendar_revision_id)
    return read_working_time(revision.definition)


async def find_working_time(session: Session, calendar_name: str) -> WorkingTime | None:
    """Find the hours that a calendar has today; None when there is none of that name."""
    revision = await repository.find_newest_revision_named(session, calendar_name)
    return None if revision is None else read_working_time(revision.definition)


async def record_policies(
    session: Session, workflow: Promising, at: datetime, created_by: int | None
) -> Mapping[str, dict[str, object]]:
    """Append a policy for each priority whose duration or calendar is no longer what it was.

    Args:
        session: that of the change.
        workflow: as it is after the change.
        at: from when on the new policies are in force.
        created_by: who changed it.

    Returns:
        What changed, old and new, by priority; empty when all is as it was.
    """
    revision_id = await _revision_of(session, workflow.calendar_id)
    newest = await repository.newest_policies(session, workflow.workflow_id)
    changes: dict[str, dict[str, object]] = {}
    for priority in PolicyPriority:
        duration: timedelta | None = getattr(workflow, clock.SLA_FIELDS[priority])
        before = newest.get(priority)
        old = (before.duration, before.calendar_revision_id) if before else (None, None)
        if old == (duration, revision_id) or (before is None and duration is None):
            continue
        session.add(
            SlaPolicy(
                workflow_id=workflow.workflow_id,
                priority=priority,
                duration=duration,
                calendar_revision_id=revision_id,
                effective_at=at,
                created_by=created_by,
            )
        )
        changes[priority] = {"old": old, "new": (duration, revision_id)}
    await session.flush()
    return changes


async def _revision_of(session: Session, calendar_id: int | None) -> int | None:
    if calendar_id is None:
        return None
    if await repository.lock_calendar(session, calendar_id, for_change=False) is None:
        message = f"Calendar {calendar_id} does not exist: give a calendar_id of GET /sla/calendars/"
        raise ValidationFailedError.of("calendar_id", message)
    return (await repository.newest_revision(session, calendar_id)).calendar_revision_id


def at_risk_ratio_of(session: Session) -> Decimal:
    """Read from which part of its time on a task is at risk; settled when its deadlines are computed."""
    return Decimal(str(session.info.get("at_risk_ratio", clock.AT_RISK_RATIO)))
