"""Parts about tickets that more than one page shows."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from dashboards import loaders
from dashboards.answers.tickets import Sla, Trends
from dashboards.charts import tickets as charts
from dashboards.charts.annotations import annotated
from dashboards.components import shown, wording
from dashboards.components.annotations import marks_of, show_annotations
from dashboards.components.cards import chart_card, show_chart, show_table
from dashboards.components.opening import Opens
from dashboards.filters import COMPARISON, DATES, TICKETS, TREND_WEEKS_WITHOUT_START, Filters
from dashboards.frames import tickets as frames
from dashboards.loaders import Number, Told
from dashboards.texts import _

TRENDS = "/analytics/ticket-trends/"
# As many bars as one looks at; the table behind them has all.
MOST_BARS = 25


def ask_trends(filters: Filters, granularity: str | None = None) -> Told[Trends]:
    """Ask by day, week or month; None leaves that to how long the period is."""
    query = filters.trend_query((*DATES, *TICKETS, *COMPARISON))
    return loaders.ask(Trends, TRENDS, query | ({"granularity": granularity} if granularity else {}))


def show_flow(filters: Filters, told: Told[Trends]) -> None:
    table = frames.trend_table(told.answer)
    summary = told.answer.summary
    words = _("{created} created, {resolved} resolved. A hollow point is not a whole period.")
    if filters.start_date is None:
        words = _(
            "{created} created, {resolved} resolved in {weeks} weeks and this one. "
            "A hollow point is not a whole period."
        )
    told_words = words.format(
        created=wording.count(summary.total_created),
        resolved=wording.count(summary.total_resolved),
        weeks=TREND_WEEKS_WITHOUT_START,
    )

    def opened(row: Mapping[Any, Any], series: str) -> Number | None:
        if series not in {"created", "resolved"}:
            return None
        return told.number(f"trends[date={row['date'].date()}].{series}")

    with chart_card(_("Created, resolved and backlog"), told_words):
        if summary.total_created == summary.total_resolved == 0:
            shown.info(
                _("No ticket was created or resolved in these dates: choose others for an older history.")
            )
        marks = marks_of(filters, table["date"], (*DATES, *TICKETS), told.answer.granularity)
        show_chart(
            annotated(charts.created_and_resolved(table, opened), marks),
            _("Tickets created and resolved over time, as lines"),
        )
        show_chart(
            annotated(charts.backlog(table), marks), _("Open tickets at the end of each period, as an area")
        )
        show_annotations(marks)
        show_table(table.drop(columns="is_whole"), _("Created, resolved and backlog"), opens=opened)


def show_counts(table: pd.DataFrame, label: str, words: str, opens: Opens) -> None:
    show_chart(charts.counts(table, label, opens), _("{what}, as bars").format(what=words))
    show_table(table.drop(columns="Bar"), words, opens=opens, config={"Key": None})


def show_sla_states(told: Told[Sla], dimension: str, words: str) -> None:
    """Each group's tickets by SLA state."""
    table, label = frames.sla_table(told.answer, dimension), dimension.capitalize()
    key = "workflow_id" if dimension == "workflow" else dimension

    def opened(row: Mapping[Any, Any], column: str) -> Number | None:
        field = frames.SLA_FIELDS.get(column)
        if field is None or row["Key"] is None:
            return None
        return told.number(f"sla_compliance[{key}={row['Key']}].{field}")

    top = table.head(MOST_BARS)
    if len(top) < len(table):
        shown.caption(
            _("The {shown} with most tickets, of {all}; the table has all.").format(
                shown=len(top), all=len(table)
            )
        )
    show_chart(
        charts.sla_states(top, label, opened),
        _("Share of tickets in each SLA state, one bar per {dimension}").format(dimension=dimension),
    )
    show_table(table.drop(columns="Bar"), words, opens=opened, config={"Key": None})
