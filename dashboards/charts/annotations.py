"""What happened on the days of a chart, over its time axis."""

import altair as alt
import pandas as pd

from dashboards.components import palette
from dashboards.texts import _

# So that a number is read beside its line, at the top of the chart.
NUMBER_OFFSET, NUMBER_SIZE = 3, 12


def annotated(chart: alt.Chart | alt.LayerChart, marks: pd.DataFrame) -> alt.Chart | alt.LayerChart:
    """The chart over days with a numbered line at each annotation, and a light band where it lasted.

    `marks` are those of `frames.annotations`: within the axis, so that they do not stretch it.
    """
    if marks.empty:
        return chart
    told = [
        alt.Tooltip("Title:N", title=_("Annotation")),
        alt.Tooltip("Kind:N", title=_("Kind")),
        alt.Tooltip("Days:N", title=_("Days")),
        alt.Tooltip("Concerns:N", title=_("Concerns")),
        alt.Tooltip("Description:N", title=_("Description")),
    ]
    base = alt.Chart(marks).encode(x=alt.X("from:T", title=None), tooltip=told)
    bands = base.transform_filter("datum.is_span").mark_rect(color=palette.ANNOTATION, opacity=0.14)
    lines = base.mark_rule(color=palette.ANNOTATION, strokeWidth=1.5, strokeDash=[5, 3])
    numbers = base.mark_text(
        align="left", baseline="top", dx=NUMBER_OFFSET, fontSize=NUMBER_SIZE, fontWeight="bold"
    )
    return alt.LayerChart(
        layer=[
            bands.encode(x2="to:T"),
            chart,
            lines,
            numbers.encode(y=alt.value(0), text="No\\.:Q"),
        ]
    )
