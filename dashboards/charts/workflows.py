"""Charts of workflows, their steps and the ways that tickets took."""

import altair as alt
import pandas as pd

from dashboards.charts.base import BAR_HEIGHT, BARS_LEGEND, FRAME_HEIGHT, HREF, NUMBERED_AXIS, numbered
from dashboards.components import palette
from dashboards.components.opening import Opens, with_links
from dashboards.texts import _

# Ways are told step by step.
WAYS_AXIS = alt.Axis(labelOverlap=False, labelLimit=440, labelExpr="substring(datum.value, 4)")


def workflows(table: pd.DataFrame, opens: Opens) -> alt.Chart:
    return (
        alt.Chart(with_links(numbered(table), opens, "Workflow"), height=BAR_HEIGHT * max(len(table), 1))
        .mark_bar(color=palette.CREATED)
        .encode(
            x=alt.X("Tickets:Q", title=None, axis=None),
            y=alt.Y("Place:N", title=None, axis=NUMBERED_AXIS),
            href=HREF,
            tooltip=["Workflow:N", alt.Tooltip("Tickets:Q", format=",")],
        )
    )


def steps(table: pd.DataFrame, opens: Opens) -> alt.LayerChart:
    """Bars to the median, the slowest in a colour of its own; a tick where nine of ten visits were over."""
    pace = [_("Slowest step"), _("Other steps")]
    colours = alt.Scale(domain=pace, range=[palette.SLOWEST, palette.CREATED])
    base = alt.Chart(
        with_links(numbered(table), opens, "Step"), height=FRAME_HEIGHT + BAR_HEIGHT * max(len(table), 1)
    ).encode(
        y=alt.Y("Place:N", title=None, axis=NUMBERED_AXIS),
        href=HREF,
        tooltip=[
            "Step:N",
            alt.Tooltip("Median hours:Q", format=",.1f"),
            alt.Tooltip("90 % within hours:Q", format=",.1f"),
            alt.Tooltip("Visits:Q", title=_("Ended visits"), format=","),
        ],
    )
    bars = base.mark_bar().encode(
        x=alt.X("Median hours:Q", title=_("Hours at the step: bar to the median, mark where 90 % are over")),
        color=alt.Color("Pace:N", scale=colours, legend=BARS_LEGEND),
    )
    marks = base.mark_tick(color=palette.MARK, thickness=3, size=24).encode(x="90 % within hours:Q")
    return bars + marks


def variants(table: pd.DataFrame, opens: Opens) -> alt.Chart:
    """A bar per way with its share of the completed tickets, by whether the design permits it."""
    kinds = [_("Most frequent designed way"), _("Designed"), _("Deviates")]
    colours = alt.Scale(domain=kinds, range=[palette.RESOLVED, palette.CREATED, palette.DEVIATION])
    return (
        alt.Chart(with_links(numbered(table), opens, "Way"), height=FRAME_HEIGHT + 28 * max(len(table), 1))
        .mark_bar()
        .encode(
            x=alt.X("Share %:Q", title=_("Share of completed tickets, %")),
            y=alt.Y("Place:N", title=None, axis=WAYS_AXIS),
            color=alt.Color("Kind:N", scale=colours, legend=BARS_LEGEND),
            href=HREF,
            tooltip=[
                "Way:N",
                "Kind:N",
                alt.Tooltip("Tickets:Q", format=","),
                alt.Tooltip("Share %:Q", format=".1f"),
                alt.Tooltip("Median hours:Q", format=",.1f"),
            ],
        )
    )
