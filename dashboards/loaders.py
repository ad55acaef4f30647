"""Answers of the API, kept for seconds, in the session that asked and under the name that asked."""

import streamlit as st

from dashboards.answers import Overview, Published, SlaGroup, VolumeForecast
from dashboards.filters import Dimensions, Filters
from dashboards.session import connected_client, current_account, with_token

# Shorter than the interval at which the page looks for a new publication.
FRESH_SECONDS = 10
CHOICES_SECONDS = 60
# They change with the API's version only.
MEANINGS_SECONDS = 3600


def overview(filters: Filters) -> Overview:
    return _overview(_reader(), filters)


def volume_forecast(dimensions: Dimensions, *, days: int) -> VolumeForecast:
    return _volume_forecast(_reader(), dimensions, days)


def departments() -> list[str]:
    return [group.department for group in _groups(_reader(), "department") if group.department]


def categories() -> list[str]:
    return [group.category for group in _groups(_reader(), "category") if group.category]


def workflow_ids() -> dict[str, int]:
    """Each workflow that has tickets, its number by its name; two of one name are told apart."""
    groups = _groups(_reader(), "workflow")
    names = [group.workflow_name for group in groups]
    return {
        name if names.count(name) == 1 else f"{name} ({group.workflow_id})": group.workflow_id
        for group, name in zip(groups, names, strict=True)
        if name is not None and group.workflow_id is not None
    }


def dashboard_meanings() -> dict[str, str]:
    return _dashboard_meanings(_reader())


def newest_publication() -> Published:
    return with_token(_reader(), connected_client().newest_publication)


def forget() -> None:
    for loader in (_overview, _volume_forecast, _groups, _dashboard_meanings):
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
def _groups(username: str, dimension: str) -> list[SlaGroup]:
    client = connected_client()
    return with_token(username, lambda token: client.sla_groups(token, dimension)).sla_compliance


@st.cache_data(ttl=MEANINGS_SECONDS, scope="session", show_spinner=False)
def _dashboard_meanings(username: str) -> dict[str, str]:
    return with_token(username, connected_client().dashboard_meanings)
