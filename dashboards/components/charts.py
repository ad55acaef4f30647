"""Charts of the tables in `frames`: colour never tells anything alone, each has its table beside it."""

import altair as alt
import pandas as pd

from dashboards.components import palette
from dashboards.components.frames import FORECAST, HISTORY

DAY = "%d %b %Y"
LEGEND = alt.Legend(title=None, orient="top", symbolType="stroke", symbolStrokeWidth=3)
BAR_AXIS = alt.Axis(labelOverlap=False, labelLimit=200)
BARS_LEGEND = alt.Legend(title=None, orient="top", columns=3)


def created_and_resolved(trends: pd.DataFrame) -> alt.LayerChart:
    """Lines over whole periods; a period cut short at either end is a hollow point of its own."""
    long = trends.melt(["date", "is_whole"], ["created", "resolved"], "series", "tickets")
    long["series"] = long["series"].str.capitalize()
    colours = alt.Scale(domain=["Created", "Resolved"], range=[palette.CREATED, palette.RESOLVED])
    base = alt.Chart(long, height=250).encode(
        x=alt.X("date:T", title=None),
        y=alt.Y("tickets:Q", title="Tickets", axis=alt.Axis(tickMinStep=1)),
        color=alt.Color("series:N", scale=colours, legend=LEGEND),
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


def sla_by_priority(sla: pd.DataFrame) -> alt.Chart:
    states = list(palette.SLA_STATES)
    long = sla.melt(["Priority", "Bar"], states, "State", "tickets")
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
            tooltip=["Priority:N", "State:N", alt.Tooltip("tickets:Q", title="Tickets", format=",")],
        )
    )


def counts(table: pd.DataFrame, label: str) -> alt.Chart:
    """Horizontal bars in the order given, each with its count in its label."""
    return (
        alt.Chart(table, height=34 * max(len(table), 1))
        .mark_bar(color=palette.CREATED)
        .encode(
            x=alt.X("Tickets:Q", title=None, axis=None),
            y=alt.Y("Bar:N", sort=table["Bar"].tolist(), title=None, axis=BAR_AXIS),
            tooltip=[f"{label}:N", alt.Tooltip("Tickets:Q", format=","), "Share %:Q"],
        )
    )


def volume_forecast(forecast: pd.DataFrame) -> alt.LayerChart:
    colours = alt.Scale(domain=[HISTORY, FORECAST], range=[palette.HISTORY, palette.FORECAST])
    base = alt.Chart(forecast, height=260).encode(x=alt.X("date:T", title=None))
    band = (
        base.transform_filter(alt.datum.series == FORECAST)
        .mark_area(color=palette.FORECAST, opacity=0.22)
        .encode(y=alt.Y("lower:Q", title="Tickets per day"), y2="upper:Q")
    )
    lines = base.mark_line(strokeWidth=2).encode(
        y=alt.Y("tickets:Q"),
        color=alt.Color("series:N", scale=colours, legend=LEGEND),
        tooltip=[
            alt.Tooltip("date:T", title="Day", format=DAY),
            alt.Tooltip("series:N", title="Series"),
            alt.Tooltip("tickets:Q", title="Tickets", format=",.1f"),
            alt.Tooltip("lower:Q", title="At least", format=",.1f"),
            alt.Tooltip("upper:Q", title="At most", format=",.1f"),
        ],
    )
    return band + lines
