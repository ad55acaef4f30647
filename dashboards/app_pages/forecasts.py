"""What is coming, how sure that is, and how right it has been."""

import streamlit as st

from dashboards import loaders
from dashboards.components.accuracy import show_accuracy
from dashboards.components.cards import chart_card
from dashboards.components.categories import show_categories
from dashboards.components.filters import choose_filters, tell_unused
from dashboards.components.forecast import HOURLY, show_volume
from dashboards.components.freshness import show_freshness
from dashboards.components.pages import page_of
from dashboards.components.printing import note_choice
from dashboards.components.resolution import show_resolution
from dashboards.components.risks import show_risks
from dashboards.components.staffing import show_staffing
from dashboards.components.states import part_of_page
from dashboards.filters import TICKETS, Filters
from dashboards.texts import _

VIEWS = {
    "volume": _("Volume"),
    "risk": _("Breach risk"),
    "work": _("Workload and staffing"),
    "categories": _("Categories"),
    "resolution": _("Resolution times"),
}
GRANULARITIES = {
    "daily": _("Days"),
    HOURLY: _("Hours"),
    "weekly": _("Weeks"),
    "monthly": _("Months"),
}
# Days ahead, of which hours are told of the first two, and months of the last ones.
AHEAD, USUAL = (7, 14, 28, 90, 180), 28
AHEAD_OF = {HOURLY: AHEAD[:2], "weekly": AHEAD[1:], "monthly": AHEAD[3:]}
LEVELS = ("0.8", "0.9", "0.95")
NARROWED = {"volume", "risk"}


@page_of(_("Forecasts"))
def show_page() -> None:
    filters = choose_filters()
    view = st.segmented_control(
        _("Forecast of"),
        list(VIEWS),
        default="volume",
        required=True,
        format_func=VIEWS.__getitem__,
        key="view",
        bind="query-params",
        label_visibility="collapsed",
    )
    note_choice(_("Forecast of"), VIEWS[str(view)])
    show_freshness(loaders.newest_publication())
    tell_unused(filters, TICKETS if view in NARROWED else ())
    with part_of_page(_("Forecasts are for administrators (role Admin in system tts).")):
        if view == "risk":
            show_risks(filters)
        elif view == "volume":
            show_volumes(filters)
        else:
            show_days_ahead(filters, str(view))


def show_volumes(filters: Filters) -> None:
    left, middle, right = st.columns(3)
    with left:
        granularity = st.segmented_control(
            _("By"),
            list(GRANULARITIES),
            default="daily",
            required=True,
            format_func=GRANULARITIES.__getitem__,
            key="granularity",
            bind="query-params",
        )
        note_choice(_("By"), GRANULARITIES[str(granularity)])
    with middle:
        days = choose_days(AHEAD_OF.get(str(granularity), AHEAD))
    with right:
        level = choose_level()
    with chart_card(
        _("Tickets expected"), _("The band should hold the share chosen; the dates chosen do not apply.")
    ):
        chosen = {"granularity": str(granularity), "forecast_days": str(days), "confidence": level}
        show_volume(filters, chosen)
    show_accuracy(filters, days)


def show_days_ahead(filters: Filters, view: str) -> None:
    left, right, _rest = st.columns(3)
    with left:
        days = choose_days(AHEAD[:3])
    if view == "work":
        show_staffing(days)
        return
    with right:
        level = choose_level()
    if view == "categories":
        show_categories(filters, days, level)
    else:
        show_resolution(filters, days, level)


def choose_days(options: tuple[int, ...]) -> int:
    default = USUAL if USUAL in options else options[0]
    chosen = st.segmented_control(
        _("Days ahead"), options, default=default, required=True, key="ahead", bind="query-params"
    )
    note_choice(_("Days ahead"), chosen or default)
    return int(chosen or default)


def choose_level() -> str:
    chosen = st.segmented_control(
        _("Share in the band"),
        LEVELS,
        default=LEVELS[-1],
        required=True,
        format_func=lambda level: f"{float(level):.0%}",
        key="level",
        bind="query-params",
    )
    note_choice(_("Share in the band"), f"{float(chosen):.0%}")
    return str(chosen)


show_page()
