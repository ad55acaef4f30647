"""The one shape every log is brought to before lives are built from it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple


class LogEvent(NamedTuple):
    """One row of a log, in our words. The field names are the columns of the staging table."""

    row_number: int
    part: int
    ticket_key: str
    occurred_at: datetime
    task_status: str
    ticket_status: str
    workflow: str
    step: str
    priority: str
    department: str | None = None
    category: str | None = None
    sub_category: str | None = None
    group_name: str | None = None
    requester: str | None = None
    assignee: str | None = None
    actor: str | None = None
    owner: str | None = None
    handover: str | None = None
    subject: str | None = None
    description: str | None = None
    created_at: datetime | None = None
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    sla_met: bool | None = None
    attributes: str | None = None


@dataclass(frozen=True)
class StepBlueprint:
    name: str
    role: str
    escalate_to: str | None = None
    weight: float = 0.5
    is_start: bool = False
    is_end: bool = False
    instruction: str = ""


@dataclass(frozen=True)
class WorkflowBlueprint:
    """A workflow to be created: declared by someone, or found in a log."""

    name: str
    department: str
    category: str
    sub_category: str
    steps: tuple[StepBlueprint, ...]
    transitions: tuple[tuple[str, str, str], ...]
    slas: Mapping[str, timedelta] = field(default_factory=dict)
    description: str = ""
    is_declared: bool = False


@dataclass(frozen=True)
class HistoryPlan:
    """What an import needs to know besides the events themselves."""

    source: str
    ticket_prefix: str
    fallback_role: str
    # Fields that hold one value for the whole life: staging column to `first` or `last`.
    fixed_fields: Mapping[str, str]
    # True where a column says when a ticket was resolved; otherwise its last resolved state does.
    has_resolved_column: bool
    has_resolved_state: bool
    # True where a row that says Resolved again means resolved once more, not resolved still.
    repeats_resolutions: bool
    naming: Mapping[str, str]
    split_by: tuple[str, ...] = ()
    declared: tuple[WorkflowBlueprint, ...] = ()
    origin: Mapping[str, Any] = field(default_factory=dict)
