"""What a reader sees when there is nothing to show: why, and what to do about it."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from dashboards.components import shown
from dashboards.errors import (
    ApiUnavailableError,
    DashboardError,
    NothingPublishedError,
    NotPermittedError,
    RequestRefusedError,
)

HEADLINES: dict[type[DashboardError], tuple[str, str]] = {
    ApiUnavailableError: (":material/cloud_off:", "The numbers cannot be read now"),
    NothingPublishedError: (":material/hourglass_empty:", "Nothing has been published yet"),
    NotPermittedError: (":material/lock:", "Your account may not see these numbers"),
    RequestRefusedError: (":material/filter_alt_off:", "These filters have no answer"),
}
REMEDIES: dict[type[DashboardError], str] = {
    ApiUnavailableError: "Try again. If it stays so, `sluice status` tells which part is down.",
    NothingPublishedError: (
        "Numbers appear after the first pipeline run: it starts by itself when tickets arrive, "
        "or with `sluice pipeline run`."
    ),
    NotPermittedError: "Ask an administrator for a staff account with the role you need.",
    RequestRefusedError: "Remove a filter in the sidebar, or choose other dates.",
}


def explain(error: DashboardError) -> None:
    """Put the whole page's trouble into one card with one button."""
    icon, headline = HEADLINES[type(error)]
    with st.container(border=True):
        shown.subheader(f"{icon} {headline}")
        shown.text(str(error))
        shown.markdown(REMEDIES[type(error)])
        st.button("Try again", icon=":material/refresh:")


@contextmanager
def part_of_page(refused: str) -> Iterator[None]:
    """A part that may be refused while the rest of its page is shown; `refused` says who may see it.

    An outage is the whole page's.
    """
    try:
        yield
    except NotPermittedError:
        show_notice(refused, ":material/lock:")
    except (RequestRefusedError, NothingPublishedError) as error:
        show_notice(str(error), ":material/query_stats:")


def show_notice(words: str, icon: str) -> None:
    """Say it as text: words that others wrote may look like Markdown, and no link of theirs comes alive."""
    with st.container(border=True, horizontal=True):
        st.markdown(icon, width="content")
        shown.text(words)
