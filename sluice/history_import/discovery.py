"""Workflows as a log shows them: its steps, who does them, and the moves between them."""

from collections import Counter, defaultdict
from typing import Any, LiteralString

from psycopg import Connection

from sluice.history_import.events import HistoryPlan, StepBlueprint, WorkflowBlueprint

_STEPS: LiteralString = """
select life.workflow, event.step, mode() within group (order by event.group_name)
from import_event as event inner join import_life as life on life.ticket_key = event.ticket_key
group by 1, 2 order by 1, min(event.row_number), 2
"""
_MOVES: LiteralString = """
select workflow, previous_step, step, is_last, count(*) from (
    select
        life.workflow, event.step,
        lag(event.step) over in_order as previous_step,
        lead(event.step) over in_order is null as is_last
    from import_event as event inner join import_life as life on life.ticket_key = event.ticket_key
    window in_order as (
        partition by event.ticket_key order by event.occurred_at, event.row_number, event.part
    )
) as move
where is_last or previous_step is distinct from step
group by 1, 2, 3, 4 order by 1, 5 desc, 2, 3
"""
_PLACES: LiteralString = """
select life.workflow, min(event.department), min(event.category), min(event.sub_category)
from import_event as event
inner join import_life as life
    on life.ticket_key = event.ticket_key and life.row_number = event.row_number
group by 1
"""


def discover_workflows(connection: Connection[Any], plan: HistoryPlan) -> list[WorkflowBlueprint]:
    """The workflows of the staged events that nobody declared."""
    declared = {blueprint.name for blueprint in plan.declared}
    steps: dict[str, dict[str, str]] = defaultdict(dict)
    for workflow, step, group in connection.execute(_STEPS):
        steps[workflow][step] = group or plan.fallback_role
    edges: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    starts: dict[str, Counter[str]] = defaultdict(Counter)
    ends: dict[str, set[str]] = defaultdict(set)
    for workflow, previous, step, is_last, count in connection.execute(_MOVES):
        if previous is None:
            starts[workflow][step] += count
        elif previous != step and (previous, step, "") not in edges[workflow]:
            edges[workflow].append((previous, step, ""))
        if is_last:
            ends[workflow].add(step)
    places = _places(connection, plan)
    return [
        WorkflowBlueprint(
            name=workflow,
            description=f"Found in the history of {plan.source}",
            steps=tuple(
                StepBlueprint(
                    step,
                    role,
                    is_start=step == starts[workflow].most_common(1)[0][0],
                    is_end=step in ends[workflow],
                )
                for step, role in found.items()
            ),
            transitions=tuple(edges[workflow]),
            department=places[workflow][0],
            category=places[workflow][1],
            sub_category=places[workflow][2],
        )
        for workflow, found in steps.items()
        if workflow not in declared
    ]


def _places(connection: Connection[Any], plan: HistoryPlan) -> dict[str, list[str]]:
    """Department, category and sub-category of each workflow: the log's where it is split by them."""
    names = ("department", "category", "sub_category")
    return {
        workflow: [
            (value if name in plan.split_by and value else plan.naming[name])[:64]
            for name, value in zip(names, values, strict=True)
        ]
        for workflow, *values in connection.execute(_PLACES)
    }
