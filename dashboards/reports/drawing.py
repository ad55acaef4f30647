"""Charts as they are drawn on white paper."""

from typing import Any

import altair as alt

from dashboards.components import palette

# The width of the text on the paper, in pixels of the web: 96 to an inch.
WIDTH = 658
FONT = "Libertinus Serif"
INK = palette.LABELS["light"]
GRID = "#e3e8ee"
# The version of Vega-Lite that Altair writes, as 6.1.
VEGA_LITE = ".".join(alt.SCHEMA_VERSION.removeprefix("v").split(".")[:2])


def spec_of(chart: alt.Chart | alt.LayerChart) -> dict[str, Any]:
    """The chart over the whole width, with its data; axes and legend take from its height, as on the page."""
    printed = (
        chart.properties(
            width=WIDTH, background="white", autosize=alt.AutoSizeParams(type="fit", contains="padding")
        )
        .configure(font=FONT)
        .configure_axis(
            labelColor=INK,
            titleColor=INK,
            gridColor=GRID,
            domainColor=GRID,
            tickColor=GRID,
            labelFontSize=12,
            titleFontSize=12,
            titleFontWeight="normal",
        )
        .configure_legend(labelColor=INK, labelFontSize=12)
        .configure_view(stroke=None)
        .configure_range(category=palette.SERIES)
    )
    # A page has as many rows as its charts have, which may be more than Altair writes unasked.
    with alt.data_transformers.enable("default", max_rows=None):
        return dict(printed.to_dict())
