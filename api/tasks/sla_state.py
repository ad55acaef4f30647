"""The SLA state of a task as SQL, for lists that filter by it."""

from datetime import datetime

from sqlalchemy import BindParameter, ColumnElement, and_, case, func, literal

from api.sla.clock import SlaState
from api.tasks.enums import SlaSource, TaskStatus
from api.tasks.models import Task

# Where a statement is built once and asked often, the instant is a parameter of it.
Instant = datetime | BindParameter[datetime]


def sla_state_column(now: Instant) -> ColumnElement[str]:
    """`sla.clock.state_of` as SQL, with the outcome a log recorded where there is no target of ours."""
    judged_at = func.coalesce(Task.hold_started_at, now)
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
        (judged_at >= Task.at_risk_at, SlaState.AT_RISK.value),
        else_=SlaState.ON_TRACK.value,
    )


def is_critical_column(now: Instant) -> ColumnElement[bool]:
    """`sla.clock.is_critical` as SQL."""
    judged_at = func.coalesce(Task.hold_started_at, now)
    is_at_risk = sla_state_column(now) == SlaState.AT_RISK.value
    return and_(is_at_risk, judged_at >= Task.critical_at)
