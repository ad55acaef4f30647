"""Charts of what is expected, beside what was."""

import altair as alt
import pandas as pd

from dashboards.charts.base import BAR_AXIS, DAY, FRAME_HEIGHT, HOURS_SCALE, HOURS_TICKS, HREF, LEGEND
from dashboards.components import palette
from dashboards.components.opening import Opens, with_links
from dashboards.frames.forecasts import FORECAST, HISTORY

HOUR = "%d %b %Y, %H:%M"
WITHIN, OUTSIDE = "Came, within the band", "Came, outside the band"


def volume_forecast(forecast: pd.DataFrame, opens: Opens, title: str, form: str = DAY) -> alt.LayerChart:
    """What was created as a line of dashes, what is expected within its band; a past point opens."""
    table = with_links(forecast.assign(column="tickets"), opens, "column")
    colours = alt.Scale(domain=[HISTORY, FORECAST], range=[palette.HISTORY, palette.FORECAST])
    base = alt.Chart(table, height=260).encode(x=alt.X("date:T", title=None))
    band = (
        base.transform_filter(alt.datum.series == FORECAST)
        .mark_area(color=palette.FORECAST, opacity=0.22)
        .encode(y=alt.Y("lower:Q", title=title), y2="upper:Q")
    )
    told = base.encode(
        y=alt.Y("tickets:Q"),
        color=alt.Color("series:N", scale=colours, legend=LEGEND),
        tooltip=[
            alt.Tooltip("date:T", title="From", format=form),
            alt.Tooltip("series:N", title="Series"),
            alt.Tooltip("tickets:Q", title="Tickets", format=",.1f"),
            alt.Tooltip("lower:Q", title="At least", format=",.1f"),
            alt.Tooltip("upper:Q", title="At most", format=",.1f"),
        ],
    )
    points = told.mark_point(filled=True, size=14).encode(href=HREF)
    return band + told.mark_line(strokeWidth=2) + points


def accuracy(table: pd.DataFrame, opens: Opens) -> alt.LayerChart:
    """Forecasts with their bands as they were issued, and what came; outside is a shape of its own."""
    kind = table["Within"].map({True: WITHIN, False: OUTSIDE})
    days = with_links(table.assign(Kind=kind, column="Came"), opens, "column")
    base = alt.Chart(days, height=240).encode(x=alt.X("date:T", title=None))
    kinds = [WITHIN, OUTSIDE]
    legend = alt.Legend(title=None, orient="top", labelLimit=240)
    colours = alt.Scale(domain=kinds, range=[palette.RESOLVED, palette.SLA_STATES["Breached"]])
    band = base.mark_area(color=palette.FORECAST, opacity=0.2).encode(
        y=alt.Y("At least:Q", title="Tickets per day"), y2="At most:Q"
    )
    line = base.mark_line(color=palette.FORECAST, strokeWidth=2).encode(y="Forecast:Q")
    points = base.mark_point(filled=True, size=45, opacity=1).encode(
        y="Came:Q",
        href=HREF,
        color=alt.Color("Kind:N", scale=colours, legend=legend),
        shape=alt.Shape(
            "Kind:N", scale=alt.Scale(domain=kinds, range=["circle", "triangle-up"]), legend=legend
        ),
        tooltip=[
            alt.Tooltip("date:T", title="Day", format=DAY),
            alt.Tooltip("Came:Q", format=","),
            alt.Tooltip("Forecast:Q", format=",.1f"),
            alt.Tooltip("At least:Q", format=",.1f"),
            alt.Tooltip("At most:Q", format=",.1f"),
        ],
    )
    return band + line + points


def resolution_groups(table: pd.DataFrame, opens: Opens) -> alt.LayerChart:
    """From a quarter to nine of ten of the tickets of each group, and what is expected of the next."""
    linked = with_links(table.assign(column="Resolved"), opens, "column")
    name = alt.Y("Group:N", sort=table["Group"].tolist(), title=None, axis=BAR_AXIS)
    base = alt.Chart(linked).encode(y=name)
    spans = base.mark_rule(color=palette.BACKLOG, strokeWidth=2).encode(
        x=alt.X(
            "A quarter within h:Q",
            scale=HOURS_SCALE,
            title="Hours without holds; the point is expected",
            axis=alt.Axis(values=HOURS_TICKS),
        ),
        x2="9 of 10 within h:Q",
    )
    boxes = base.mark_bar(color=palette.BACKLOG, opacity=0.4, size=12).encode(
        x=alt.X("A quarter within h:Q", scale=HOURS_SCALE), x2="3 of 4 within h:Q"
    )
    points = base.mark_point(filled=True, size=90, color=palette.FORECAST, opacity=1).encode(
        x=alt.X("Expected h:Q", scale=HOURS_SCALE),
        href=HREF,
        tooltip=["Group:N", *(f"{column}:Q" for column in table.columns if column not in {"Key", "Group"})],
    )
    return (spans + boxes + points).properties(height=26 * len(table) + FRAME_HEIGHT)


def resolution_days(table: pd.DataFrame) -> alt.LayerChart:
    base = alt.Chart(table, height=220).encode(x=alt.X("date:T", title=None))
    band = base.mark_area(color=palette.FORECAST, opacity=0.22).encode(
        y=alt.Y(
            "At least:Q", scale=HOURS_SCALE, title="Hours without holds", axis=alt.Axis(values=HOURS_TICKS)
        ),
        y2="At most:Q",
    )
    line = base.mark_line(color=palette.FORECAST, point=alt.OverlayMarkDef(size=30)).encode(
        y=alt.Y("Hours:Q", scale=HOURS_SCALE),
        tooltip=[
            alt.Tooltip("date:T", title="Tickets of", format=DAY),
            *(alt.Tooltip(f"{name}:Q", format=",.1f") for name in ("Hours", "At least", "At most")),
        ],
    )
    return band + line


def categories(table: pd.DataFrame) -> alt.LayerChart:
    """From what came in a week so far to what is expected in one."""
    kinds = ["A week so far", "A week expected"]
    name = alt.Y("Name:N", sort=table["Name"].tolist(), title=None, axis=BAR_AXIS)
    rules = (
        alt.Chart(table)
        .mark_rule(color=palette.BACKLOG, strokeWidth=2)
        .encode(x=alt.X(f"{kinds[0]}:Q", title="Tickets a week"), x2=f"{kinds[1]}:Q", y=name)
    )
    long = table.melt(["Name", "Direction"], kinds, "Which", "Weekly")
    legend = alt.Legend(title=None, orient="top")
    colours = alt.Scale(domain=kinds, range=[palette.HISTORY, palette.FORECAST])
    points = (
        alt.Chart(long)
        .mark_point(filled=True, size=80, opacity=1)
        .encode(
            x="Weekly:Q",
            y=name,
            color=alt.Color("Which:N", scale=colours, legend=legend),
            shape=alt.Shape(
                "Which:N", scale=alt.Scale(domain=kinds, range=["circle", "diamond"]), legend=legend
            ),
            tooltip=["Name:N", "Which:N", alt.Tooltip("Weekly:Q", format=",.1f"), "Direction:N"],
        )
    )
    return (rules + points).properties(height=26 * len(table) + FRAME_HEIGHT)
