"""How the tickets of one workflow went: its map, and the ways they took from start to end."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboards import loaders
from dashboards.answers.catalogue import Meaning
from dashboards.answers.workflows import DesignedEdge, DesignedGraph, ProcessMap, Variants, Workflow
from dashboards.charts import workflows as charts
from dashboards.components import graphs, shown, wording
from dashboards.components.cards import Card, chart_card, show_cards, show_chart, show_table
from dashboards.components.groups import Group
from dashboards.components.process_map import map_of
from dashboards.errors import RequestRefusedError
from dashboards.frames import workflows as frames
from dashboards.loaders import Listing, Told
from dashboards.session import current_account
from dashboards.texts import _

SHOWN_VARIANTS = 15


def show_process(workflow_id: int) -> None:
    path = f"/analytics/workflows/{workflow_id}/process-map/"
    told = loaders.ask(ProcessMap, path)
    meanings = loaders.meanings(path)
    with chart_card(
        _("Process map"),
        _(
            "All tickets of the workflow, whenever they were created. At each arrow: how often it was taken, "
            "and the median time from entering the one step to entering the other. Steps and arrows open."
        ),
    ):
        _show_headlines(told, meanings)
        if not told.answer.visits:
            shown.info(_("No step of this workflow has been entered yet."))
            return
        graphs.show_graph(
            map_of(told, _designed_edges(workflow_id)), _("Steps of the workflow with the moves between them")
        )
        shown.caption(
            _(
                "Thick: the slowest step, and the slowest move of those designed. "
                "Dotted: not in the design. Dashed: designed, and never used."
            )
        )
        _show_tables(told, meanings)
        _show_event_log(told)


def _show_headlines(told: Told[ProcessMap], meanings: Mapping[str, Meaning]) -> None:
    cards = (
        ("tickets", _("Tickets"), wording.count),
        ("completed_tickets", _("Completed"), wording.count),
        ("visits", _("Visits of steps"), wording.count),
        ("variants", _("Different ways"), wording.count),
        ("designed_share", _("On a designed way"), wording.percent),
        ("deviation_rate", _("Moves off the design"), wording.percent),
        ("reworked_tickets", _("Reworked tickets"), wording.count),
        ("rework_rate", _("Rework rate"), wording.percent),
    )
    show_cards(
        [
            Card(
                label,
                tell(getattr(told.answer, field)),
                meanings.get(field),
                told.number(field),
            )
            for field, label, tell in cards
        ]
    )


def _show_tables(told: Told[ProcessMap], meanings: Mapping[str, Meaning]) -> None:
    steps = {
        "step_name": _("Step"),
        "role_name": _("Role"),
        "visits": _("Visits"),
        "currently_here": _("Here now"),
        "samples": _("Ended visits"),
        "median_hours": _("Median hours"),
        "median_business_hours": _("Median working hours"),
        "is_designed": _("In the design"),
    }
    moves = {
        "from_step_name": _("From"),
        "to_step_name": _("To"),
        "count": _("Times"),
        "rework_count": _("Into a step again"),
        "median_hours": _("Median hours"),
        "median_business_hours": _("Median working hours"),
        "p90_hours": _("90 % within hours"),
        "is_designed": _("In the design"),
    }
    keys = ("from_step_id", "to_step_id")
    first, second = st.tabs([_("Steps"), _("Moves")])
    with first:
        Group(told, "nodes", ("step_id",), steps, meanings).show_table(_("Steps of the map"))
    with second:
        Group(told, "edges", keys, moves, meanings).show_table(_("Moves of the map"))


def _designed_edges(workflow_id: int) -> list[DesignedEdge]:
    """Moves that the version in force permits; none where the workflow has been deleted since."""
    try:
        workflow = loaders.ask_now(Workflow, f"/workflows/{workflow_id}/")
        if workflow.active_version is None:
            return []
        query = {"version": str(workflow.active_version)}
        return loaders.ask_now(DesignedGraph, f"/workflows/{workflow_id}/graph/", query).edges
    except RequestRefusedError:
        return []


def _show_event_log(told: Told[ProcessMap]) -> None:
    account = current_account()
    if account is None or not account.is_admin:
        return
    address = told.listing(f"/analytics/workflows/{told.answer.workflow_id}/event-log/?format=xes").address
    st.download_button(
        _("Download the event log as XES"),
        loaders.downloading(address),
        f"workflow-{told.answer.workflow_id}.xes",
        "application/xml",
        icon=":material/download:",
        help=_("Every visit of a step, for tools of process mining."),
        on_click="ignore",
    )


def show_variants(workflow_id: int) -> None:
    path = f"/analytics/workflows/{workflow_id}/variants/"
    told = loaders.ask(Variants, path, {"page_size": "100"})
    table = frames.variant_table(told.answer.results)

    def opened(row: Mapping[Any, Any], _column: str) -> Listing:
        return told.listing(f"/analytics/drilldown/workflow/{workflow_id}/?variant={row['variant_id']}")

    with chart_card(
        _("Ways that completed tickets went"),
        _("{count} different ways, the most frequent first.").format(count=wording.count(told.answer.count)),
    ):
        if table.empty:
            shown.info(_("No ticket of this workflow has been completed yet."))
            return
        show_chart(charts.variants(table.head(SHOWN_VARIANTS), opened), _("Share of each way, as bars"))
        show_table(table.drop(columns="Bar"), _("Ways of tickets"), opens=opened, config={"variant_id": None})
