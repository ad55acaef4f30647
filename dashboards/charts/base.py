"""What all charts share: colour never tells anything alone, each has its table beside it."""

import altair as alt
import streamlit as st

from dashboards.components import palette

HREF = "href:N"
DAY = "%d %b %Y"
LEGEND = alt.Legend(title=None, orient="top", symbolType="stroke", symbolStrokeWidth=3)
BAR_AXIS = alt.Axis(labelOverlap=False, labelLimit=200)
BARS_LEGEND = alt.Legend(title=None, orient="top", columns=3)


def finished(chart: alt.Chart | alt.LayerChart) -> alt.Chart | alt.LayerChart:
    """The chart with labels that can be read on the reader's page, and links that stay in its window."""
    ink = palette.LABELS[st.context.theme.type or "light"]
    legible = chart.configure_axis(labelColor=ink, titleColor=ink).configure_legend(labelColor=ink)
    return legible.properties(usermeta={"embedOptions": {"loader": {"target": "_self"}}})
