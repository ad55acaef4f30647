"""A task's SLA clock, folded from the events of its life."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from api.sla import clock
from api.sla.clock import AT_RISK_RATIO, Deadlines, Policy, SlaLife, SlaState


class ClockEventKind(StrEnum):
    HELD = "held"
    RESUMED = "resumed"
    POLICY_CHANGED = "policy_changed"
    COMPLETED = "completed"
    REOPENED = "reopened"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class ClockEvent:
    """Something that stops, starts or resets the clock; `policy` is the one in force at a change."""

    kind: ClockEventKind
    at: datetime
    policy: Policy | None = None


@dataclass(frozen=True, slots=True)
class Pause:
    """A stretch of time in which the clock stood."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class SlaClock:
    """A clock as its events left it."""

    started_at: datetime
    policy: Policy
    pauses: tuple[Pause, ...] = ()
    hold_started_at: datetime | None = None
    completed_at: datetime | None = None
    cancelled_at: datetime | None = None
    at_risk_ratio: Decimal = AT_RISK_RATIO

    def held_since(self, instant: datetime) -> timedelta:
        """Add up the working time, by the present calendar, that the pauses took from an instant on."""
        between = self.policy.working_time.between
        return sum(
            (between(max(pause.since, instant), pause.until) for pause in self.pauses), start=timedelta(0)
        )

    def stood_between(self, since: datetime, until: datetime) -> timedelta:
        """Tell what a hold of the moment takes of a stretch of time that it does not end before."""
        if self.hold_started_at is None:
            return timedelta(0)
        return self.policy.working_time.between(max(self.hold_started_at, since), until)

    def target_as_of(self, instant: datetime) -> datetime | None:
        """Tell what the target was at an instant, were a hold of that instant to end with it."""
        if self.policy.duration is None:
            return None
        between = self.policy.working_time.between
        held = sum(
            (between(pause.since, min(pause.until, instant)) for pause in self.pauses), start=timedelta(0)
        )
        if self.hold_started_at is not None:
            held += between(self.hold_started_at, instant)
        return self.policy.working_time.add(self.started_at, self.policy.duration + held)

    @property
    def held(self) -> timedelta:
        return self.held_since(self.started_at)

    @property
    def deadlines(self) -> Deadlines | None:
        return clock.deadlines(self.started_at, self.policy, held=self.held, at_risk_ratio=self.at_risk_ratio)

    def state_at(self, now: datetime) -> SlaState:
        life = SlaLife(self.deadlines, self.completed_at, self.cancelled_at is not None, self.hold_started_at)
        return clock.state_of(life, now)


def fold(start: SlaClock, events: Iterable[ClockEvent]) -> SlaClock:
    """Let a clock live through events, oldest first."""
    state = start
    for event in events:
        state = _after(state, event)
    return state


def _after(state: SlaClock, event: ClockEvent) -> SlaClock:
    match event.kind:
        case ClockEventKind.HELD:
            return replace(state, hold_started_at=event.at)
        case ClockEventKind.RESUMED:
            return _run_on(state, state.hold_started_at, event.at)
        case ClockEventKind.POLICY_CHANGED:
            # Counted anew from the original start: what the task has been through stays with it.
            return replace(state, policy=event.policy or state.policy)
        case ClockEventKind.COMPLETED:
            return replace(_run_on(state, state.hold_started_at, event.at), completed_at=event.at)
        case ClockEventKind.REOPENED:
            # While a task is done nobody owes it work, so that time is not counted either.
            return _run_on(state, state.completed_at or state.cancelled_at, event.at)
        case ClockEventKind.CANCELLED:
            return replace(_run_on(state, state.hold_started_at, event.at), cancelled_at=event.at)


def _run_on(state: SlaClock, stood_since: datetime | None, at: datetime) -> SlaClock:
    """Let a clock run on that stood since an instant; one that did not stand is left as it is."""
    pauses = state.pauses if stood_since is None else (*state.pauses, Pause(stood_since, at))
    return replace(state, pauses=pauses, hold_started_at=None, completed_at=None, cancelled_at=None)
