"""How work goes through workflows: figures of each, its steps, its map, and the ways that tickets took."""

import streamlit as st

from dashboards import loaders
from dashboards.answers.workflows import (
    DepartmentAnalytics,
    StepPerformance,
    WorkflowMetric,
    WorkflowMetrics,
)
from dashboards.charts import workflows as charts
from dashboards.components import printing, shown, wording
from dashboards.components.cards import chart_card, show_chart
from dashboards.components.filters import choose_filters, tell_unused
from dashboards.components.freshness import show_freshness
from dashboards.components.groups import Group
from dashboards.components.pages import page_of
from dashboards.components.processes import show_process, show_variants
from dashboards.components.states import part_of_page, show_notice
from dashboards.filters import DATES, TICKETS, Filters
from dashboards.frames import workflows as frames
from dashboards.loaders import Told
from dashboards.texts import _

TAKEN = (*DATES, *TICKETS)
METRICS, STEPS = "/analytics/workflows/metrics/", "/analytics/workflows/steps/"
DEPARTMENTS = "/analytics/workflows/departments/"
REFUSED = _("Your account may not see this part.")
SHARED = {
    "completion_rate": _("Completion %"),
    "sla_compliance_rate": _("SLA compliance %"),
    "escalation_rate": _("Escalated %"),
    "transfer_rate": _("Transferred %"),
}
OF_WORKFLOW = {
    "workflow_name": _("Workflow"),
    "department": _("Department"),
    "total_tasks": _("Tickets"),
    "completed_tasks": _("Completed"),
    "open_tickets": _("Open"),
    "on_hold_tasks": _("On hold"),
    "completion_samples": _("Resolutions"),
    "median_completion_hours": _("Median hours"),
    "p90_completion_hours": _("90 % within hours"),
    **SHARED,
}
OF_DEPARTMENT = {
    "department": _("Department"),
    "total_workflows": _("Workflows"),
    "total_tickets": _("Tickets"),
    "completed_tickets": _("Completed"),
    "open_tickets": _("Open"),
    "resolution_samples": _("Resolutions"),
    "median_resolution_hours": _("Median hours"),
    "p90_resolution_hours": _("90 % within hours"),
    **SHARED,
}
OF_STEP = {
    "step_name": _("Step"),
    "role_name": _("Role"),
    "visits": _("Visits"),
    "completed_visits": _("Completed"),
    "rejections": _("Sent back"),
    "currently_here": _("Here now"),
    "samples": _("Ended visits"),
    "avg_hours": _("Mean hours"),
    "median_hours": _("Median hours"),
    "p90_hours": _("90 % within hours"),
    "task_items": _("Items"),
    "escalations": _("Escalations"),
    "transfers": _("Transfers"),
    "item_sla_breach_rate": _("Items late %"),
}


@page_of(_("Workflows"))
def show_page() -> None:
    filters = choose_filters()
    told = loaders.ask(WorkflowMetrics, METRICS, filters.query(TAKEN))
    show_freshness(told.answer)
    tell_unused(filters, TAKEN)
    workflows = told.answer.workflow_metrics
    if not workflows:
        shown.info(_("No workflow has a ticket in this selection: widen the dates or remove a filter."))
        return
    show_workflows(told, filters)
    chosen = choose_workflow(workflows)
    show_steps(chosen, filters)
    with part_of_page(REFUSED):
        show_process(chosen.workflow_id)
    with part_of_page(REFUSED):
        show_variants(chosen.workflow_id)


def show_workflows(told: Told[WorkflowMetrics], filters: Filters) -> None:
    group = Group(told, "workflow_metrics", ("workflow_id",), OF_WORKFLOW, loaders.meanings(METRICS))
    departments = loaders.ask(DepartmentAnalytics, DEPARTMENTS, filters.query(TAKEN))
    with chart_card(_("Tickets by workflow"), _("All figures of each are in the tables.")):
        first, second = st.tabs([_("Workflows"), _("Departments")])
        with first:
            show_chart(
                charts.workflows(
                    frames.workflow_bars(told.answer.workflow_metrics),
                    lambda row, _column: group.opens(row, "total_tasks"),
                ),
                _("Tickets of each workflow, as bars"),
            )
            group.show_table(_("Figures of each workflow"))
        with second:
            shown.caption(_("By the department that a workflow belongs to, whatever the ticket's own."))
            meanings = loaders.meanings(DEPARTMENTS)
            of_departments = Group(
                departments, "department_analytics", ("department",), OF_DEPARTMENT, meanings
            )
            of_departments.show_table(_("Figures of the workflows of each department"))


def choose_workflow(workflows: list[WorkflowMetric]) -> WorkflowMetric:
    """The one that the rest of the page is about: at first that with the most tickets."""
    names = [row.workflow_name for row in workflows]
    by_name = {
        row.workflow_name
        if names.count(row.workflow_name) == 1
        else f"{row.workflow_name} ({row.workflow_id})": row
        for row in workflows
    }
    chosen = st.selectbox(
        _("Steps, map and ways of"), list(by_name), key="map", bind="query-params", filter_mode="contains"
    )
    printing.note_choice(_("Steps, map and ways of"), chosen)
    return by_name[chosen]


def show_steps(workflow: WorkflowMetric, filters: Filters) -> None:
    asked = filters.query(TAKEN) | {"workflow_id": str(workflow.workflow_id)}
    told = loaders.ask(StepPerformance, STEPS, asked)
    group = Group(told, "step_performance", ("step_id",), OF_STEP, loaders.meanings(STEPS))
    steps = told.answer.step_performance
    with chart_card(_("Steps"), _("Visits that began in the chosen period, in the order of the workflow.")):
        if not steps:
            shown.info(_("No step was entered in this selection: widen the dates or remove a filter."))
            return
        slow = frames.slowest(steps)
        if slow is not None:
            words = _(
                "The slowest step is {step}: half of its {count} ended visits took more than {median}, "
                "one in ten more than {p90}."
            )
            show_notice(
                words.format(
                    step=slow.step_name,
                    count=wording.count(slow.samples),
                    median=wording.hours(slow.median_hours),
                    p90=wording.hours(slow.p90_hours),
                ),
                ":material/hourglass_bottom:",
            )
        show_chart(
            charts.steps(frames.step_bars(steps), lambda row, _column: group.opens(row, "median_hours")),
            _("Median hours at each step, as bars"),
        )
        group.show_table(_("Performance of each step"))


show_page()
