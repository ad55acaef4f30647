"""Working hours and days off that SLAs count by: seen, created, changed."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from dashboards import loaders
from dashboards.answers.admin import Calendar, Calendars
from dashboards.components import columns, wording
from dashboards.components.cards import chart_card
from dashboards.components.confirming import Act, do_if_sure
from dashboards.components.tables import show_rows
from dashboards.texts import _

PATH = "/sla/calendars/"
MOST_CALENDARS = 100
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
OFFICE = "09:00-17:00"


def show_calendars() -> None:
    query = {"page_size": str(MOST_CALENDARS)}
    calendars = {each.name: each for each in loaders.ask_now(Calendars, PATH, query).results}
    name = st.selectbox(
        _("Calendar"),
        list(calendars),
        index=None,
        key="calendar",
        bind="query-params",
        placeholder=_("A new one"),
    )
    calendar = calendars.get(name or "")
    if calendar is not None:
        _show_calendar(calendar)
    _show_form(calendar)


def _show_calendar(calendar: Calendar) -> None:
    words = _("Revision {revision}, in the time of {zone}. Days off: {count}.").format(
        revision=calendar.revision, zone=calendar.time_zone, count=wording.count(len(calendar.closed_on))
    )
    with chart_card(_("Hours and days off"), words):
        left, right = st.columns(2)
        with left:
            hours = [(_(day.capitalize()), _hours(calendar, day) or _("Free")) for day in WEEKDAYS]
            show_rows(pd.DataFrame(hours, columns=[_("Day"), _("Working hours")]), _("Hours of the week"))
        with right:
            days = pd.DataFrame({_("Day off"): pd.to_datetime(calendar.closed_on)})
            show_rows(days, _("Days off"), {_("Day off"): columns.day()})


def _show_form(calendar: Calendar | None) -> None:
    """Everything as text, as the API reads it: what it refuses it says by name."""
    title = _("Change it") if calendar else _("Create a calendar")
    words = _("Tasks that run keep their hours; those that start from now on count by the new ones.")
    with chart_card(title, words), st.form(f"calendar {calendar.name if calendar else ''}", border=False):
        public = calendar.public_holidays if calendar else None
        name = st.text_input(_("Name"), calendar.name if calendar else "")
        zone = st.text_input(_("Time zone"), calendar.time_zone if calendar else "UTC")
        st.caption(_("Hours of a day as 09:00-12:00, 13:00-17:00; empty is free."))
        hours = {
            day: column.text_input(_(day.capitalize()), _hours(calendar, day))
            for day, column in zip(WEEKDAYS, st.columns(len(WEEKDAYS)), strict=True)
        }
        left, right = st.columns(2)
        country = left.text_input(_("Public holidays of the country"), public.country if public else "")
        subdivision = right.text_input(_("And its part"), (public.subdivision or "") if public else "")
        holidays = st.text_area(
            _("Further days off, one a line as 2026-12-31"),
            "\n".join(map(str, calendar.holidays)) if calendar else "",
        )
        is_saved = st.form_submit_button(_("Save"))
    if is_saved:
        body = {
            "name": name.strip(),
            "time_zone": zone.strip(),
            "weekly_hours": {day: read_hours(text) for day, text in hours.items()},
            "holidays": holidays.split(),
            "public_holidays": {"country": country.strip(), "subdivision": subdivision.strip() or None}
            if country.strip()
            else None,
        }
        question = (
            _("All new tasks of {name} will count by these hours.")
            if calendar
            else _("The calendar {name} is created. A calendar cannot be deleted.")
        )
        do_if_sure(question.format(name=name.strip()), _saving(calendar, body))


def read_hours(text: str) -> list[dict[str, str]]:
    """`09:00-12:00, 13:00-17:00` as intervals; what is no time of day is the API's to refuse."""
    parts = [part.partition("-") for part in text.split(",") if part.strip()]
    return [{"opens": opens.strip(), "closes": closes.strip()} for opens, _dash, closes in parts]


def _hours(calendar: Calendar | None, day: str) -> str:
    if calendar is None:
        return "" if day in {"saturday", "sunday"} else OFFICE
    return ", ".join(f"{each.opens}-{each.closes}" for each in calendar.weekly_hours.get(day, []))


def _saving(calendar: Calendar | None, body: Mapping[str, object]) -> Act:
    def save() -> str:
        if calendar is None:
            made = loaders.change_once(Calendar, PATH, body)
            return _("{name} was created.").format(name=made.name)
        seen = {"If-Match": f'"{calendar.revision}"'}
        loaders.change("PUT", f"{PATH}{calendar.calendar_id}/", body, seen)
        return _("{name} has new hours, in revision {revision}.").format(
            name=body["name"], revision=calendar.revision + 1
        )

    return save
