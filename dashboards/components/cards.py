"""The frame every chart stands in: a title, one line of words, and its table."""

from collections.abc import Iterator
from contextlib import contextmanager

import altair as alt
import pandas as pd
import streamlit as st

from dashboards.components import palette


@contextmanager
def chart_card(title: str, words: str) -> Iterator[None]:
    with st.container(border=True):
        st.subheader(title, anchor=False)
        st.caption(words)
        yield


def show_chart(chart: alt.Chart | alt.LayerChart, described_as: str) -> None:
    ink = palette.LABELS[st.context.theme.type or "light"]
    legible = chart.configure_axis(labelColor=ink, titleColor=ink).configure_legend(labelColor=ink)
    st.altair_chart(legible, alt=described_as)


def show_table(table: pd.DataFrame) -> None:
    table = table.rename(columns=str.capitalize)
    dates = [name for name in table.columns if pd.api.types.is_datetime64_any_dtype(table[name])]
    config = {name: st.column_config.DateColumn(format="YYYY-MM-DD") for name in dates}
    with st.expander("The same as a table", icon=":material/table_rows:"):
        st.dataframe(table, hide_index=True, column_config=config)
