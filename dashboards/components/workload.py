"""How much each person or role carries at this moment, beside what they can."""

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
import streamlit as st

from dashboards import loaders
from dashboards.answers.people import Workload
from dashboards.charts import people as charts
from dashboards.components import shown, wording
from dashboards.components.cards import chart_card, show_chart, show_table
from dashboards.components.opening import Opens
from dashboards.components.states import part_of_page
from dashboards.frames import people as frames
from dashboards.loaders import Listing, Told
from dashboards.texts import _

# Drawn at once; the tables have all.
MOST_BARS = 20
ROWS_OF_ROLE = "/analytics/drilldown/tasks/status/"


def show_workload(query: Mapping[str, str], *, is_team_only: bool) -> None:
    with (
        chart_card(
            _("Who carries how much now"), _("Open items, whatever the dates; of filters only the role.")
        ),
        part_of_page(
            _(
                "How much each person carries is for administrators (role Admin in system tts). "
                "Everything else on this page is yours."
            )
        ),
    ):
        told = loaders.ask(Workload, "/analytics/workload/", query)
        summary = told.answer.summary
        words = _(
            "{people} people hold {items} open items, {mean} each; {overdue} are overdue. "
            "Of the people, {full} hold as much as they can."
        )
        shown.text(
            words.format(
                people=wording.count(summary.total_agents),
                items=wording.count(summary.total_active_tasks),
                mean=wording.number(summary.avg_tasks_per_agent),
                overdue=wording.count(summary.overdue_items),
                full=wording.count(summary.overloaded_agents),
            )
        )
        by_role = frames.role_load_table(told.answer.by_role)
        of_role = opens_load(told, lambda key: (ROWS_OF_ROLE, {"role": key}))
        if is_team_only:
            show_load(by_role, _("Open items by role"), of_role)
            return
        people, roles = st.columns(2)
        with people:
            by_person = frames.load_table(told.answer.workloads)
            show_load(
                by_person,
                _("Open items by person"),
                opens_load(told, lambda key: (f"/analytics/drilldown/user/{key}/", query)),
            )
        with roles:
            show_load(by_role, _("Open items by role"), of_role)


def opens_load(told: Told[Workload], where: Callable[[Any], tuple[str, Mapping[str, str]]]) -> Opens:
    """Open items of whom the row is about, as a list: nothing adds up the load of this moment anew."""

    def opened(row: Mapping[Any, Any], column: str) -> Listing | None:
        narrowed = {"Open": {"is_open": "true"}, "Overdue": {"is_open": "true", "sla_status": "breached"}}
        if column not in narrowed:
            return None
        path, query = where(row[frames.KEY])
        return told.listing(loaders.address_of(path, {**query, **narrowed[column]}))

    return opened


def show_load(table: pd.DataFrame, words: str, opens: Opens) -> None:
    show_chart(charts.load(table.head(MOST_BARS), opens), _("{what}, as bars").format(what=words))
    show_table(table, words, opens=opens, config={frames.KEY: None})
