"""What a page says, as Streamlit shows it and as a report of the page repeats it."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from dashboards.components import columns, printing
from dashboards.reports.blocks import Words


def text(words: str) -> None:
    """Words as they are: those of others are shown with this."""
    st.text(words)
    printing.note(Words(words))


def markdown(words: str) -> None:
    st.markdown(words)
    printing.note_words(words, "text")


def caption(words: str) -> None:
    st.caption(words)
    printing.note_words(words, "note")


def subheader(words: str) -> None:
    st.subheader(words, anchor=False)
    printing.note_words(words, "heading")


def info(words: str) -> None:
    st.info(words)
    printing.note_words(words, "notice")


def warning(words: str, icon: str | None = None) -> None:
    st.warning(words, icon=icon)
    printing.note_words(words, "notice")


def table(rows: pd.DataFrame, described_as: str, config: Mapping[str, Any] | None = None, **how: Any) -> Any:
    """Rows without their index; `how` is handed on to Streamlit."""
    config = columns.with_numbers(rows, config or {})
    event = st.dataframe(rows, hide_index=True, column_config=config, alt=described_as, **how)
    printing.note_rows(rows, described_as, config)
    return event
