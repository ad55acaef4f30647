"""The SLA state of a task as SQL, for lists that filter by it."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, func, literal

from api.sla.clock import SlaState
from api.tasks.enums import SlaSource, TaskStatus
from api.tasks.models import Task


def sla_state_column(now: datetime, at_risk_ratio: float) -> ColumnElement[str]:
    """`sla.clock.state_of` as SQL, with the outcome a log recorded where there is no target of ours."""
    judged_at = func.coalesce(Task.hold_started_at, now)
    allowed = func.extract("epoch", Task.target_resolution - Task.sla_started_at) - Task.hold_seconds
    elapsed = func.extract("epoch", judged_at - Task.sla_started_at) - Task.hold_seconds
    is_completed = Task.status == TaskStatus.COMPLETED
    is_recorded = and_(Task.sla_source == SlaSource.RECORDED, is_completed)
    return case(
        (Task.status == TaskStatus.CANCELLED, literal(SlaState.NO_SLA.value)),
        (and_(is_recorded, Task.recorded_sla_met.is_(True)), SlaState.MET.value),
        (is_recorded, SlaState.BREACHED.value),
        (Task.target_resolution.is_(None), SlaState.NO_SLA.value),
        (and_(is_completed, Task.resolution_time <= Task.target_resolution), SlaState.MET.value),
        (is_completed, SlaState.BREACHED.value),
        (judged_at > Task.target_resolution, SlaState.BREACHED.value),
        (elapsed >= at_risk_ratio * allowed, SlaState.AT_RISK.value),
        else_=SlaState.ON_TRACK.value,
    )
