"""The sidebar's filters. Each is bound to the address, so a link opens the same view."""

from datetime import UTC, date, datetime

import streamlit as st

from dashboards import loaders
from dashboards.filters import Dimensions, Filters, Period, period_dates

PRIORITIES = ["Critical", "High", "Medium", "Low"]


def choose_filters() -> Filters:
    with st.sidebar:
        start, end = _choose_dates(datetime.now(UTC).date())
        return Filters(start, end, _choose_dimensions())


def _choose_dates(today: date) -> tuple[date | None, date | None]:
    period = st.selectbox(
        "Created",
        list(Period),
        key="period",
        bind="query-params",
        help="By the day tickets were created, in UTC.",
    )
    if period is not Period.CUSTOM:
        return period_dates(period, today)
    start = st.date_input("From", None, key="from", format="YYYY-MM-DD", bind="query-params")
    end = st.date_input("To", None, key="to", format="YYYY-MM-DD", bind="query-params")
    if start and end and start > end:
        st.warning(f"The first day ({start}) is after the last ({end}): choose an earlier first day.")
        st.stop()
    return start, end


def _choose_dimensions() -> Dimensions:
    department = _choose("Department", "department", loaders.departments())
    category = _choose("Category", "category", loaders.categories())
    workflows = loaders.workflow_ids()
    workflow = _choose("Workflow", "workflow", list(workflows))
    priority = _choose("Priority", "priority", PRIORITIES)
    return Dimensions(department, category, workflows.get(workflow or ""), priority)


def _choose(label: str, key: str, options: list[str]) -> str | None:
    return st.selectbox(
        label, options, index=None, key=key, placeholder="All", bind="query-params", filter_mode="contains"
    )
