"""The lists of visits, of tickets of a workflow or department, and of ways: which rows, counted by what."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from api.insights.answers.lists import RowList, compile_list
from api.insights.answers.work import compile_work_list, given_filters, is_one_series
from api.insights.workflows.enums import VisitOutcome

CUBE_COUNT = "{{ count_in_cube }}"
ROWS_COUNT = "{{ count_in_rows }}"
NEWEST_FIRST = "{{ window_newest_first }}"
WHOLE_RANGE = "{{ window_whole }}"

TICKET_FILTERS = {
    name: f"ticket.{name} = :{name}"
    for name in ("department", "category", "sub_category", "workflow_id", "priority", "status")
}
TICKET_DATES = {
    "start_date": "ticket.created_at >= :start_date::date::timestamp at time zone 'UTC'",
    "end_date": "ticket.created_at < (:end_date::date + 1)::timestamp at time zone 'UTC'",
}
TICKET_PAGE = ("ticket.created_at >= page.since", "ticket.created_at < page.until")
TICKETS_NEWEST_FIRST = "ticket.created_at desc, ticket.task_id desc"

CASES = "serving.case_rows as way inner join serving.ticket_rows as ticket on way.task_id = ticket.task_id"
CASE_FILTERS = {
    "variant": "way.variant_id = :variant::uuid",
    "step_id": "way.last_step_id = :step_id::bigint",
    "is_reworked": "way.is_reworked = :is_reworked::boolean",
    "skipped_step_id": "{{ passed_over }}",
}
CASE_DATES = {name: condition.replace("ticket.", "way.") for name, condition in TICKET_DATES.items()}
# Each of these filters alone is counted once, over the whole history.
CASE_COUNTS = {
    "variant": "{{ count_of_variant }}",
    "step_id": "{{ count_last_here }}",
    "is_reworked": "{{ count_reworked }}",
    "skipped_step_id": "{{ count_skipping }}",
}

VISITS = "serving.visit_rows as visit"
VISIT_FILTERS = {
    name: f"visit.{name} = :{name}"
    for name in (
        "department",
        "category",
        "sub_category",
        "workflow_id",
        "step_id",
        "priority",
        "role",
        "source",
        "is_repeated",
        "previous_step_id",
        "next_step_id",
    )
}
VISIT_DATES = {
    "start_date": "visit.entered_at >= :start_date::date::timestamp at time zone 'UTC'",
    "end_date": "visit.entered_at < (:end_date::date + 1)::timestamp at time zone 'UTC'",
}
VISIT_PAGE = ("visit.entered_at >= page.since", "visit.entered_at < page.until")
OUTCOMES = {
    VisitOutcome.COMPLETED: ("visits_completed", "visit.direction in ('forward', 'completed')"),
    VisitOutcome.REJECTED: ("visits_rejected", "visit.direction = 'backward'"),
    VisitOutcome.OPEN: ("visits_open", "visit.direction = 'open'"),
    VisitOutcome.CANCELLED: (
        "visits - visits_completed - visits_rejected - visits_open",
        "visit.direction not in ('forward', 'completed', 'backward', 'open')",
    ),
}
# Likewise these sets of filters, by which nodes and edges of the process map open.
VISIT_COUNTS = {
    frozenset({"step_id", "is_repeated"}): "{{ count_repeated }}",
    frozenset({"step_id", "previous_step_id"}): "{{ count_moves_in }}",
    frozenset({"step_id", "next_step_id"}): "{{ count_moves_out }}",
    frozenset({"step_id", "previous_step_id", "is_repeated"}): "{{ count_repeated_moves_in }}",
}
NEIGHBOURS = frozenset({"is_repeated", "previous_step_id", "next_step_id"})


def given_of(values: Mapping[str, Any], *conditions: Mapping[str, str]) -> frozenset[str]:
    return frozenset(name for names in conditions for name in names if values.get(name) is not None)


def list_of_workflow(values: Mapping[str, Any]) -> RowList:
    ways = given_of(values, CASE_FILTERS)
    given = given_of(values, TICKET_FILTERS, TICKET_DATES)
    return compile_cases(ways, given) if ways else compile_tickets(given, values["status"])


@cache
def compile_tickets(given: frozenset[str], status: str | None) -> RowList:
    conditions = [TICKET_FILTERS[name] for name in TICKET_FILTERS if name in given]
    dates = [TICKET_DATES[name] for name in TICKET_DATES if name in given]
    return compile_list(
        columns="columns_workflow",
        conditions=[*conditions, *dates],
        page_conditions=[*conditions, *TICKET_PAGE],
        order=TICKETS_NEWEST_FIRST,
        series="known_workflow",
        count=CUBE_COUNT,
        window=NEWEST_FIRST,
        measure=measure_of(status),
    )


@cache
def compile_cases(ways: frozenset[str], given: frozenset[str]) -> RowList:
    conditions = ["way.workflow_id = :workflow_id::bigint"]
    conditions += [CASE_FILTERS[name] for name in CASE_FILTERS if name in ways]
    conditions += [CASE_DATES[name] for name in CASE_DATES if name in given]
    conditions += [TICKET_FILTERS[name] for name in TICKET_FILTERS if name in given - {"workflow_id"}]
    is_counted = len(ways) == 1 and given == {"workflow_id"}
    return compile_list(
        columns="columns_workflow",
        conditions=conditions,
        order="way.created_at desc, way.task_id desc",
        source=CASES,
        series="known_workflow",
        count=CASE_COUNTS[next(iter(ways))] if is_counted else ROWS_COUNT,
        window=WHOLE_RANGE,
    )


def list_of_department(values: Mapping[str, Any]) -> RowList:
    given = given_of(values, TICKET_FILTERS, TICKET_DATES, {"workflow_department": ""})
    return compile_department(given, values["status"])


@cache
def compile_department(given: frozenset[str], status: str | None) -> RowList:
    conditions = [TICKET_FILTERS[name] for name in TICKET_FILTERS if name in given]
    conditions += [TICKET_DATES[name] for name in TICKET_DATES if name in given]
    if "workflow_department" in given:
        conditions.append("ticket.workflow_department = :workflow_department")
    return compile_list(
        columns="columns_department",
        conditions=conditions,
        order=TICKETS_NEWEST_FIRST,
        source="serving.department_rows as ticket",
        count="{{ count_in_departments }}",
        window=WHOLE_RANGE,
        measure=measure_of(status),
    )


def measure_of(status: str | None) -> str:
    """The column of the ticket cube that counts tickets of a status."""
    return status.replace(" ", "_") if status else "tickets"


def list_of_visits(values: Mapping[str, Any]) -> RowList:
    return compile_visits(given_of(values, VISIT_FILTERS, VISIT_DATES), values["outcome"])


@cache
def compile_visits(given: frozenset[str], outcome: VisitOutcome | None) -> RowList:
    filters = [VISIT_FILTERS[name] for name in VISIT_FILTERS if name in given]
    dates = [VISIT_DATES[name] for name in VISIT_DATES if name in given]
    measure, condition = OUTCOMES[outcome] if outcome else ("visits", "true")
    dimensions = given_filters(dict.fromkeys(given, True))
    has_neighbours = bool(given & NEIGHBOURS)
    ends = given - {"workflow_id"}
    count = VISIT_COUNTS.get(ends, ROWS_COUNT) if has_neighbours and outcome is None else ROWS_COUNT
    seeks = is_one_series(dimensions) and not has_neighbours
    return compile_work_list(
        dimensions,
        columns="columns_visit",
        conditions=[*filters, condition, *dates],
        page_conditions=[*filters, condition, *VISIT_PAGE] if seeks else None,
        order="visit.entered_at desc, visit.visit_id desc",
        source=VISITS,
        count=count if has_neighbours else "{{ work_count }}",
        window="{{ work_window_newest_first }}" if seeks else WHOLE_RANGE,
        measure=measure,
    )


VARIANTS = compile_list(
    columns="columns_variant",
    conditions=["variant.workflow_id = :workflow_id::bigint"],
    page_conditions=[
        "variant.workflow_id = :workflow_id::bigint",
        "variant.position > :offset::bigint",
        "variant.position <= :offset::bigint + :page_size::bigint",
    ],
    order="variant.position",
    source=(
        "serving.process_variants as variant inner join serving.workflow_facts as workflow "
        "on variant.workflow_id = workflow.workflow_id"
    ),
    series="known_workflow",
    count="{{ count_variants }}",
    window="{{ window_by_position }}",
)
EVENTS = compile_list(
    columns="columns_event",
    conditions=["visit.workflow_id = :workflow_id::bigint"],
    order="visit.task_id, visit.visit_number",
    source=VISITS,
    count=ROWS_COUNT,
    window=WHOLE_RANGE,
).whole
