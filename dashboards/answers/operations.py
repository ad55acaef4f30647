"""The desk at this moment: what waits, what is due, what stands, what is mine."""

from datetime import datetime

from pydantic import Field

from dashboards.answers.base import Answer, Page


class Holder(Answer):
    user_full_name: str


class OpenTask(Answer):
    """A task as it is now; `hours_remaining` is negative once it is late."""

    task_id: int
    ticket_number: str
    ticket_subject: str
    ticket_priority: str
    workflow_name: str
    current_step_name: str | None
    status: str
    sla_status: str
    target_resolution: datetime | None
    hours_remaining: float | None
    hold_started_at: datetime | None
    ticket_owner_name: str | None
    assigned_users: list[Holder]


class OpenTasks(Page):
    results: list[OpenTask]


class WaitingRow(Answer):
    """What nobody has been given; without `task_id` no workflow took the ticket."""

    task_id: int | None
    ticket_number: str
    ticket_subject: str
    ticket_priority: str
    workflow_name: str | None
    current_step_role: str | None
    since: datetime = Field(alias="status_updated_on")


class WaitingRows(Page):
    results: list[WaitingRow]


class Snapshot(Answer):
    """A ticket as it came in, whether or not a workflow took it."""

    ticket_number: str
    subject: str
    status: str
    priority: str
    department: str | None
    category: str | None
    sub_category: str | None
    task_id: int | None
    created_at: datetime


class Snapshots(Page):
    results: list[Snapshot]


class Assignment(Answer):
    task_id: int
    ticket_number: str
    ticket_subject: str
    ticket_priority: str
    workflow_name: str
    current_step_name: str | None
    role: str
    status: str
    sla_status: str
    target_resolution: datetime | None
    assigned_on: datetime


class Assignments(Page):
    results: list[Assignment]


class Workflow(Answer):
    workflow_id: int
    name: str
    department: str | None


class Workflows(Page):
    results: list[Workflow]
