"""The SLA state of one assignment, by its own target."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Protocol

from sqlalchemy import RowMapping

from api.sla.calendars import WorkingTime
from api.sla.clock import SlaState
from api.tasks.enums import ItemStatus, TaskEventKind


class Happened(Protocol):
    kind: str
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class ItemJudge:
    """Judges assignments by their own targets, as tasks are judged by theirs."""

    working_time: WorkingTime
    events: Sequence[Happened]
    judged_at: datetime
    at_risk_ratio: Decimal

    def state_of(self, item: RowMapping | None) -> SlaState:
        """Judge an assignment; one handed on in time is nobody's success or failure."""
        if item is None or item["target_resolution"] is None:
            return SlaState.NO_SLA
        target, ended_at = item["target_resolution"], item["acted_on"] or item["closed_at"]
        if item["closed_at"] is not None:
            if ended_at > target:
                return SlaState.BREACHED
            return SlaState.MET if item["status"] == ItemStatus.RESOLVED else SlaState.NO_SLA
        if self.judged_at > target:
            return SlaState.BREACHED
        return SlaState.AT_RISK if self._is_at_risk(item["assigned_on"], target) else SlaState.ON_TRACK

    def _is_at_risk(self, assigned_on: datetime, target: datetime) -> bool:
        held = self._held_since(assigned_on)
        elapsed = self.working_time.between(assigned_on, self.judged_at) - held
        allowed = self.working_time.between(assigned_on, target) - held
        return elapsed >= float(self.at_risk_ratio) * allowed

    def _held_since(self, assigned_on: datetime) -> timedelta:
        held, since = timedelta(0), None
        for event in self.events:
            if event.kind == TaskEventKind.HELD:
                since = event.occurred_at
            elif event.kind == TaskEventKind.RESUMED and since is not None:
                held += self.working_time.between(max(since, assigned_on), event.occurred_at)
                since = None
        return held
