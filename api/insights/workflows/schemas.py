"""What the endpoints about workflows answer."""

import datetime as dt
from uuid import UUID

from pydantic import BaseModel, Field

from api.insights.answers.enums import SlaStatus
from api.insights.answers.schemas import Answer, Published, Rows, TicketRow
from api.insights.workflows.enums import VisitDirection
from api.tickets.enums import Priority


class WorkflowMetric(BaseModel):
    workflow_id: int
    workflow_name: str
    department: str = Field(description="Of the workflow, as are category and sub-category")
    category: str
    sub_category: str
    total_tasks: int
    completed_tasks: int
    pending_tasks: int
    in_progress_tasks: int
    on_hold_tasks: int
    cancelled_tasks: int
    open_tickets: int
    completion_rate: float | None
    completion_samples: int
    avg_completion_hours: float | None
    median_completion_hours: float | None = Field(description="Within 1 % of the exact one")
    p90_completion_hours: float | None = Field(description="Within 1 % of the exact one")
    sla_met: int
    sla_breached: int
    sla_compliance_rate: float | None = Field(description="100 · met / (met + breached)")
    escalation_rate: float | None
    transfer_rate: float | None


class WorkflowMetrics(Answer):
    workflow_metrics: list[WorkflowMetric]


class DepartmentMetric(BaseModel):
    department: str = Field(description="Of the workflow, whatever the ticket's own")
    total_workflows: int
    total_tickets: int
    completed_tickets: int
    pending_tickets: int
    in_progress_tickets: int
    on_hold_tickets: int
    cancelled_tickets: int
    open_tickets: int
    completion_rate: float | None
    resolution_samples: int
    avg_resolution_hours: float | None
    median_resolution_hours: float | None = Field(description="Within 1 % of the exact one")
    p90_resolution_hours: float | None = Field(description="Within 1 % of the exact one")
    sla_met: int
    sla_breached: int
    sla_compliance_rate: float | None
    escalation_rate: float | None
    transfer_rate: float | None


class DepartmentAnalytics(Answer):
    department_analytics: list[DepartmentMetric]


class StepMetric(BaseModel):
    """How a step performs; `total_tasks` and `completed_tasks` are other names of its visits."""

    step_id: int
    step_name: str
    workflow_id: int
    workflow_name: str
    role_name: str
    total_tasks: int
    completed_tasks: int
    completion_rate: float | None
    visits: int
    completed_visits: int = Field(description="That ended by going on or by finishing the work")
    rejections: int = Field(description="That ended by a move back")
    currently_here: int
    samples: int = Field(description="Visits that have ended; the hours are theirs")
    avg_hours: float | None
    median_hours: float | None = Field(description="Within 1 % of the exact one")
    p90_hours: float | None = Field(description="Within 1 % of the exact one")
    task_items: int
    escalations: int
    transfers: int
    items_met: int
    items_breached: int
    item_sla_breach_rate: float | None = Field(description="100 · breached / (met + breached)")


class StepPerformance(Answer):
    step_performance: list[StepMetric]


class ProcessNode(BaseModel):
    step_id: int
    step_name: str
    role_name: str
    is_designed: bool = Field(description="Whether the active version of the workflow holds it")
    is_start: bool
    is_end: bool
    visits: int
    tickets: int
    currently_here: int
    repeated_visits: int = Field(description="Of tickets that had been here before")
    rejections: int
    samples: int
    avg_hours: float | None
    median_hours: float | None
    p90_hours: float | None
    median_business_hours: float | None = Field(description="In the working time of each ticket's calendar")
    p90_business_hours: float | None
    skipped_by: int = Field(description="Completed tickets that were never here")
    skipped_share: float | None
    is_skipped: bool = Field(description="Designed, yet no completed ticket was ever here")


class ProcessEdge(BaseModel):
    """Hours run from entering the one step to entering the other."""

    from_step_id: int
    to_step_id: int
    from_step_name: str
    to_step_name: str
    count: int
    is_designed: bool = Field(description="False of a deviation")
    is_backward: bool
    rework_count: int = Field(description="Of these, into a step where the ticket had been before")
    avg_hours: float | None
    median_hours: float | None
    p90_hours: float | None
    median_business_hours: float | None = Field(description="In the working time of each ticket's calendar")
    p90_business_hours: float | None


class HappyPath(BaseModel):
    """The most frequent way from start to end that the design permits, without a step twice."""

    variant_id: UUID
    step_ids: list[int]
    steps: list[str]
    count: int
    share: float
    median_hours: float | None
    p90_hours: float | None


class ProcessMap(Published):
    workflow_id: int
    workflow_name: str
    tickets: int = Field(description="With at least one visit of a step")
    completed_tickets: int
    visits: int
    moves: int
    deviating_moves: int
    deviation_rate: float | None
    reworked_tickets: int = Field(description="That were at a step more than once")
    rework_rate: float | None
    designed_tickets: int = Field(description="Completed on a way that the design permits")
    designed_share: float | None
    variants: int
    happy_path: HappyPath | None
    nodes: list[ProcessNode]
    edges: list[ProcessEdge]


class Variant(BaseModel):
    """A way that completed tickets went; hours to their resolution."""

    rank: int
    variant_id: UUID
    step_ids: list[int]
    steps: list[str]
    count: int
    share: float = Field(description="Of the completed tickets")
    samples: int
    avg_hours: float | None
    median_hours: float | None
    p90_hours: float | None
    is_designed: bool
    is_happy_path: bool


class Variants(Rows[Variant]):
    pass


class WorkflowRow(TicketRow):
    workflow_id: int
    current_step: str | None
    resolution_time: dt.datetime | None
    sla_status: SlaStatus


class WorkflowRows(Rows[WorkflowRow]):
    pass


class DepartmentRow(WorkflowRow):
    workflow_department: str


class DepartmentRows(Rows[DepartmentRow]):
    pass


class VisitRow(BaseModel):
    visit_id: int
    visit_number: int
    task_id: int
    ticket_number: str
    subject: str
    workflow_id: int
    workflow_name: str
    step_id: int
    step_name: str
    role_name: str
    priority: Priority
    entered_at: dt.datetime
    left_at: dt.datetime | None
    hours: float | None
    business_hours: float | None
    direction: VisitDirection
    is_repeated: bool
    next_step_name: str | None


class VisitRows(Rows[VisitRow]):
    pass


class Event(BaseModel):
    """One visit of a step, as the event log tells it; the names are those of process mining."""

    case_id: str
    activity: str
    start_timestamp: dt.datetime
    complete_timestamp: dt.datetime | None
    resource: str
    outcome: VisitDirection
    priority: Priority
    department: str
    category: str
