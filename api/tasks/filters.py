"""What a list of tasks or of assignments may be narrowed by, as callers spell it and as SQL asks it."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated

from fastapi import Query
from pydantic import AfterValidator, BeforeValidator

from api.kit.dates import Days
from api.kit.schemas import AnyCase, QueryId
from api.sla.clock import SlaState
from api.tasks.enums import ItemStatus, ItemTab, TaskStatus
from api.tickets.enums import Priority, TicketStatus
from api.tickets.priorities import read_priority


def _as_spelt(value: object) -> object:
    """Give a ticket's status its capitals, whatever the caller's."""
    return value.strip().title() if isinstance(value, str) else value


def _priority_or_none(value: object) -> Priority | None:
    return None if value is None else read_priority(value)


PriorityFilter = Annotated[Priority | None, BeforeValidator(_priority_or_none)]
ItemStatusFilter = Annotated[ItemStatus | None, AnyCase]
TaskStatusFilter = Annotated[TaskStatus | None, AnyCase]
TicketStatusFilter = Annotated[TicketStatus | None, BeforeValidator(_as_spelt)]
StateFilter = Annotated[SlaState | None, AnyCase]
WorkflowFilter = Annotated[QueryId | None, Query(alias="task__workflow_id")]


class AllTasksTab(StrEnum):
    """The tabs of all-tasks; what is unassigned is not an assignment yet."""

    ACTIVE = ItemTab.ACTIVE
    INACTIVE = ItemTab.INACTIVE
    UNASSIGNED = "unassigned"


class OwnedTab(StrEnum):
    ACTIVE = ItemTab.ACTIVE
    INACTIVE = ItemTab.INACTIVE


def _blank_to_none(value: str | None) -> str | None:
    return (value or "").strip() or None


# Nothing but spaces filters nothing.
TextFilter = Annotated[str | None, Query(max_length=100), AfterValidator(_blank_to_none)]
SearchFilter = Annotated[
    str | None,
    Query(max_length=200, description="Words, or beginnings of words, that must all occur"),
    AfterValidator(_blank_to_none),
]


@dataclass(frozen=True, slots=True)
class AssignmentFilters:
    """`user_id` and `role` narrow by who holds an item; `tab` None is every tab.

    With `finds_holders` a search also finds the items of the people it names.
    """

    user_id: int | None = None
    role: str | None = None
    tab: ItemTab | None = None
    status: ItemStatus | None = None
    workflow_id: int | None = None
    is_open: bool = False
    sla_status: SlaState | None = None
    priority: Priority | None = None
    search: str | None = None
    finds_holders: bool = False


@dataclass(frozen=True, slots=True)
class TaskFilters:
    """`owner_id` and `assigned_user_id` name people, who may hold several memberships."""

    status: TaskStatus | None = None
    workflow_id: int | None = None
    ticket_id: int | None = None
    ticket_number: str | None = None
    priority: Priority | None = None
    category: str | None = None
    department: str | None = None
    owner_id: int | None = None
    assigned_user_id: int | None = None
    sla_status: SlaState | None = None
    tab: ItemTab | None = None
    days: Days = field(default_factory=Days)
    search: str | None = None

    @property
    def concerns_ticket(self) -> bool:
        named = (self.ticket_number, self.priority, self.category, self.department, self.tab, self.search)
        return any(value is not None for value in named)
