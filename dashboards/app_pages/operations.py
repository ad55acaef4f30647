"""The desk at this moment, for coordinators: what is due, what waits, what stands, what is mine."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import pandas as pd
import streamlit as st

from dashboards import loaders
from dashboards.answers.base import Page
from dashboards.answers.operations import Assignments, OpenTasks, Snapshots, WaitingRows
from dashboards.components import columns, shown, wording
from dashboards.components.cards import Card, chart_card, show_cards
from dashboards.components.live import Reading, read, show_live, show_read_at
from dashboards.components.live_filters import LiveFilters, choose_live_filters
from dashboards.components.pages import page_of
from dashboards.components.tables import show_rows
from dashboards.frames import operations as frames
from dashboards.session import current_account
from dashboards.texts import _

MOST_ROWS = 100
# What runs against its target; on hold the clock stands.
RUNNING = ("in progress", "pending")
# What each list can be narrowed by, and under which name.
BY_STATE = {"sla_status": "sla_status"}
OF_TASKS = {name: name for name in ("search", "priority", "department", "workflow_id")}
OF_ITEMS = {
    "search": "search",
    "priority": "priority",
    "workflow_id": "task__workflow_id",
    "sla_status": "sla_status",
}
OF_WAITING = {"search": "search", "workflow_id": "task__workflow_id"}
OF_UNROUTED = {name: name for name in ("search", "priority", "department")}

P = TypeVar("P", bound=Page)


@page_of(_("Operations"))
def show_page() -> None:
    st.caption(_("The desk as it is now. A ticket's number leads to it; a click on a head sorts."))
    show_live(show_desk, choose_live_filters())


def show_desk(filters: LiveFilters) -> None:
    due = [_tasks(filters, {"status": status}, OF_TASKS | BY_STATE) for status in RUNNING]
    at_risk = _tasks(filters, {"sla_status": "at_risk", "page_size": "1"}, OF_TASKS)
    held = _tasks(filters, {"status": "on_hold", "ordering": "updated_at"}, OF_TASKS | BY_STATE)
    mine = _list(Assignments, "/tasks/my-tasks/", {"open": "true"} | filters.query(OF_ITEMS))
    waiting = _waiting(filters)
    # Whatever could not be read speaks for all, and of those the oldest.
    readings: list[Reading[Any]] = [*due, at_risk, held, mine, waiting]
    show_read_at(min(readings, key=lambda reading: (reading.trouble is None, reading.read_at)))
    show_cards(
        [
            Card(_("Waiting for somebody"), wording.count(waiting.told.count)),
            Card(_("At risk"), wording.count(at_risk.told.count)),
            Card(_("On hold"), wording.count(held.told.count)),
            Card(_("With me"), wording.count(mine.told.count)),
        ]
    )
    _show_due([reading.told for reading in due])
    _show_waiting(waiting.told, filters)
    with chart_card(_("On hold"), _("Their clocks stand; what stood longest comes first.")):
        _show_rows(frames.held_table(held.told.results), held.told.count, _("Tickets on hold"))
    with chart_card(_("With me"), _("What I was given and have not finished, the oldest first.")):
        _tell_left_out(filters, OF_ITEMS)
        _show_rows(frames.mine_table(mine.told.results), mine.told.count, _("What I hold"))


def _show_due(due: Sequence[OpenTasks]) -> None:
    in_progress, pending = due
    words = _("{in_progress} in progress, {pending} pending. Below zero are working hours that one is late.")
    told_words = words.format(
        in_progress=wording.count(in_progress.count), pending=wording.count(pending.count)
    )
    with chart_card(_("Due next"), told_words):
        tasks = [*in_progress.results, *pending.results]
        _show_rows(frames.due_table(tasks), in_progress.count + pending.count, _("Tickets that are due"))


def _show_waiting(waiting: WaitingRows | Snapshots, filters: LiveFilters) -> None:
    if isinstance(waiting, WaitingRows):
        names, table = OF_WAITING, frames.waiting_table(waiting.results)
        words = _("Tickets that no workflow took, and tasks whose step has nobody, the oldest first.")
    else:
        names, table = OF_UNROUTED, frames.unrouted_table(waiting.results)
        words = _(
            "New tickets that no workflow took, the oldest first. "
            "Tasks whose step has nobody are listed for administrators."
        )
    with chart_card(_("Waiting for somebody"), words):
        _tell_left_out(filters, names)
        _show_rows(table, waiting.count, _("Tickets that wait for somebody"))


def _show_rows(table: pd.DataFrame, count: int, described_as: str) -> None:
    if table.empty:
        shown.info(_("Nothing now."))
        return
    config = {
        _("Ticket"): st.column_config.LinkColumn(display_text="#(.*)$", pinned=True),
        _("Hours left"): columns.tenths(),
    }
    show_rows(table, described_as, config, key=described_as)
    if count > len(table):
        shown.caption(
            _("The first {shown} of {count}: a filter brings up others.").format(
                shown=wording.count(len(table)), count=wording.count(count)
            )
        )


def _tell_left_out(filters: LiveFilters, names: Mapping[str, str]) -> None:
    left_out = filters.left_out(names)
    if left_out:
        shown.caption(_("Not narrowed by: {filters}.").format(filters=", ".join(left_out)))


def _tasks(filters: LiveFilters, chosen: dict[str, str], names: Mapping[str, str]) -> Reading[OpenTasks]:
    return _list(OpenTasks, "/tasks/", {"ordering": "target_resolution"} | filters.query(names) | chosen)


def _waiting(filters: LiveFilters) -> Reading[WaitingRows] | Reading[Snapshots]:
    """All that waits, to who may see it; to others the new tickets that no workflow took."""
    account = current_account()
    if account is not None and account.is_admin:
        return _list(WaitingRows, "/tasks/all-tasks/", {"tab": "unassigned"} | filters.query(OF_WAITING))
    unrouted = {"is_task_allocated": "false", "status": "New", "ordering": "created_at"}
    return _list(Snapshots, "/tickets/", filters.query(OF_UNROUTED) | unrouted)


def _list(answer: type[P], path: str, query: dict[str, str]) -> Reading[P]:
    asked = {"page_size": str(MOST_ROWS), "ordering": "assigned_on"} | query
    return read(loaders.address_of(path, asked), lambda: loaders.ask_now(answer, path, asked))


show_page()
