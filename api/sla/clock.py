"""The SLA clock: targets, shares, holds, and the one definition of a task's SLA state."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

CRITICAL_RATIO = 0.9
_SLA_OF_PRIORITY = {
    "low": "low_sla",
    "medium": "medium_sla",
    "high": "high_sla",
    "critical": "urgent_sla",
    "urgent": "urgent_sla",
}


class SlaState(StrEnum):
    NO_SLA = "no_sla"
    MET = "met"
    BREACHED = "breached"
    ON_TRACK = "on_track"
    AT_RISK = "at_risk"


@dataclass(frozen=True, slots=True)
class SlaLife:
    """What the clock needs to know of a task."""

    started_at: datetime
    target: datetime | None
    completed_at: datetime | None = None
    is_cancelled: bool = False
    held: timedelta = timedelta(0)
    hold_started_at: datetime | None = None


def duration_for_priority(slas: Mapping[str, timedelta | None], priority: str | None) -> timedelta | None:
    """Pick the duration of a priority; an unknown priority has none."""
    field = _SLA_OF_PRIORITY.get((priority or "").strip().lower())
    return slas.get(field) if field else None


def task_target(started_at: datetime, duration: timedelta | None) -> datetime | None:
    return None if duration is None else started_at + duration


def item_target(
    assigned_at: datetime, duration: timedelta | None, share: Decimal, target: datetime | None
) -> datetime | None:
    """Give a step its share of the time from the assignment on, but never past the task's own target.

    An item assigned after the task's target has passed keeps its full share: its person is judged by
    the time they had.
    """
    if duration is None:
        return None
    own = assigned_at + timedelta(microseconds=int(Decimal(duration // timedelta(microseconds=1)) * share))
    return min(own, target) if target is not None and assigned_at < target else own


def shifted_by_hold(target: datetime | None, held: timedelta) -> datetime | None:
    """Move a target by the pause: while a task is on hold its clock stands."""
    return None if target is None else target + held


def elapsed_ratio(life: SlaLife, now: datetime) -> float | None:
    """Part of the allowed time that has run at an instant; None without a target."""
    if life.target is None:
        return None
    allowed = life.target - life.started_at - life.held
    elapsed = _judged_at(life, now) - life.started_at - life.held
    # A target at the very start leaves no time at all: any instant is past all of it.
    return elapsed / allowed if allowed > timedelta(0) else 1.0


def state_of(life: SlaLife, now: datetime, *, at_risk_ratio: float) -> SlaState:
    """Judge a task at an instant; one on hold is judged at the instant the hold began."""
    if life.target is None or life.is_cancelled:
        return SlaState.NO_SLA
    if life.completed_at is not None:
        return SlaState.MET if life.completed_at <= life.target else SlaState.BREACHED
    if _judged_at(life, now) > life.target:
        return SlaState.BREACHED
    ratio = elapsed_ratio(life, now)
    return SlaState.AT_RISK if ratio is not None and ratio >= at_risk_ratio else SlaState.ON_TRACK


def is_critical(life: SlaLife, now: datetime, *, at_risk_ratio: float) -> bool:
    ratio = elapsed_ratio(life, now)
    is_at_risk = state_of(life, now, at_risk_ratio=at_risk_ratio) is SlaState.AT_RISK
    return is_at_risk and ratio is not None and ratio >= CRITICAL_RATIO


def _judged_at(life: SlaLife, now: datetime) -> datetime:
    return now if life.hold_started_at is None else life.hold_started_at
