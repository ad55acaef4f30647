"""The tree of categories as bars."""

import altair as alt
import pandas as pd

from dashboards.charts.base import HREF, numbered
from dashboards.components import palette
from dashboards.components.opening import Opens, with_links

LINE_HEIGHT = 24
LABELS_WIDTH = 240


def tree(table: pd.DataFrame, opens: Opens) -> alt.Chart:
    """One bar per line of the tree, its name indented by its level."""
    linked = with_links(numbered(table), opens, "Name")
    axis = alt.Axis(
        labelExpr="substring(datum.value, 4)",
        labelAlign="left",
        labelPadding=LABELS_WIDTH,
        labelLimit=LABELS_WIDTH - 8,
        labelOverlap=False,
        ticks=False,
        domain=False,
    )
    return (
        alt.Chart(linked, height=LINE_HEIGHT * max(len(table), 1))
        .mark_bar(color=palette.CREATED)
        .encode(
            x=alt.X("Tickets:Q", title=None, axis=None),
            y=alt.Y("Place:N", title=None, axis=axis),
            href=HREF,
            tooltip=["Name:N", alt.Tooltip("Tickets:Q", format=",")],
        )
    )
