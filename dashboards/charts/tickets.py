"""Charts of tickets: when they came and went, where they stand, whether in time."""

import altair as alt
import pandas as pd

from dashboards.charts.base import BAR_AXIS, BARS_LEGEND, DAY, HREF, LEGEND
from dashboards.components import palette
from dashboards.components.opening import Opens, with_links


def created_and_resolved(trends: pd.DataFrame, opens: Opens) -> alt.LayerChart:
    """Lines over whole periods; a period cut short at either end is a hollow point of its own."""
    long = trends.melt(["date", "is_whole"], ["created", "resolved"], "series", "tickets")
    long = with_links(long, opens, "series")
    long["series"] = long["series"].str.capitalize()
    colours = alt.Scale(domain=["Created", "Resolved"], range=[palette.CREATED, palette.RESOLVED])
    base = alt.Chart(long, height=250).encode(
        x=alt.X("date:T", title=None),
        y=alt.Y("tickets:Q", title="Tickets", axis=alt.Axis(tickMinStep=1)),
        color=alt.Color("series:N", scale=colours, legend=LEGEND),
        href=HREF,
        tooltip=[
            alt.Tooltip("date:T", title="From", format=DAY),
            alt.Tooltip("series:N", title="Series"),
            alt.Tooltip("tickets:Q", title="Tickets", format=","),
        ],
    )
    whole = base.transform_filter("datum.is_whole").mark_line(
        strokeWidth=2, point=alt.OverlayMarkDef(size=12)
    )
    cut_short = base.transform_filter("!datum.is_whole").mark_point(filled=False, size=45)
    return whole.encode(strokeDash=alt.StrokeDash("series:N", legend=None)) + cut_short


def backlog(trends: pd.DataFrame) -> alt.Chart:
    return (
        alt.Chart(trends, height=130)
        .mark_area(color=palette.BACKLOG, opacity=0.45, line={"color": palette.BACKLOG})
        .encode(
            x=alt.X("date:T", title=None),
            y=alt.Y("backlog:Q", title="Backlog", axis=alt.Axis(tickMinStep=1, tickCount=4)),
            tooltip=[
                alt.Tooltip("date:T", title="From", format=DAY),
                alt.Tooltip("backlog:Q", title="Open at its end", format=","),
            ],
        )
    )


def sla_by_priority(sla: pd.DataFrame, opens: Opens) -> alt.Chart:
    states = list(palette.SLA_STATES)
    long = sla.melt(["Priority", "Bar"], states, "State", "tickets")
    long = with_links(long, opens, "State")
    long["order"] = long["State"].map(states.index)
    colours = alt.Scale(domain=states, range=list(palette.SLA_STATES.values()))
    return (
        alt.Chart(long, height=280)
        .mark_bar()
        .encode(
            x=alt.X("tickets:Q", stack="normalize", title="Share of tickets", axis=alt.Axis(format="%")),
            y=alt.Y("Bar:N", sort=sla["Bar"].tolist(), title=None, axis=BAR_AXIS),
            color=alt.Color("State:N", scale=colours, sort=states, legend=BARS_LEGEND),
            order="order:Q",
            href=HREF,
            tooltip=["Priority:N", "State:N", alt.Tooltip("tickets:Q", title="Tickets", format=",")],
        )
    )


def counts(table: pd.DataFrame, label: str, opens: Opens) -> alt.Chart:
    """Horizontal bars in the order given, each with its count in its label."""
    return (
        alt.Chart(with_links(table, opens, label), height=34 * max(len(table), 1))
        .mark_bar(color=palette.CREATED)
        .encode(
            x=alt.X("Tickets:Q", title=None, axis=None),
            y=alt.Y("Bar:N", sort=table["Bar"].tolist(), title=None, axis=BAR_AXIS),
            href=HREF,
            tooltip=[f"{label}:N", alt.Tooltip("Tickets:Q", format=","), "Share %:Q"],
        )
    )
