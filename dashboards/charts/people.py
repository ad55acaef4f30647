"""Charts of people, or of roles where nobody is named."""

import altair as alt
import pandas as pd

from dashboards.charts.base import (
    BAR_AXIS,
    BAR_HEIGHT,
    DAY,
    FRAME_HEIGHT,
    HOURS_SCALE,
    HOURS_TICKS,
    HREF,
    ROW_HEIGHT,
)
from dashboards.components import palette
from dashboards.components.opening import Opens, with_links
from dashboards.frames.people import KEY, LOAD, NAME, NOTED

TIMES = ["Median h", "9 of 10 within h"]


def load(table: pd.DataFrame, opens: Opens) -> alt.LayerChart:
    """Open items, those overdue as a thin bar in front of them, and a tick at what can be carried."""
    long = with_links(table.melt([KEY, NAME, "Capacity"], LOAD, "Which", "Items"), opens, "Which")
    colours = alt.Scale(domain=LOAD, range=[palette.CREATED, palette.SLA_STATES["Breached"]])
    name = alt.Y(f"{NAME}:N", sort=table[NAME].tolist(), title=None, axis=BAR_AXIS)
    base = alt.Chart(long).encode(
        x=alt.X("Items:Q", stack=None, title="Open items; the tick is the capacity"),
        y=name,
        color=alt.Color("Which:N", scale=colours, sort=LOAD, legend=alt.Legend(title=None, orient="top")),
        href=HREF,
        tooltip=[f"{NAME}:N", "Which:N", alt.Tooltip("Items:Q", format=",")],
    )
    held = base.transform_filter(alt.datum.Which == LOAD[0]).mark_bar(size=16)
    overdue = base.transform_filter(alt.datum.Which == LOAD[1]).mark_bar(size=7)
    ticks = (
        alt.Chart(table)
        .mark_tick(color=palette.BACKLOG, thickness=2, size=16)
        .encode(x="Capacity:Q", y=name, tooltip=[f"{NAME}:N", "Capacity:Q"])
    )
    return (held + overdue + ticks).properties(height=ROW_HEIGHT * len(table) + FRAME_HEIGHT)


def ranking(table: pd.DataFrame, measure: str, opens: Opens) -> alt.Chart:
    """A bar for each; one of few samples is only drawn round, and is said to be of few."""
    long = with_links(table.assign(Measure=measure), opens, "Measure")
    few = alt.datum.Samples == "Few"
    return (
        alt.Chart(long, height=ROW_HEIGHT * len(table) + FRAME_HEIGHT)
        .mark_bar(stroke=palette.CREATED, color=palette.CREATED, strokeWidth=1.5)
        .encode(
            x=alt.X(f"{measure}:Q", title=measure),
            y=alt.Y("Bar:N", sort=table["Bar"].tolist(), title=None, axis=BAR_AXIS),
            fillOpacity=alt.condition(few, alt.value(0), alt.value(1)),
            href=HREF,
            tooltip=[f"{NAME}:N", alt.Tooltip(f"{measure}:Q", format=",.1f"), "Items:Q", "Samples:N"],
        )
    )


def times(table: pd.DataFrame, opens: Opens) -> alt.LayerChart:
    """From the median to what nine of ten items keep, on a scale of equal factors."""
    name = alt.Y("Bar:N", sort=table["Bar"].tolist(), title=None, axis=BAR_AXIS)
    spans = (
        alt.Chart(table)
        .mark_rule(color=palette.BACKLOG, strokeWidth=2)
        .encode(
            x=alt.X(
                f"{TIMES[0]}:Q",
                scale=HOURS_SCALE,
                title="Hours from assignment to the act",
                axis=alt.Axis(values=HOURS_TICKS),
            ),
            x2=f"{TIMES[1]}:Q",
            y=name,
        )
    )
    long = with_links(table.melt([KEY, NAME, "Bar", "Acted on"], TIMES, "Which", "Hours"), opens, "Which")
    points = (
        alt.Chart(long)
        .mark_point(filled=True, size=70)
        .encode(
            x=alt.X("Hours:Q", scale=HOURS_SCALE),
            y=name,
            shape=alt.Shape(
                "Which:N", scale=alt.Scale(domain=TIMES), legend=alt.Legend(title=None, orient="top")
            ),
            color=alt.Color(
                "Which:N",
                scale=alt.Scale(domain=TIMES, range=[palette.CREATED, palette.SLA_STATES["At risk"]]),
                legend=alt.Legend(title=None, orient="top"),
            ),
            href=HREF,
            tooltip=[f"{NAME}:N", "Which:N", alt.Tooltip("Hours:Q", format=",.1f"), "Acted on:Q"],
        )
    )
    return (spans + points).properties(height=ROW_HEIGHT * len(table) + FRAME_HEIGHT)


def shares(table: pd.DataFrame, label: str, opens: Opens) -> alt.Chart:
    return (
        alt.Chart(with_links(table, opens, label), height=BAR_HEIGHT * max(len(table), 1))
        .mark_bar(color=palette.CREATED)
        .encode(
            x=alt.X("Items:Q", title=None, axis=None),
            y=alt.Y("Bar:N", sort=table["Bar"].tolist(), title=None, axis=BAR_AXIS),
            href=HREF,
            tooltip=[f"{label}:N", alt.Tooltip("Items:Q", format=","), "Share %:Q"],
        )
    )


def noted(trends: pd.DataFrame, kinds: list[str]) -> alt.Chart:
    """What was noted about items in each period, told apart by colour and by dashes."""
    long = trends.melt(["date"], kinds, "Noted", "Items")
    colours = alt.Scale(domain=NOTED, range=palette.SERIES[: len(NOTED)])
    legend = alt.Legend(title=None, orient="top", symbolType="stroke", values=kinds)
    return (
        alt.Chart(long, height=150)
        .mark_line(strokeWidth=2, point=alt.OverlayMarkDef(size=12))
        .encode(
            x=alt.X("date:T", title=None),
            y=alt.Y("Items:Q", title="Items", axis=alt.Axis(tickCount=4, tickMinStep=1)),
            color=alt.Color(
                "Noted:N",
                scale=colours,
                legend=legend,
            ),
            strokeDash=alt.StrokeDash("Noted:N", sort=NOTED, legend=None),
            tooltip=[
                alt.Tooltip("date:T", title="From", format=DAY),
                "Noted:N",
                alt.Tooltip("Items:Q", format=","),
            ],
        )
    )
