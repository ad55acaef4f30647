"""People and their work items: what they hold, what became of it, and from whom to whom it went."""

from datetime import date

from pydantic import Field

from dashboards.answers.base import Answer, Published


class User(Answer):
    """A person with what they were given; the name is absent where the reader may not know it."""

    user_id: int
    user_name: str | None

    @property
    def label(self) -> str:
        return f"{self.user_name} ({self.user_id})" if self.user_name else str(self.user_id)


class Performer(User):
    """Rates are percent, times are hours; `actions` are the samples of the times."""

    roles: list[str]
    rank: int
    total_items: int
    resolved: int
    active_items: int
    overdue_items: int
    escalated: int
    breached: int
    sla_met: int
    sla_missed: int
    resolution_rate: float | None
    escalation_rate: float | None
    breach_rate: float | None
    sla_met_rate: float | None
    actions: int
    avg_time_to_action_hours: float | None
    median_time_to_action_hours: float | None
    p90_time_to_action_hours: float | None


class Users(Published):
    total_users: int
    user_performance: list[Performer]


class SpreadOfHours(Answer):
    samples: int
    median: float | None
    p90: float | None


class ItemSlaSummary(Answer):
    tasks_met: int
    tasks_breached: int
    current_compliance_rate_percent: float | None


class ItemSla(Answer):
    summary: ItemSlaSummary


class ItemPerformance(Published):
    total_task_items: int
    time_to_action_hours: SpreadOfHours
    sla_compliance: ItemSla
    active_items: int
    overdue_items: int


class WorkloadSummary(Answer):
    total_agents: int
    total_active_tasks: int
    avg_tasks_per_agent: float | None
    overloaded_agents: int
    overdue_items: int


class AgentLoad(User):
    active_tasks: int
    overdue_items: int
    capacity: int
    utilization: float
    is_overloaded: bool


class RoleLoad(Answer):
    role: str
    agents: int
    active_tasks: int
    overdue_items: int
    capacity: int
    utilization: float | None


class Workload(Published):
    summary: WorkloadSummary
    workloads: list[AgentLoad]
    by_role: list[RoleLoad]


class ItemStatus(Answer):
    status: str
    count: int
    percentage: float | None


class ItemStatuses(Published):
    total_task_items: int
    status_distribution: list[ItemStatus]


class ItemOrigin(Answer):
    origin: str
    count: int
    percentage: float | None


class ItemOrigins(Published):
    origin_distribution: list[ItemOrigin]


class ItemTrendPoint(Answer):
    date: date
    new: int
    resolved: int
    transferred: int
    escalated: int
    breached: int


class ItemTrends(Published):
    granularity: str
    trends: list[ItemTrendPoint]


class Giver(User):
    transfer_count: int


class Receiver(User):
    received_count: int


class StepEscalations(Answer):
    step_id: int
    step_name: str
    workflow_name: str
    escalation_count: int


class Transfers(Published):
    total_transfers: int
    transfer_rate: float | None
    givers: list[Giver] = Field(alias="top_transferrers")
    receivers: list[Receiver] = Field(alias="top_transfer_recipients")
    initiators: list[Giver] = Field(alias="top_initiators")
    total_escalations: int
    escalation_rate: float | None
    escalations_by_step: list[StepEscalations]
