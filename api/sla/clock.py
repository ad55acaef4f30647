"""The SLA clock: deadlines, shares, holds, and the one definition of a task's SLA state.

A task's clock runs from its start through the working time of its calendar, and stands while the task is
on hold or done. What it comes to is kept as three instants, at which the share of the allowed time has
run that makes a task at risk, critical, and due. Whoever judges a task compares instants and needs no
calendar: `elapsed >= 80 %` and `now >= at_risk_at` are the same statement.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_CEILING, Decimal
from enum import StrEnum

from api.sla.calendars import AROUND_THE_CLOCK, MICROSECOND, WorkingTime
from api.sla.enums import SlaLevel

AT_RISK_RATIO = Decimal("0.8")
CRITICAL_RATIO = Decimal("0.9")
_CANONICAL = {"low": "Low", "medium": "Medium", "high": "High", "critical": "Critical", "urgent": "Critical"}
SLA_FIELDS = {"Low": "low_sla", "Medium": "medium_sla", "High": "high_sla", "Critical": "urgent_sla"}


class SlaState(StrEnum):
    NO_SLA = "no_sla"
    MET = "met"
    BREACHED = "breached"
    ON_TRACK = "on_track"
    AT_RISK = "at_risk"


@dataclass(frozen=True, slots=True)
class Policy:
    """What is allowed for a priority: a working time, by a calendar. No duration is no target."""

    duration: timedelta | None
    working_time: WorkingTime = AROUND_THE_CLOCK


@dataclass(frozen=True, slots=True)
class Deadlines:
    """The instants at which a task becomes at risk, critical, and late if still open after it."""

    at_risk_at: datetime
    critical_at: datetime
    target: datetime

    def shifted(self, working_time: WorkingTime, pause: timedelta) -> "Deadlines":
        """Move all three by working time during which the clock stood."""
        return Deadlines(
            working_time.add(self.at_risk_at, pause),
            working_time.add(self.critical_at, pause),
            working_time.add(self.target, pause),
        )


@dataclass(frozen=True, slots=True)
class SlaLife:
    """What a judge needs to know of a task."""

    deadlines: Deadlines | None
    completed_at: datetime | None = None
    is_cancelled: bool = False
    hold_started_at: datetime | None = None


def canonical_priority(priority: str | None) -> str | None:
    """Name a priority as policies do (`Urgent` is `Critical`); None for one that has no policy."""
    return _CANONICAL.get((priority or "").strip().lower())


def duration_for_priority(slas: Mapping[str, timedelta | None], priority: str | None) -> timedelta | None:
    """Pick the duration of a priority; an unknown priority has none."""
    canonical = canonical_priority(priority)
    return slas.get(SLA_FIELDS[canonical]) if canonical else None


def deadlines(
    started_at: datetime,
    policy: Policy,
    *,
    held: timedelta = timedelta(0),
    at_risk_ratio: Decimal = AT_RISK_RATIO,
) -> Deadlines | None:
    """Give a clock its three instants, counted from its start with the held time added."""
    if policy.duration is None:
        return None
    at_risk = _part_of(policy.duration, at_risk_ratio)
    critical = _part_of(policy.duration, max(CRITICAL_RATIO, at_risk_ratio))
    allowed = [at_risk + held, critical + held, policy.duration + held]
    return Deadlines(*(policy.working_time.add(started_at, time) for time in allowed))


def _part_of(duration: timedelta, ratio: Decimal) -> timedelta:
    part = (duration // MICROSECOND) * ratio
    return MICROSECOND * int(part.to_integral_value(ROUND_CEILING))


def item_target(
    assigned_at: datetime, policy: Policy, share: Decimal, target: datetime | None
) -> datetime | None:
    """Give a step its share of the time from the assignment on, but never past the task's own target.

    An item assigned after the task's target has passed keeps its full share: its person is judged by
    the time they had.
    """
    if policy.duration is None:
        return None
    given = MICROSECOND * round((policy.duration // MICROSECOND) * share)
    own = policy.working_time.add(assigned_at, given)
    return min(own, target) if target is not None and assigned_at < target else own


def state_of(life: SlaLife, now: datetime) -> SlaState:
    """Judge a task at an instant; one on hold is judged at the instant the hold began."""
    if life.deadlines is None or life.is_cancelled:
        return SlaState.NO_SLA
    if life.completed_at is not None:
        return SlaState.MET if life.completed_at <= life.deadlines.target else SlaState.BREACHED
    judged_at = _judged_at(life, now)
    if judged_at > life.deadlines.target:
        return SlaState.BREACHED
    return SlaState.AT_RISK if judged_at >= life.deadlines.at_risk_at else SlaState.ON_TRACK


def is_critical(life: SlaLife, now: datetime) -> bool:
    """Tell whether a task at risk has run so far that it is critical."""
    is_at_risk = state_of(life, now) is SlaState.AT_RISK
    return is_at_risk and life.deadlines is not None and _judged_at(life, now) >= life.deadlines.critical_at


def level_of(deadlines: Deadlines | None, judged_at: datetime) -> SlaLevel:
    """Tell how far a clock has run that is open; at its target it is not late yet."""
    if deadlines is None or judged_at < deadlines.at_risk_at:
        return SlaLevel.NONE
    if judged_at > deadlines.target:
        return SlaLevel.BREACH
    return SlaLevel.CRITICAL if judged_at >= deadlines.critical_at else SlaLevel.WARNING


def seconds_of(duration: timedelta) -> Decimal:
    """Give a duration in seconds, as exact as it is."""
    return Decimal(duration // MICROSECOND) / 1_000_000


def _judged_at(life: SlaLife, now: datetime) -> datetime:
    return now if life.hold_started_at is None else life.hold_started_at
