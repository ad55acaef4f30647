"""The four lists of tickets: which rows, which columns, in which order, counted by which measure."""

from dataclasses import dataclass
from functools import cache

from api.insights.answers.enums import SlaStatus
from api.insights.answers.lists import RowList, compile_list
from api.insights.past.fragments import FRAME, JUDGED_AT, ROWS, figures
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
DECIDED, UNDECIDED = (SlaStatus.MET, SlaStatus.BREACHED), (SlaStatus.ON_TRACK, SlaStatus.AT_RISK)
AGE_MEASURES = {
    AgeBucket.UP_TO_1_DAY: "age_0_1",
    AgeBucket.UP_TO_7_DAYS: "age_1_7",
    AgeBucket.UP_TO_30_DAYS: "age_7_30",
    AgeBucket.UP_TO_90_DAYS: "age_30_90",
    AgeBucket.OVER_90_DAYS: "age_90_plus",
}
# Hours that a bracket begins after, and ends with.
AGE_BOUNDS = {
    AgeBucket.UP_TO_1_DAY: (None, 24),
    AgeBucket.UP_TO_7_DAYS: (24, 168),
    AgeBucket.UP_TO_30_DAYS: (168, 720),
    AgeBucket.UP_TO_90_DAYS: (720, 2160),
    AgeBucket.OVER_90_DAYS: (2160, None),
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
    age_bucket: AgeBucket | None = None


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
        age_bucket=age_bucket,
    )


def by_sla(sla_status: SlaStatus | None, *, is_decided: bool | None) -> Selection:
    if sla_status:
        measure, condition = SLA_MEASURES[sla_status], "ticket.sla_status = :sla_status"
    elif is_decided is not None:
        states = DECIDED if is_decided else UNDECIDED
        measure = " + ".join(SLA_MEASURES[state] for state in states)
        condition = "ticket.sla_status in ('{}', '{}')".format(*states)
    else:
        measure, condition = "tickets - sla_none", "ticket.sla_status <> 'no_sla'"
    return Selection(
        columns="columns_sla",
        order="ticket.target_resolution, ticket.task_id",
        window=WHOLE_RANGE,
        measure=measure,
        conditions=(condition,),
    )


@cache
def compile_drilldown(selection: Selection, given: frozenset[str]) -> RowList:
    """Only the filters in use are conditions, so that each combination is planned with its index."""
    seeks = selection.window != WHOLE_RANGE
    own = [*selection.conditions, *(["ticket.age_bucket = :age_bucket"] if selection.age_bucket else [])]
    filters = [FILTERS[name] for name in FILTERS if name in given]
    undated = [FILTERS[name] for name in EQUAL if name in given]
    return compile_list(
        columns=selection.columns,
        conditions=[*own, *filters],
        page_conditions=[*own, *undated, *PAGE_DAYS] if seeks else None,
        extras="{{ told_instant }},",
        order=selection.order,
        count="{{ count_in_cube }}" if selection.measure else "{{ count_in_rows }}",
        window=f"{{{{ {selection.window} }}}}",
        measure=selection.measure or "",
    )


@cache
def compile_past_drilldown(selection: Selection, given: frozenset[str]) -> RowList:
    """The same rows as they were at an instant; its pages are skipped row by row."""
    filters = [FILTERS[name] for name in FILTERS if name in given]
    conditions = [*selection.conditions, *_created_within(selection.age_bucket), *filters]
    aged = (selection.measure or "").startswith("age_")
    return compile_list(
        columns=selection.columns,
        source=ROWS,
        page_source="{{ page_as_of }}",
        conditions=conditions,
        page_conditions=[],
        order=selection.order,
        frame=FRAME,
        extras="{{ told_instant }},",
        count="{{ count_of_measure }}" if selection.measure else "{{ count_as_of }}",
        window="{{ window_whole }}",
        measure=selection.measure or "",
        row_conditions="\n    and ".join(conditions) or "true",
        judged_at=JUDGED_AT,
        **{**figures(), **({"measures": "{{ aged_measures_as_of }}"} if aged else {})},
    )


def _created_within(age_bucket: AgeBucket | None) -> list[str]:
    """The bracket of an age at the instant, as the range of days that an index knows."""
    after, upto = AGE_BOUNDS[age_bucket] if age_bucket else (None, None)
    bounds = {"<": after, ">=": upto}
    return [
        f"ticket.created_at {sign} :as_of::timestamptz - interval '{hours} hours'"
        for sign, hours in bounds.items()
        if hours is not None
    ]
