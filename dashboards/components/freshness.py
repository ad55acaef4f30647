"""Which publication the page shows, how old it is, and a watch for the next one."""

from datetime import UTC, datetime, timedelta

import streamlit as st

from dashboards import loaders, session
from dashboards.answers.base import Published
from dashboards.components import shown, wording
from dashboards.errors import DashboardError

WATCH_SECONDS = 15
# The nightly run publishes every day even where no ticket moves: past that, something is wrong.
STALE_AFTER = timedelta(hours=26)


@st.fragment(run_every=WATCH_SECONDS)
def show_freshness(told: Published) -> None:
    age = datetime.now(UTC) - told.data_as_of
    shown.caption(
        f"Data as of **{wording.instant(told.data_as_of)}**, {wording.ago(age)} · "
        f"publication **{told.publication_id}**"
    )
    if age > STALE_AFTER:
        shown.warning(
            f"These numbers are stale: nothing has been published since {wording.instant(told.data_as_of)}. "
            "The last good publication is shown until the pipeline publishes again.",
            icon=":material/history:",
        )
    if _newest_id(told) != told.publication_id:
        loaders.forget()
        session.follow()


def _newest_id(told: Published) -> int:
    """An outage is the page's to explain at its next question; the watch just waits it out."""
    try:
        return loaders.newest_publication().publication_id
    except DashboardError:
        return told.publication_id
