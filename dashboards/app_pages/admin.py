"""What administrators look after: limits, working hours, annotations, what could not be delivered."""

import streamlit as st

from dashboards.components.annotating import show_annotation_forms
from dashboards.components.calendars import show_calendars
from dashboards.components.confirming import show_what_is_asked
from dashboards.components.deliveries import show_failed_notifications, show_queue
from dashboards.components.pages import page_of
from dashboards.components.thresholds import show_thresholds
from dashboards.texts import _


@page_of(_("Admin"))
def show_page() -> None:
    show_what_is_asked()
    parts = {
        _("Thresholds"): show_thresholds,
        _("Calendars"): show_calendars,
        _("Annotations"): show_annotation_forms,
        _("Failed notifications"): show_failed_notifications,
        _("Queue"): show_queue,
    }
    for tab, show in zip(
        st.tabs(list(parts), key="part", on_change="rerun", bind="query-params"), parts.values(), strict=True
    ):
        if tab.open:
            with tab:
                show()


show_page()
