"""A page on paper: what it showed is noted while it runs, and set in type when its reader asks for it."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any, get_args
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from dashboards.reports.blocks import Block, Labels, Part, Report, Rows, Words, WordsKind
from dashboards.reports.setting import Kind, set_in_type
from dashboards.texts import _, reader_locale

# Of a table, so that a report stays one: all rows are to be had where the table is.
MOST_ROWS = 25
_REPORT, _NOTED = "report", "noted in the report"
_ICONS = re.compile(r":material/\w+:\s*")
_MIMES: Mapping[Kind, str] = {"pdf": "application/pdf", "png": "image/png"}


@contextmanager
def reported(title: str) -> Iterator[None]:
    """Note what the page shows, from here on and until its end."""
    report = Report(title, reader_locale().language, _labels(), datetime.now(UTC))
    st.session_state[_REPORT], st.session_state[_NOTED] = report, report.blocks
    try:
        yield
    finally:
        report.address = _address(report.hidden)
        st.session_state[_NOTED] = None


@contextmanager
def reported_part(name: str) -> Iterator[None]:
    """Note a part of the page in place of what it showed before, as it may be shown anew by itself."""
    report: Report | None = st.session_state.get(_REPORT)
    before: list[Block] | None = st.session_state.get(_NOTED)
    blocks = st.session_state[_NOTED] = []
    try:
        yield
        if report is not None:
            part = report.part(name)
            if part is None:
                report.blocks.append(Part(name, blocks))
            else:
                part.blocks = blocks
            report.shown_at = datetime.now(UTC)
    finally:
        st.session_state[_NOTED] = before


def note(block: Block) -> None:
    """Have it in the report; what is drawn again by itself, outside of such a part, is there already."""
    noted: list[Block] | None = st.session_state.get(_NOTED)
    if noted is not None:
        noted.append(block)


def note_words(markdown: str, kind: WordsKind) -> None:
    """Note a sentence without the stars and icons of its Markdown."""
    note(Words(_ICONS.sub("", markdown).replace("**", "").replace("`", ""), kind))


def note_choice(label: str, value: object) -> None:
    """Note what a part of the page is about, where its reader chose that."""
    note(Words(f"{label}: {value}", "note"))


def note_rows(table: pd.DataFrame, described_as: str, config: Mapping[str, Any]) -> None:
    """Note the first rows, or of a series that runs up to now the last ones."""
    first = table.iloc[:, 0] if len(table.columns) else pd.Series(dtype=str)
    are_last = bool(pd.api.types.is_datetime64_any_dtype(first)) and bool(first.is_monotonic_increasing)
    rows = table.tail(MOST_ROWS) if are_last else table.head(MOST_ROWS)
    note(Rows(rows, described_as, len(table), config, are_last=are_last))


def note_filters(chosen: Mapping[str, str | None], hidden: frozenset[str] = frozenset()) -> None:
    """Note what the sidebar narrows the page by, and which of its choices the page does not tell."""
    report: Report | None = st.session_state.get(_REPORT)
    if report is not None:
        report.chosen.update({name: value for name, value in chosen.items() if value})
        report.hidden |= hidden


def show_reports() -> None:
    """Offer the page as a file; it is made of what has been noted, and asks for nothing again."""
    report: Report | None = st.session_state.get(_REPORT)
    if report is None:
        return
    with st.container(horizontal=True):
        for kind in get_args(Kind):
            st.download_button(
                kind.upper(),
                partial(set_in_type, report, kind),
                f"{report.title.lower().replace(' ', '-')}-{report.shown_at:%Y-%m-%d}.{kind}",
                _MIMES[kind],
                key=f"report as {kind}",
                icon=":material/print:" if kind == "pdf" else ":material/image:",
                help=_("This page as you see it, to print or to send."),
                on_click="ignore",
            )


def _labels() -> Labels:
    return Labels(
        shown_at=_("As shown on {instant}"),
        page=_("Page {number} of {count}"),
        first_rows=_("The first {shown} of {count} rows."),
        last_rows=_("The last {shown} of {count} rows."),
        no_rows=_("No rows."),
        meanings=_("What the numbers mean"),
    )


def _address(hidden: frozenset[str]) -> str:
    chosen = {name: value for name, value in st.query_params.to_dict().items() if name not in hidden}
    address = (st.context.url or "").partition("?")[0]
    return f"{address}?{urlencode(chosen)}" if chosen else address
