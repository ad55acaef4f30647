"""The limits that turn figures into alerts: seen, changed, given their defaults again."""

import pandas as pd
import streamlit as st

from dashboards import loaders
from dashboards.answers.admin import Threshold, Thresholds
from dashboards.components import wording
from dashboards.components.cards import chart_card
from dashboards.components.confirming import Act, do_now
from dashboards.components.tables import show_rows
from dashboards.texts import _

PATH = "/analytics/thresholds/"


def show_thresholds() -> None:
    thresholds = {threshold.name: threshold for threshold in loaders.ask_now(Thresholds, PATH).thresholds}
    with chart_card(_("Change a threshold"), _("The next answer is judged by it.")):
        name = st.selectbox(_("Threshold"), list(thresholds), key="threshold", bind="query-params")
        _show_form(thresholds[name])
    show_rows(_table(list(thresholds.values())), _("Thresholds with their limits"))


def _show_form(threshold: Threshold) -> None:
    st.caption(threshold.description)
    with st.form(f"threshold {threshold.name}", border=False):
        limits = _("From {minimum} to {maximum} {unit}; {default} unless changed.").format(
            minimum=wording.number(threshold.minimum),
            maximum=wording.number(threshold.maximum),
            unit=threshold.unit,
            default=wording.number(threshold.default),
        )
        value = st.number_input(
            _("Value in {unit}").format(unit=threshold.unit),
            value=threshold.value,
            step=None,
            format="%g",
            key=f"value of {threshold.name}",
        )
        st.caption(limits)
        is_default = threshold.value == threshold.default
        with st.container(horizontal=True):
            is_saved = st.form_submit_button(_("Save"))
            is_reset = st.form_submit_button(_("Reset to the default"), disabled=is_default)
    if is_saved:
        do_now(_saving(threshold, value))
    if is_reset:
        do_now(_resetting(threshold))


def _saving(threshold: Threshold, value: float) -> Act:
    def save() -> str:
        loaders.change("PUT", f"{PATH}{threshold.name}/", {"value": value})
        return _("{name} is {value} {unit} now; it was {before}.").format(
            name=threshold.name,
            value=wording.number(value),
            unit=threshold.unit,
            before=wording.number(threshold.value),
        )

    return save


def _resetting(threshold: Threshold) -> Act:
    def reset() -> str:
        loaders.change("DELETE", f"{PATH}{threshold.name}/")
        # A widget goes by what it was given last, not by what is the value now.
        del st.session_state[f"value of {threshold.name}"]
        return _("{name} has its default again: {value} {unit}; it was {before}.").format(
            name=threshold.name,
            value=wording.number(threshold.default),
            unit=threshold.unit,
            before=wording.number(threshold.value),
        )

    return reset


def _table(thresholds: list[Threshold]) -> pd.DataFrame:
    table = pd.DataFrame(
        [
            (each.name, each.value, each.unit, each.default, each.minimum, each.maximum, each.updated_at)
            for each in thresholds
        ],
        columns=[
            *(_("Threshold"), _("Value"), _("Unit"), _("Default"), _("At least"), _("At most")),
            _("Changed"),
        ],
    )
    table[_("Changed")] = pd.to_datetime(table[_("Changed")], utc=True)
    return table
