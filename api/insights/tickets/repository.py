"""The statements that answer for tickets."""

from collections.abc import Mapping
from typing import Any

from api.insights.answers.lists import RowList
from api.insights.answers.statements import compile_answer
from api.insights.tickets.drilldowns import FILTERS, Selection, compile_drilldown
from api.insights.tickets.enums import GroupBy

DASHBOARD = compile_answer("dashboard")
STATUS = compile_answer("status")
PRIORITY = compile_answer("priority")
AGE = compile_answer("age")
TRENDS = compile_answer("trends")

LARGEST_FIRST = "order by measured.tickets desc, {}"
SLA = {
    GroupBy.PRIORITY: compile_answer(
        "sla",
        groups="{{ groups_priority }}",
        group_columns="series.priority",
        group_order="order by series.position",
    ),
    GroupBy.WORKFLOW: compile_answer(
        "sla",
        groups="{{ groups_workflow }}",
        group_columns="series.workflow_id, series.workflow_name",
        group_order=LARGEST_FIRST.format("series.workflow_id"),
    ),
    GroupBy.DEPARTMENT: compile_answer(
        "sla",
        groups="{{ groups_department }}",
        group_columns="series.department",
        group_order=LARGEST_FIRST.format("series.department"),
    ),
    GroupBy.CATEGORY: compile_answer(
        "sla",
        groups="{{ groups_category }}",
        group_columns="series.category",
        group_order=LARGEST_FIRST.format("series.category"),
    ),
}


def drilldown_of(selection: Selection, values: Mapping[str, Any]) -> RowList:
    return compile_drilldown(selection, frozenset(name for name in FILTERS if values[name] is not None))
