"""The frames numbers and charts stand in: a card opens to its rows, a chart has its table beside it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

import altair as alt
import pandas as pd
import streamlit as st

from dashboards.answers.base import Change
from dashboards.answers.catalogue import Meaning
from dashboards.charts.base import finished
from dashboards.components import columns, printing, shown, wording
from dashboards.components.opening import Opens, show_number_link
from dashboards.loaders import Listing, Number
from dashboards.reports.blocks import Drawing, Figure, Figures
from dashboards.texts import _

COLUMNS = 4
DELTA_COLOURS: Mapping[bool | None, Literal["normal", "inverse", "off"]] = {
    True: "normal",
    False: "inverse",
    None: "off",
}


@dataclass(frozen=True)
class Card:
    """A number at the head of a page.

    Attributes:
        number: What it opens; None where no rows stand behind it.
        change: Since the period before, where that was asked for.
        is_more_better: None where neither more nor less is.
    """

    label: str
    value: str
    meaning: Meaning | None = None
    number: Number | Listing | None = None
    change: Change | None = None
    tell: Callable[[float], str] = wording.count
    is_more_better: bool | None = None


def show_cards(cards: Sequence[Card]) -> None:
    for start in range(0, len(cards), COLUMNS):
        row = cards[start : start + COLUMNS]
        for column, card in zip(st.columns(COLUMNS), row, strict=False):
            with column.container(border=True, height="stretch"):
                _show_card(card)
    printing.note(Figures([_figure(card) for card in cards]))


def _show_card(card: Card) -> None:
    moved = wording.change(card.change, card.tell)
    is_moved = card.change is not None and bool(card.change.absolute)
    st.metric(
        card.label,
        card.value,
        moved,
        DELTA_COLOURS[card.is_more_better if is_moved else None],
        help=card.meaning.text if card.meaning else None,
        delta_arrow="auto" if is_moved else "off",
        delta_description=_("vs. before") if moved else None,
    )
    if card.number is not None:
        show_number_link(card.number, card.meaning)


def _figure(card: Card) -> Figure:
    moved = wording.change(card.change, card.tell)
    meaning = (card.meaning.name, card.meaning.text) if card.meaning else None
    return Figure(card.label, card.value, f"{moved} {_('vs. before')}" if moved else None, meaning)


@contextmanager
def chart_card(title: str, words: str) -> Iterator[None]:
    with st.container(border=True):
        shown.subheader(title)
        shown.caption(words)
        yield


def show_chart(chart: alt.Chart | alt.LayerChart, described_as: str) -> None:
    """Draw it; a mark with an address leads there in this window."""
    st.altair_chart(finished(chart), alt=described_as)
    printing.note(Drawing(chart, described_as))


def show_table(
    table: pd.DataFrame,
    described_as: str,
    *,
    opens: Opens | None = None,
    config: Mapping[str, Any] | None = None,
) -> None:
    """The numbers behind a chart; a chosen cell shows the way to the rows behind its number."""
    told = columns.days_of(table) | dict(config or {})
    with st.expander(_("The same as a table"), icon=":material/table_rows:"):
        if opens is None:
            shown.table(table, described_as, told)
            return
        st.caption(_("Choose a number to see the tickets behind it."))
        event = shown.table(
            table,
            described_as,
            told,
            key=f"table of {described_as}",
            on_select="rerun",
            selection_mode="single-cell",
        )
        for row, column in event.selection.cells[:1]:
            number = opens(table.to_dict("records")[row], column)
            if number is not None:
                show_number_link(number)
