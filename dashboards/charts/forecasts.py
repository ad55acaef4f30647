"""Charts of what is expected, beside what was."""

import altair as alt
import pandas as pd

from dashboards.charts.base import DAY, LEGEND
from dashboards.components import palette
from dashboards.frames.forecasts import FORECAST, HISTORY


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
