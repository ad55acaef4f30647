"""Answers of the API, kept for seconds, in the session that asked and under the name that asked."""

import streamlit as st

from dashboards.answers import Overview, Published, Sla, VolumeForecast
from dashboards.filters import Dimensions, Filters
from dashboards.session import connected_client, current_account, with_token

# Shorter than the interval at which the page looks for a new publication.
FRESH_SECONDS = 10
CHOICES_SECONDS = 60


def overview(filters: Filters) -> Overview:
    return _overview(_reader(), filters)


def volume_forecast(dimensions: Dimensions, *, days: int) -> VolumeForecast:
    return _volume_forecast(_reader(), dimensions, days)


def sla_groups(group_by: str) -> Sla:
    """All values of one dimension, which is what its filter offers."""
    return _sla_groups(_reader(), group_by)


def newest_publication() -> Published:
    return with_token(_reader(), connected_client().newest_publication)


def forget() -> None:
    for loader in (_overview, _volume_forecast, _sla_groups):
        loader.clear()


def _reader() -> str:
    account = current_account()
    return account.username if account else ""


@st.cache_data(ttl=FRESH_SECONDS, scope="session", show_spinner=False)
def _overview(username: str, filters: Filters) -> Overview:
    return with_token(username, lambda token: connected_client().overview(token, filters))


@st.cache_data(ttl=FRESH_SECONDS, scope="session", show_spinner=False)
def _volume_forecast(username: str, dimensions: Dimensions, days: int) -> VolumeForecast:
    return with_token(
        username, lambda token: connected_client().volume_forecast(token, dimensions, days=days)
    )


@st.cache_data(ttl=CHOICES_SECONDS, scope="session", show_spinner=False)
def _sla_groups(username: str, group_by: str) -> Sla:
    return with_token(username, lambda token: connected_client().sla_groups(token, group_by))
