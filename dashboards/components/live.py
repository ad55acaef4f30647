"""What is read again and again while a page is open, and what stays of it when that fails."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import wraps
from typing import Generic, ParamSpec, TypeVar

import streamlit as st

from dashboards import session
from dashboards.components import shown
from dashboards.components.printing import reported_part
from dashboards.components.states import explain
from dashboards.errors import DashboardError, NotPermittedError, SessionEndedError
from dashboards.texts import _

SECONDS = 15

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class Reading(Generic[T]):
    """What was read last and when; `trouble` is why it could not be read since."""

    told: T
    read_at: datetime
    trouble: DashboardError | None = None


def read(name: str, ask: Callable[[], T]) -> Reading[T]:
    """Ask, or give what the last answer of this name was.

    Raises:
        DashboardError: it is refused to this reader, or was never read.
    """
    key = f"reading of {name}"
    try:
        reading = Reading(ask(), datetime.now(UTC))
    except (SessionEndedError, NotPermittedError):
        raise
    except DashboardError as trouble:
        kept: Reading[T] | None = st.session_state.get(key)
        if kept is None:
            raise
        return Reading(kept.told, kept.read_at, trouble)
    st.session_state[key] = reading
    return reading


def show_live(show: Callable[P, None], *args: P.args, **kwargs: P.kwargs) -> None:
    """Show a part of the page that is read anew by itself, unless its reader stops that.

    Nothing else of the page is drawn again: it stays where it was scrolled to, and as it was sorted.
    """
    is_on = st.toggle(
        _("Read again every {seconds} seconds").format(seconds=SECONDS),
        value=True,
        key="live",
        bind="query-params",
        persist_state="session",
    )
    st.fragment(_explained(show), run_every=SECONDS if is_on else None)(*args, **kwargs)


def show_read_at(reading: Reading[T]) -> None:
    at = f"{reading.read_at:%H:%M:%S} UTC"
    if reading.trouble is None:
        shown.caption(_("Read at **{at}**.").format(at=at))
        return
    with st.container(border=True):
        shown.markdown(
            ":material/cloud_off: "
            + _("**Not read since {at}.** What follows is how it was then.").format(at=at)
        )
        shown.text(str(reading.trouble))


def _explained(show: Callable[P, None]) -> Callable[P, None]:
    """Let what goes wrong while only this part is drawn end as it does for the whole page."""

    @wraps(show)
    def show_part(*args: P.args, **kwargs: P.kwargs) -> None:
        with reported_part(show.__name__):
            try:
                show(*args, **kwargs)
            except SessionEndedError as ended:
                session.end(str(ended))
                st.rerun()
            except DashboardError as error:
                explain(error)

    return show_part
