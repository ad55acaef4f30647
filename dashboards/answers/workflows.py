"""How work goes through workflows: their figures, their steps, and the ways that tickets took."""

from uuid import UUID

from dashboards.answers.base import Answer, Published


class WorkflowMetric(Answer):
    workflow_id: int
    workflow_name: str
    department: str
    total_tasks: int
    completed_tasks: int
    open_tickets: int
    on_hold_tasks: int
    completion_rate: float | None
    completion_samples: int
    median_completion_hours: float | None
    p90_completion_hours: float | None
    sla_compliance_rate: float | None
    escalation_rate: float | None
    transfer_rate: float | None


class WorkflowMetrics(Published):
    workflow_metrics: list[WorkflowMetric]


class DepartmentMetric(Answer):
    department: str
    total_workflows: int
    total_tickets: int
    completed_tickets: int
    open_tickets: int
    completion_rate: float | None
    resolution_samples: int
    median_resolution_hours: float | None
    p90_resolution_hours: float | None
    sla_compliance_rate: float | None
    escalation_rate: float | None
    transfer_rate: float | None


class DepartmentAnalytics(Published):
    department_analytics: list[DepartmentMetric]


class StepMetric(Answer):
    """Hours are those of the visits that have ended, which are the samples."""

    step_id: int
    step_name: str
    role_name: str
    visits: int
    completed_visits: int
    rejections: int
    currently_here: int
    samples: int
    avg_hours: float | None
    median_hours: float | None
    p90_hours: float | None
    task_items: int
    escalations: int
    transfers: int
    item_sla_breach_rate: float | None


class StepPerformance(Published):
    step_performance: list[StepMetric]


class MapNode(Answer):
    step_id: int
    step_name: str
    role_name: str
    is_designed: bool
    is_start: bool
    is_end: bool
    visits: int
    currently_here: int
    samples: int
    median_hours: float | None
    median_business_hours: float | None


class MapEdge(Answer):
    """Hours run from entering the one step to entering the other."""

    from_step_id: int
    to_step_id: int
    from_step_name: str
    to_step_name: str
    count: int
    is_designed: bool
    rework_count: int
    median_hours: float | None
    median_business_hours: float | None
    p90_hours: float | None


class ProcessMap(Published):
    """Of all tickets of a workflow, whenever they were created."""

    workflow_id: int
    workflow_name: str
    tickets: int
    completed_tickets: int
    visits: int
    deviating_moves: int
    deviation_rate: float | None
    reworked_tickets: int
    rework_rate: float | None
    designed_share: float | None
    variants: int
    nodes: list[MapNode]
    edges: list[MapEdge]


class Variant(Answer):
    """A way that completed tickets went; hours are those to their resolution."""

    rank: int
    variant_id: UUID
    steps: list[str]
    count: int
    share: float
    samples: int
    median_hours: float | None
    p90_hours: float | None
    is_designed: bool
    is_happy_path: bool


class Variants(Published):
    count: int
    results: list[Variant]


class Workflow(Answer):
    """A workflow as it is now; without an active version nothing of its design is in force."""

    active_version: int | None


class DesignedEdge(Answer):
    from_step_id: int
    to_step_id: int
    name: str


class DesignedGraph(Answer):
    edges: list[DesignedEdge]
