"""What all charts share: colour never tells anything alone, each has its table beside it."""

import altair as alt
import pandas as pd
import streamlit as st

from dashboards.components import palette, wording

HREF = "href:N"
DAY = "%d %b %Y"
LEGEND = alt.Legend(title=None, orient="top", symbolType="stroke", symbolStrokeWidth=3)
BAR_HEIGHT = 34
# Of charts with many rows, whose labels are short.
ROW_HEIGHT = 22
# What a legend above the bars and an axis below them take: Streamlit fits both into a chart's height.
FRAME_HEIGHT = 100
LEGEND_ROW_HEIGHT = 17
BAR_AXIS = alt.Axis(labelOverlap=False, labelLimit=200)
# Bars that may share a label, in the order of their numbers, which are not shown.
NUMBERED_AXIS = alt.Axis(labelOverlap=False, labelLimit=260, labelExpr="substring(datum.value, 4)")
BARS_LEGEND = alt.Legend(title=None, orient="top", columns=3, labelLimit=260)
# Hours from minutes to weeks on a scale of equal factors.
HOURS_SCALE = alt.Scale(type="symlog", constant=1)
HOURS_TICKS = [0, 1, 2, 5, 10, 24, 48, 100, 200, 500, 1000, 2000]


def numbered(table: pd.DataFrame) -> pd.DataFrame:
    """The table with a column `Place` for the bars' axis: the order of each row before its label `Bar`."""
    places = [f"{place:03d} {bar}" for place, bar in enumerate(table["Bar"])]
    return table.assign(Place=pd.Series(places, index=table.index, dtype=str))


def finished(chart: alt.Chart | alt.LayerChart) -> alt.Chart | alt.LayerChart:
    """The chart with labels that can be read on the reader's page, and links that stay in its window."""
    ink = palette.LABELS[st.context.theme.type or "light"]
    legible = (
        chart.configure_axis(labelColor=ink, titleColor=ink)
        .configure_legend(labelColor=ink)
        .configure_text(color=ink)
    )
    return legible.properties(
        usermeta={
            "embedOptions": {
                "loader": {"target": "_self"},
                "formatLocale": wording.number_forms(),
                "timeFormatLocale": wording.time_forms(),
            }
        }
    )
