"""Transfers and escalations: from whom to whom work went, and which steps send it up."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboards.answers.people import Transfers
from dashboards.components import flows, shown, wording
from dashboards.components.cards import chart_card, show_table
from dashboards.components.graphs import show_graph
from dashboards.frames import people as frames
from dashboards.loaders import Number, Told
from dashboards.texts import _

# Drawn at once; the tables have all.
MOST_STREAMS = 10


def show_transfers(told: Told[Transfers], *, is_team_only: bool) -> None:
    if is_team_only:
        show_escalations(told)
        return
    left, right = st.columns([3, 2])
    with left:
        show_handovers(told)
    with right:
        show_escalations(told)


def show_handovers(told: Told[Transfers]) -> None:
    moved = told.answer
    with chart_card(
        _("Who hands over to whom"),
        _("Those who gave most and those who received most, at most {count} each; an edge opens.").format(
            count=MOST_STREAMS
        ),
    ):
        table = frames.handovers_table(moved)
        if table.empty:
            shown.info(_("Nothing was handed over in this selection."))
            return

        def field_of(row: Mapping[Any, Any]) -> str:
            count = "received_count" if row["What"] == "Received" else "transfer_count"
            return f"{row['Group']}[user_id={row[frames.KEY]}].{count}"

        def streams(side: str) -> list[flows.Stream]:
            rows = table[table["What"] == side].head(MOST_STREAMS).to_dict("records")
            return [
                flows.Stream(row[frames.NAME], row["Transfers"], told.number(field_of(row))) for row in rows
            ]

        middle = _("{count} transfers").format(count=wording.count(moved.total_transfers))
        show_graph(
            flows.flow(middle, streams("Gave"), streams("Received")), _("Transfers from person to person")
        )
        show_table(
            table,
            _("Who gave, received and asked for transfers"),
            opens=lambda row, column: told.number(field_of(row)) if column == "Transfers" else None,
            config={frames.KEY: None, "Group": None},
        )


def show_escalations(told: Told[Transfers]) -> None:
    with chart_card(
        _("Which steps escalate"),
        _("The {count} with most escalations; an edge opens.").format(count=MOST_STREAMS),
    ):
        table = frames.escalations_table(told.answer)
        if table.empty:
            shown.info(_("Nothing was escalated in this selection."))
            return

        def number_of(row: Mapping[Any, Any]) -> Number:
            return told.number(f"escalations_by_step[step_id={row[frames.KEY]}].escalation_count")

        streams = [
            flows.Stream(f"{row['Step']}\n{row['Workflow']}", row["Escalations"], number_of(row))
            for row in table.head(MOST_STREAMS).to_dict("records")
        ]
        middle = _("{count} escalations").format(count=wording.count(told.answer.total_escalations))
        show_graph(flows.flow(middle, streams), _("Escalations by the step they came from"))
        show_table(
            table,
            _("Escalations by step"),
            opens=lambda row, column: number_of(row) if column == "Escalations" else None,
            config={frames.KEY: None},
        )
