"""Alerts, the worst first: what is wrong, what to do about it, and the way to the tickets."""

from collections.abc import Sequence
from html import escape
from typing import Literal

import streamlit as st

from dashboards.answers.insights import Alert, Operational
from dashboards.components import printing, shown, wording
from dashboards.components.opening import href_of_ticket, show_link, show_number_link
from dashboards.loaders import Told
from dashboards.reports.blocks import Words
from dashboards.texts import _

Colour = Literal["red", "orange", "blue"]
SEVERITIES: dict[str, tuple[Colour, str]] = {
    "critical": ("red", ":material/error:"),
    "warning": ("orange", ":material/warning:"),
    "info": ("blue", ":material/info:"),
}


def show_alerts(told: Told[Operational], *, is_team_only: bool) -> None:
    names = {"critical": _("Critical"), "warning": _("Warnings"), "info": _("For information")}
    for severity, (colour, icon) in SEVERITIES.items():
        alerts = [alert for alert in told.answer.alerts if alert.severity == severity]
        if alerts:
            words = f"{names[severity]}: {len(alerts)}"
            st.badge(words, icon=icon, color=colour)
            printing.note(Words(words, "note"))
            _show(told, alerts, is_team_only=is_team_only)


def _show(told: Told[Operational], alerts: Sequence[Alert], *, is_team_only: bool) -> None:
    for alert in alerts:
        is_hidden = is_team_only and alert.user_id is not None
        with st.container(border=True, gap="small"):
            title = alert.category if is_hidden else alert.title
            st.html(f"<strong>{escape(title)}</strong>")
            printing.note(Words(title, "title"))
            shown.text(f"{alert.message}.")
            shown.text(_("What to do: {advice}.").format(advice=alert.recommendation))
            with st.container(horizontal=True):
                for task in alert.affected_tasks or []:
                    show_link(
                        href_of_ticket(task.task_id, task.ticket_number),
                        f"{task.ticket_number} ({wording.hours(task.hours_remaining)})",
                    )
            if alert.drilldown and not is_hidden:
                show_number_link(told.listing(alert.drilldown))
