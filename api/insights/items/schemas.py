"""What the endpoints about items answer."""

import datetime as dt

from pydantic import BaseModel, Field

from api.insights.answers.enums import Granularity, SlaStatus
from api.insights.answers.schemas import Answer, Rows, Share
from api.insights.items.enums import MoveOrigin, Ranking, TurnStatus
from api.tasks.enums import ItemOrigin
from api.tickets.enums import Priority

NAMED = "Null unless the reader is an admin or shares a role with the person"
WITHIN = "Within 1 % of the exact value"


class StatusShare(Share):
    status: TurnStatus


class ItemStatuses(Answer):
    total_task_items: int
    status_distribution: list[StatusShare]


class OriginShare(Share):
    origin: ItemOrigin


class ItemOrigins(Answer):
    total_task_items: int
    origin_distribution: list[OriginShare]


class SpreadOfHours(BaseModel):
    """The mean of the samples is exact, the other figures are within 1 %."""

    samples: int
    average: float | None
    median: float | None
    p90: float | None
    minimum: float | None
    maximum: float | None


class SlaSummary(BaseModel):
    total_tasks_with_sla: int = Field(description="Items that are judged: met, breached, on track or at risk")
    tasks_met: int
    tasks_on_track: int
    tasks_at_risk: int
    tasks_breached: int = Field(description="Open past their target, resolved or escalated after it")
    current_compliance_rate_percent: float | None = Field(description="100 · met / (met + breached)")


class OpenStates(BaseModel):
    total: int
    on_track: int
    at_risk: int
    breached: int


class EndedStates(BaseModel):
    total: int = Field(description="Items with a target")
    met_sla: int
    missed_sla: int
    not_judged: int = Field(description="Reassigned, or escalated in time")


class StatesByStatus(BaseModel):
    new: OpenStates
    in_progress: OpenStates = Field(alias="in progress")
    resolved: EndedStates
    escalated: EndedStates
    reassigned: EndedStates


class ItemCompliance(BaseModel):
    summary: SlaSummary
    by_current_status: StatesByStatus


class ItemPerformance(Answer):
    total_task_items: int
    time_to_action_hours: SpreadOfHours = Field(description="From assignment to the act")
    resolution_time_hours: SpreadOfHours = Field(description="From assignment to resolution")
    sla_compliance: ItemCompliance
    active_items: int
    overdue_items: int


class UserFigures(BaseModel):
    user_id: int
    user_name: str | None = Field(description=NAMED)
    roles: list[str]
    total_items: int
    new: int
    in_progress: int
    resolved: int
    reassigned: int
    escalated: int
    breached: int = Field(description="Open past their target")
    active_items: int
    overdue_items: int
    sla_met: int = Field(description="Resolved by their target")
    sla_missed: int = Field(description="Resolved or escalated after their target")
    resolution_rate: float | None
    escalation_rate: float | None
    breach_rate: float | None
    sla_met_rate: float | None = Field(description="100 · sla_met / (sla_met + sla_missed)")
    actions: int = Field(description="Items acted on: the samples of the times to action")
    avg_time_to_action_hours: float | None
    median_time_to_action_hours: float | None = Field(description=WITHIN)
    p90_time_to_action_hours: float | None = Field(description=WITHIN)


class RankedUser(UserFigures):
    rank: int


class UserPerformance(Answer):
    sort: Ranking
    total_users: int = Field(description="People with at least `min_items` items, shown or not")
    user_performance: list[RankedUser]


class TransferCount(BaseModel):
    user_id: int
    user_name: str | None = Field(description=NAMED)
    transfer_count: int


class ReceivedCount(BaseModel):
    user_id: int
    user_name: str | None = Field(description=NAMED)
    received_count: int


class StepEscalations(BaseModel):
    step_id: int
    step_name: str
    workflow_name: str
    escalation_count: int


class Transfers(Answer):
    total_task_items: int
    total_transfers: int
    transfer_rate: float | None = Field(description="100 · total_transfers / total_task_items")
    top_transferrers: list[TransferCount] = Field(description="Whom items were taken from")
    top_transfer_recipients: list[ReceivedCount]
    top_initiators: list[TransferCount] = Field(description="Who asked for the transfers")
    total_escalations: int
    escalation_rate: float | None = Field(description="100 · total_escalations / total_task_items")
    escalations_by_step: list[StepEscalations]


class NotedItems(BaseModel):
    new: int
    in_progress: int
    escalated: int
    transferred: int
    resolved: int
    breached: int


class ItemTrendPoint(NotedItems):
    date: dt.date = Field(description="First day of the day, week (Monday) or month")


class ItemTrends(Answer):
    granularity: Granularity
    time_period_days: int
    summary: NotedItems
    trends: list[ItemTrendPoint]


class ItemRow(BaseModel):
    task_item_id: int
    task_id: int
    ticket_number: str
    subject: str
    user_id: int
    user_name: str
    role: str
    origin: ItemOrigin
    assigned_on: dt.datetime
    workflow_name: str
    step_id: int
    step_name: str
    priority: Priority
    status: TurnStatus
    acted_on: dt.datetime | None
    target_resolution: dt.datetime | None
    sla_status: SlaStatus


class UserItemRow(ItemRow):
    resolution_time: dt.datetime | None
    time_to_action_hours: float | None


class TransferRow(BaseModel):
    task_item_id: int
    task_id: int
    ticket_number: str
    subject: str
    from_user_id: int | None
    from_user: str | None
    to_user_id: int
    to_user: str
    transferred_by_id: int | None
    transferred_by: str | None
    transferred_at: dt.datetime
    origin: MoveOrigin
    workflow_name: str
    step_id: int
    step_name: str
    notes: str


class ItemRows(Rows[ItemRow]):
    pass


class UserItemRows(Rows[UserItemRow]):
    summary: UserFigures


class TransferRows(Rows[TransferRow]):
    pass
