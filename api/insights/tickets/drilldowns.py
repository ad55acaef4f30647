"""The four lists of tickets: which rows, which columns, in which order, counted by which measure."""

from dataclasses import dataclass
from functools import cache

from api.insights.answers.enums import SlaStatus
from api.insights.answers.lists import RowList, compile_list
from api.insights.tickets.enums import AgeBucket, Scope
from api.tasks.enums import TaskStatus

NEWEST_FIRST = "window_newest_first"
OLDEST_FIRST = "window_oldest_first"
WHOLE_RANGE = "window_whole"

EQUAL = {
    name: f"ticket.{name} = :{name}"
    for name in ("department", "category", "sub_category", "workflow_id", "priority")
}
DATES = {
    "start_date": "ticket.created_at >= :start_date::date::timestamp at time zone 'UTC'",
    "end_date": "ticket.created_at < (:end_date::date + 1)::timestamp at time zone 'UTC'",
}
# What the cube knows of the page takes the place of the dates.
PAGE_DAYS = ("ticket.created_at >= page.since", "ticket.created_at < page.until")
FILTERS = EQUAL | DATES

STATUS_MEASURES = {
    TaskStatus.PENDING: "pending",
    TaskStatus.IN_PROGRESS: "in_progress",
    TaskStatus.ON_HOLD: "on_hold",
    TaskStatus.COMPLETED: "completed",
    TaskStatus.CANCELLED: "cancelled",
    TaskStatus.PENDING_EXTERNAL: "pending_external",
}
SLA_MEASURES = {
    SlaStatus.NO_SLA: "sla_none",
    SlaStatus.MET: "sla_met",
    SlaStatus.BREACHED: "sla_breached",
    SlaStatus.ON_TRACK: "sla_on_track",
    SlaStatus.AT_RISK: "sla_at_risk",
}
AGE_MEASURES = {
    AgeBucket.UP_TO_1_DAY: "age_0_1",
    AgeBucket.UP_TO_7_DAYS: "age_1_7",
    AgeBucket.UP_TO_30_DAYS: "age_7_30",
    AgeBucket.UP_TO_90_DAYS: "age_30_90",
    AgeBucket.OVER_90_DAYS: "age_90_plus",
}
ALL_OPEN = "pending + in_progress + on_hold + pending_external"


@dataclass(frozen=True, slots=True)
class Selection:
    """One way to pick rows; `measure` is the cube's column that counts them, None where none does."""

    columns: str
    order: str
    window: str
    measure: str | None
    conditions: tuple[str, ...]


def by_status(status: TaskStatus | None) -> Selection:
    return Selection(
        columns="columns_status",
        order="ticket.created_at desc, ticket.task_id desc",
        window=NEWEST_FIRST,
        measure=STATUS_MEASURES[status] if status else "tickets",
        conditions=("ticket.status = :status",) if status else (),
    )


def by_priority(status: TaskStatus | None) -> Selection:
    selection = by_status(status)
    return Selection(
        columns="columns_priority",
        order=selection.order,
        window=selection.window,
        measure=selection.measure,
        conditions=selection.conditions,
    )


def by_age(age_bucket: AgeBucket | None, scope: Scope, status: TaskStatus | None) -> Selection:
    conditions = (
        *(["ticket.age_bucket = :age_bucket"] if age_bucket else []),
        *(["ticket.is_open"] if scope is Scope.OPEN else []),
        *(["ticket.status = :status"] if status else []),
    )
    if status:
        measure = None
    elif age_bucket:
        prefix = "open_" if scope is Scope.OPEN else ""
        measure = prefix + AGE_MEASURES[age_bucket]
    else:
        measure = ALL_OPEN if scope is Scope.OPEN else "tickets"
    return Selection(
        columns="columns_age",
        order="ticket.created_at, ticket.task_id",
        window=OLDEST_FIRST if measure else WHOLE_RANGE,
        measure=measure,
        conditions=conditions,
    )


def by_sla(sla_status: SlaStatus | None) -> Selection:
    return Selection(
        columns="columns_sla",
        order="ticket.target_resolution, ticket.task_id",
        window=WHOLE_RANGE,
        measure=SLA_MEASURES[sla_status] if sla_status else "tickets - sla_none",
        conditions=("ticket.sla_status = :sla_status" if sla_status else "ticket.sla_status <> 'no_sla'",),
    )


@cache
def compile_drilldown(selection: Selection, given: frozenset[str]) -> RowList:
    """Only the filters in use are conditions, so that each combination is planned with its index."""
    seeks = selection.window != WHOLE_RANGE
    filters = [FILTERS[name] for name in FILTERS if name in given]
    undated = [FILTERS[name] for name in EQUAL if name in given]
    return compile_list(
        columns=selection.columns,
        conditions=[*selection.conditions, *filters],
        page_conditions=[*selection.conditions, *undated, *PAGE_DAYS] if seeks else None,
        order=selection.order,
        count="{{ count_in_cube }}" if selection.measure else "{{ count_in_rows }}",
        window=f"{{{{ {selection.window} }}}}",
        measure=selection.measure or "",
    )
