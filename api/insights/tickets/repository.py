"""The statements that answer for tickets."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from api.insights.answers.lists import RowList
from api.insights.answers.statements import Statement, compile_answer
from api.insights.past.fragments import FRAME, JUDGED_AT, figures
from api.insights.tickets.drilldowns import FILTERS, Selection, compile_drilldown, compile_past_drilldown
from api.insights.tickets.enums import GroupBy


@dataclass(frozen=True, slots=True)
class Figures:
    """The statement that answers of the present, and the one of an instant in the past."""

    present: Statement
    past: Statement

    def at(self, instant: datetime | None) -> Statement:
        return self.present if instant is None else self.past


def compile_figures(
    name: str, *, group: str = "priority", past: Mapping[str, str] | None = None, **fragments: str
) -> Figures:
    """Both statements of one body.

    Args:
        name: File that is the body.
        group: Dimension that it groups by, if it does.
        past: What else stands for names in braces in the past.
        fragments: What stands for them in both.
    """
    then = {**figures(group), "judged_at": JUDGED_AT, **(past or {}), **fragments}
    return Figures(
        present=compile_answer(name, **fragments),
        past=compile_answer(name, frame=FRAME, **then),
    )


DASHBOARD = compile_figures("dashboard", group="workflow_id")
STATUS = compile_figures("status")
PRIORITY = compile_figures("priority")
AGE = compile_figures("age", past={"measures": "{{ aged_measures_as_of }}"})
TRENDS = compile_answer("trends")

LARGEST_FIRST = "order by measured.tickets desc, {}"
SLA = {
    GroupBy.PRIORITY: compile_figures(
        "sla",
        groups="{{ groups_priority }}",
        group_columns="series.priority",
        group_order="order by series.position",
    ),
    GroupBy.WORKFLOW: compile_figures(
        "sla",
        group="workflow_id",
        groups="{{ groups_workflow }}",
        group_columns="series.workflow_id, series.workflow_name",
        group_order=LARGEST_FIRST.format("series.workflow_id"),
    ),
    GroupBy.DEPARTMENT: compile_figures(
        "sla",
        group="department",
        groups="{{ groups_department }}",
        group_columns="series.department",
        group_order=LARGEST_FIRST.format("series.department"),
    ),
    GroupBy.CATEGORY: compile_figures(
        "sla",
        group="category",
        groups="{{ groups_category }}",
        group_columns="series.category",
        group_order=LARGEST_FIRST.format("series.category"),
    ),
}


def drilldown_of(selection: Selection, values: Mapping[str, Any]) -> RowList:
    given = frozenset(name for name in FILTERS if values[name] is not None)
    return (compile_drilldown if values["as_of"] is None else compile_past_drilldown)(selection, given)
