"""Charts of what takes points off the score, and of days beside what was expected of them."""

import altair as alt
import pandas as pd

from dashboards.charts.base import BAR_AXIS, DAY, HREF
from dashboards.components import palette
from dashboards.components.opening import Opens, with_links

COUNTED, UNUSUAL, OTHER = "Tickets", "Unusual number of tickets", "Something else was unusual"


def parts(table: pd.DataFrame) -> alt.Chart:
    return (
        alt.Chart(table, height=34 * max(len(table), 1))
        .mark_bar(color=palette.SLA_STATES["At risk"])
        .encode(
            x=alt.X("Points:Q", title=None, axis=None),
            y=alt.Y("Bar:N", sort=table["Bar"].tolist(), title=None, axis=BAR_AXIS),
            tooltip=["Part:N", "Points:Q", "Critical:Q", "Warnings:Q", "Information:Q"],
        )
    )


def volumes(table: pd.DataFrame, opens: Opens) -> alt.LayerChart:
    """Tickets per day within what would be usual; unusual days are marked by a shape of their own."""
    kind = table["Unusual"].map({True: UNUSUAL, False: COUNTED}).where(~table["Also unusual"], OTHER)
    days = with_links(table.assign(Kind=kind, Column="Tickets"), opens, "Column")
    kinds = [COUNTED, UNUSUAL, OTHER]
    legend = alt.Legend(title=None, orient="top", labelLimit=260)
    base = alt.Chart(days).encode(x=alt.X("date:T", title=None))
    band = base.mark_area(color=palette.FORECAST, opacity=0.2).encode(
        y=alt.Y("At least:Q", title="Tickets per day"), y2="At most:Q"
    )
    line = base.mark_line(color=palette.HISTORY, strokeWidth=1.5).encode(y="Tickets:Q")
    points = base.mark_point(filled=True, opacity=1).encode(
        y="Tickets:Q",
        href=HREF,
        color=alt.Color(
            "Kind:N",
            scale=alt.Scale(
                domain=kinds,
                range=[palette.HISTORY, palette.SLA_STATES["Breached"], palette.SLA_STATES["At risk"]],
            ),
            legend=legend,
        ),
        shape=alt.Shape(
            "Kind:N", scale=alt.Scale(domain=kinds, range=["circle", "triangle-up", "diamond"]), legend=legend
        ),
        size=alt.condition(alt.datum.Kind == COUNTED, alt.value(25), alt.value(150)),
        tooltip=[
            alt.Tooltip("date:T", title="Day", format=DAY),
            "Kind:N",
            alt.Tooltip("Tickets:Q", format=","),
            alt.Tooltip("Expected:Q", format=",.1f"),
            alt.Tooltip("At least:Q", format=",.1f"),
            alt.Tooltip("At most:Q", format=",.1f"),
            "Holiday:N",
        ],
    )
    return (band + line + points).properties(height=260)
