"""The statements that answer for workflows, steps and the ways of tickets."""

from collections.abc import Mapping
from typing import Any

from api.insights.answers.statements import Statement, compile_answer
from api.insights.answers.work import compile_work_answer, given_filters

STATUSES = ("completed", "pending", "in_progress", "on_hold", "cancelled")


def compile_ticket_figures(name: str, *, tickets: str, hours: str) -> Statement:
    """A statement of figures about tickets, which each endpoint calls by other names."""
    counts = {"total": f"total_{tickets}"} | {status: f"{status}_{tickets}" for status in STATUSES}
    return compile_answer(name, hours=hours, **counts)


METRICS = compile_ticket_figures("workflow_metrics", tickets="tasks", hours="completion")
DEPARTMENTS = compile_ticket_figures("workflow_departments", tickets="tickets", hours="resolution")
PROCESS_MAP = compile_answer("process_map", series="known_workflow")
WORKFLOW_NAME = compile_answer("workflow_name", series="known_workflow")


def step_performance(values: Mapping[str, Any]) -> Statement:
    # A step belongs to one workflow: that filter takes steps away, and narrows none.
    given = given_filters(values) - {"workflow_id"}
    return compile_work_answer("step_performance", given, percentiles=True)
