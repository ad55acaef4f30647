"""What managers wrote onto the days that a chart shows, asked for, drawn and told in words."""

from collections.abc import Collection

import pandas as pd
import streamlit as st

from dashboards import loaders
from dashboards.answers.annotations import Annotations
from dashboards.components import shown, wording
from dashboards.errors import DashboardError, SessionEndedError
from dashboards.filters import Filters
from dashboards.frames.annotations import MARKS, marks_table
from dashboards.frames.tickets import period_end
from dashboards.texts import _

PATH = "/annotations/"
# What an annotation may concern, of what a page is narrowed by.
CONCERNED = ("department", "category", "workflow_id")
# Drawn at once, the newest; more of them would hide the chart.
MOST_MARKS = 30
# Told beside the chart; the table has all.
MOST_WORDS = 4


def marks_of(
    filters: Filters, points: "pd.Series[pd.Timestamp]", names: Collection[str], period: str = "day"
) -> pd.DataFrame:
    """The annotations of a chart's days, for what its numbers are narrowed by.

    A chart is as true without them, so where they cannot be read there are none.

    Args:
        filters: What the reader chose.
        points: Where the chart has values.
        names: Filters that its numbers follow.
        period: How long each value is of: an hour, a day, a week or a month.
    """
    if not filters.is_annotated or points.empty:
        return pd.DataFrame(columns=MARKS)
    until = period_end(points.max().date(), period)
    days = {"start_date": str(points.min().date()), "end_date": str(until)}
    concerned = filters.query([name for name in CONCERNED if name in names])
    try:
        workflows = workflow_names()
        found = loaders.ask_now(Annotations, PATH, {**days, **concerned, "page_size": str(MOST_MARKS)})
    except SessionEndedError:
        raise
    except DashboardError:
        return pd.DataFrame(columns=MARKS)
    return marks_table(found.results, workflows, list(points), period)


def workflow_names() -> dict[int, str]:
    """Those of all workflows that have tickets, by their numbers."""
    groups = loaders.groups("workflow")
    return {group.workflow_id: group.workflow_name or "" for group in groups if group.workflow_id is not None}


def show_annotations(marks: pd.DataFrame) -> None:
    """The same in words and as a table, as text: others wrote it."""
    if marks.empty:
        return
    words = [
        f"{row['No.']} {row['Title']} ({row['Days']})" for row in marks.head(MOST_WORDS).to_dict("records")
    ]
    shown.text(_("Annotations: {words}").format(words=" · ".join(words)))
    with st.expander(
        _("Annotations as a table ({count})").format(count=wording.count(len(marks))),
        icon=":material/flag:",
    ):
        shown.table(marks.drop(columns=["from", "to", "is_span"]), _("Annotations of these days"))
