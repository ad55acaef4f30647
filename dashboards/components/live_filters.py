"""What lists of open work can be narrowed by, as the desk is now and not as it was published."""

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from dashboards import loaders
from dashboards.answers.operations import Workflow, Workflows
from dashboards.components.filters import PRIORITIES, choose, told_apart
from dashboards.components.live import read
from dashboards.components.printing import note_filters
from dashboards.components.wording import SLA_NAMES
from dashboards.texts import _

# As many as the API lists at once; the choice is searched by typing.
MOST_WORKFLOWS = 100
RUNNING_STATES = ("breached", "at_risk", "on_track", "no_sla")


@dataclass(frozen=True)
class LiveFilters:
    """None means all."""

    search: str | None = None
    priority: str | None = None
    department: str | None = None
    workflow_id: int | None = None
    sla_status: str | None = None

    def query(self, names: Mapping[str, str]) -> dict[str, str]:
        """The chosen values that an endpoint takes, each under its name there."""
        chosen = {theirs: getattr(self, ours) for ours, theirs in names.items()}
        return {name: str(value) for name, value in chosen.items() if value is not None}

    def left_out(self, names: Mapping[str, str]) -> list[str]:
        """What is chosen and not among these names, in the reader's words."""
        words = {
            "search": _("search"),
            "priority": _("priority"),
            "department": _("department"),
            "workflow_id": _("workflow"),
            "sla_status": _("SLA"),
        }
        return [word for name, word in words.items() if name not in names and getattr(self, name) is not None]


def choose_live_filters() -> LiveFilters:
    """Draw the filters and return what is chosen.

    Raises:
        DashboardError: the workflows were never read.
    """
    workflows = _workflows()
    numbers = told_apart([(workflow.name, workflow.workflow_id) for workflow in workflows])
    departments = sorted({workflow.department for workflow in workflows if workflow.department})
    with st.sidebar:
        search = st.text_input(
            _("Search"),
            key="search",
            bind="query-params",
            help=_("Words, or beginnings of words, of number, subject and description."),
        )
        department = choose(_("Department"), "department", departments)
        workflow = choose(_("Workflow"), "workflow", list(numbers))
        priority = choose(_("Priority"), "priority", PRIORITIES)
        state = choose(_("SLA"), "sla", [SLA_NAMES[state] for state in RUNNING_STATES])
    note_filters(
        {
            _("Search"): search.strip(),
            _("Department"): department,
            _("Workflow"): workflow,
            _("Priority"): priority,
            _("SLA"): state,
        }
    )
    states = {SLA_NAMES[state]: state for state in RUNNING_STATES}
    return LiveFilters(
        search.strip() or None,
        priority,
        department,
        numbers.get(workflow or ""),
        states.get(state or ""),
    )


def _workflows() -> list[Workflow]:
    query = {"ordering": "name", "page_size": str(MOST_WORKFLOWS)}
    return read("workflows", lambda: loaders.ask_now(Workflows, "/workflows/", query)).told.results
