"""Charts of work that is expected, beside who is there to do it."""

import altair as alt
import pandas as pd

from dashboards.charts.base import BAR_AXIS, DAY, FRAME_HEIGHT, ROW_HEIGHT
from dashboards.components import palette


def hours(table: pd.DataFrame) -> alt.LayerChart:
    """Hours of work within their band, and a tick at the hours that are there."""
    base = alt.Chart(table).encode(
        y=alt.Y("Role:N", sort=table["Role"].tolist(), title=None, axis=BAR_AXIS),
        tooltip=["Role:N", "Hours:Q", "At least h:Q", "At most h:Q", "Capacity h:Q", "Used %:Q"],
    )
    bars = base.mark_bar(color=palette.FORECAST, size=14).encode(
        x=alt.X("Hours:Q", title="Hours of work with their band; the tick is the capacity")
    )
    bands = base.mark_rule(color=palette.BACKLOG, strokeWidth=3).encode(
        x=alt.X("At least h:Q"), x2="At most h:Q"
    )
    ticks = base.mark_tick(color=palette.SLA_STATES["At risk"], thickness=3, size=18).encode(x="Capacity h:Q")
    return (bars + bands + ticks).properties(height=ROW_HEIGHT * len(table) + FRAME_HEIGHT)


def people(table: pd.DataFrame) -> alt.LayerChart:
    """Who holds each role beside how many its busiest hour needs."""
    kinds = ["People", "Needed"]
    name = alt.Y("Role:N", sort=table["Role"].tolist(), title=None, axis=BAR_AXIS)
    rules = (
        alt.Chart(table)
        .mark_rule(color=palette.BACKLOG, strokeWidth=2)
        .encode(x=alt.X("People:Q", title="People; needed in the busiest hour"), x2="Needed:Q", y=name)
    )
    legend = alt.Legend(title=None, orient="top")
    colours = alt.Scale(domain=kinds, range=[palette.HISTORY, palette.SLA_STATES["At risk"]])
    points = (
        alt.Chart(table.melt(["Role"], kinds, "Which", "Count"))
        .mark_point(filled=True, size=80, opacity=1)
        .encode(
            x="Count:Q",
            y=name,
            color=alt.Color("Which:N", scale=colours, legend=legend),
            shape=alt.Shape(
                "Which:N", scale=alt.Scale(domain=kinds, range=["circle", "diamond"]), legend=legend
            ),
            tooltip=["Role:N", "Which:N", "Count:Q"],
        )
    )
    return (rules + points).properties(height=ROW_HEIGHT * len(table) + FRAME_HEIGHT)


def days(table: pd.DataFrame) -> alt.LayerChart:
    base = alt.Chart(table, height=200).encode(
        x=alt.X("yearmonthdate(date):O", title=None, axis=alt.Axis(format="%a %d", labelAngle=0)),
        tooltip=[
            alt.Tooltip("date:T", title="Day", format=DAY),
            *(alt.Tooltip(f"{name}:Q", format=",.1f") for name in ("Tickets", "At least", "At most")),
        ],
    )
    bars = base.mark_bar(color=palette.FORECAST).encode(y=alt.Y("Tickets:Q", title="Tickets expected"))
    return bars + base.mark_rule(color=palette.BACKLOG, strokeWidth=3).encode(y="At least:Q", y2="At most:Q")


def of_day(table: pd.DataFrame) -> alt.Chart:
    return (
        alt.Chart(table, height=200)
        .mark_bar(color=palette.HISTORY)
        .encode(
            x=alt.X("Hour:O", title="Hour of the day", axis=alt.Axis(labelAngle=0)),
            y=alt.Y("Tickets:Q", title="Tickets so far"),
            tooltip=["Hour:O", alt.Tooltip("Tickets:Q", format=","), "Share %:Q"],
        )
    )
