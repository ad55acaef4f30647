"""Charts of tickets: when they came and went, where they stand, whether in time."""

import altair as alt
import pandas as pd

from dashboards.charts.base import (
    BAR_HEIGHT,
    BARS_LEGEND,
    DAY,
    FRAME_HEIGHT,
    HREF,
    LEGEND,
    LEGEND_ROW_HEIGHT,
    NUMBERED_AXIS,
    numbered,
)
from dashboards.components import palette
from dashboards.components.opening import Opens, with_links
from dashboards.texts import _


def created_and_resolved(trends: pd.DataFrame, opens: Opens) -> alt.LayerChart:
    """Lines over whole periods; a period cut short at either end is a hollow point of its own."""
    long = trends.melt(["date", "is_whole"], ["created", "resolved"], "series", "tickets")
    long = with_links(long, opens, "series")
    long["series"] = long["series"].str.capitalize()
    names = ["Created", "Resolved"]
    colours = alt.Scale(domain=names, range=[palette.CREATED, palette.RESOLVED])
    # Of the same names, so that colours and dashes share a legend.
    dashes = alt.StrokeDash("series:N", scale=alt.Scale(domain=names), legend=LEGEND)
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
    return whole.encode(strokeDash=dashes) + cut_short


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


def sla_states(sla: pd.DataFrame, label: str, opens: Opens) -> alt.Chart:
    """A bar per group of the column `label`, of its shares of the SLA states."""
    states = list(palette.SLA_STATES)
    long = numbered(sla).melt([label, "Key", "Place"], states, "State", "tickets")
    long = with_links(long, opens, "State")
    long["order"] = long["State"].map(states.index)
    colours = alt.Scale(domain=states, range=list(palette.SLA_STATES.values()))
    return (
        alt.Chart(long, height=FRAME_HEIGHT + LEGEND_ROW_HEIGHT + BAR_HEIGHT * max(len(sla), 1))
        .mark_bar()
        .encode(
            x=alt.X("tickets:Q", stack="normalize", title="Share of tickets", axis=alt.Axis(format="%")),
            y=alt.Y("Place:N", title=None, axis=NUMBERED_AXIS),
            color=alt.Color("State:N", scale=colours, sort=states, legend=BARS_LEGEND),
            order="order:Q",
            href=HREF,
            tooltip=[f"{label}:N", "State:N", alt.Tooltip("tickets:Q", title="Tickets", format=",")],
        )
    )


def counts(table: pd.DataFrame, label: str, opens: Opens) -> alt.Chart | alt.LayerChart:
    """Horizontal bars in the order given, its count in its label; a tick marks the period before."""
    linked = with_links(numbered(table), opens, label)
    base = alt.Chart(linked, height=BAR_HEIGHT * max(len(table), 1)).encode(
        y=alt.Y("Place:N", title=None, axis=NUMBERED_AXIS)
    )
    told = [alt.Tooltip("Tickets:Q", format=","), alt.Tooltip("Share %:Q", format=".1f")]
    bars = base.mark_bar(color=palette.CREATED).encode(
        x=alt.X("Tickets:Q", title=None, axis=None), href=HREF, tooltip=[f"{label}:N", *told]
    )
    if "Before" not in table:
        return bars
    before = base.mark_tick(color=palette.MARK, thickness=3, size=24).encode(
        x="Before:Q",
        tooltip=[f"{label}:N", alt.Tooltip("Before:Q", title=_("In the period before"), format=",")],
    )
    return bars + before
