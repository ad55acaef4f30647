"""A ticket as it is now."""

from datetime import datetime

from pydantic import Field

from dashboards.answers.base import Answer


class Task(Answer):
    task_id: int
    ticket_number: str
    ticket_subject: str
    ticket_description: str
    ticket_priority: str
    department: str | None
    category: str | None
    sub_category: str | None
    workflow_name: str
    current_step_name: str | None
    current_step_role: str | None
    status: str
    created_at: datetime
    target_resolution: datetime | None
    resolution_time: datetime | None
    first_response_at: datetime | None
    sla_status: str
    hours_remaining: float | None
    ticket_owner_name: str | None


class Action(Answer):
    """One event; without an actor the system acted."""

    at: datetime
    actor_name: str | None
    action: str
    from_step: str | None
    to_step: str | None
    notes: str | None


class ActionLogs(Answer):
    actions: list[Action]


class Node(Answer):
    """A step of the ticket's workflow: done, active, skipped or pending."""

    id: str
    label: str
    role: str
    status: str
    visits: int
    entered_at: datetime | None
    left_at: datetime | None


class Edge(Answer):
    from_step: str = Field(alias="from")
    to_step: str = Field(alias="to")
    name: str
    taken: bool


class Progress(Answer):
    progress_percent: float


class Visualization(Answer):
    nodes: list[Node]
    edges: list[Edge]
    metadata: Progress
