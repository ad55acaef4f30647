"""What every page shares: its title, and one place where its troubles are explained."""

from collections.abc import Callable
from functools import wraps

import streamlit as st

from dashboards.components.printing import reported
from dashboards.components.states import explain
from dashboards.errors import DashboardError, SessionEndedError


def page_of(title: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Head the page with its title, and put what goes wrong in it into words for its reader."""

    def decorate(show: Callable[[], None]) -> Callable[[], None]:
        @wraps(show)
        def show_page() -> None:
            st.title(title, anchor=False)
            with reported(title):
                try:
                    show()
                except SessionEndedError:
                    raise
                except DashboardError as error:
                    explain(error)

        return show_page

    return decorate
