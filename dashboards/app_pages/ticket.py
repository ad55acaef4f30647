"""One ticket as it is now: where it stands, how long it has, and all that happened to it."""

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import quote

import streamlit as st

from dashboards import loaders
from dashboards.answers.operations import Snapshot
from dashboards.answers.ticket import ActionLogs, Task, Visualization
from dashboards.components import columns, graphs, printing, shown, wording
from dashboards.components.cards import Card, show_cards
from dashboards.components.opening import TASK, UNROUTED
from dashboards.components.pages import page_of
from dashboards.frames import rows as frames
from dashboards.texts import _


@page_of(_("Ticket"))
def show_page() -> None:
    task_id, number = st.query_params.get(TASK, ""), st.query_params.get(UNROUTED)
    if number and not task_id:
        snapshot = loaders.ask_now(Snapshot, f"/tickets/{quote(number, safe='')}/")
        if snapshot.task_id is None:
            _show_unrouted(snapshot)
            return
        task_id = str(snapshot.task_id)
    if not task_id.isdigit():
        shown.info(_("Choose a ticket from a list of tickets to see its history."))
        return
    _show_task(task_id)


def _show_task(task_id: str) -> None:
    task = loaders.ask_now(Task, f"/tasks/{task_id}/")
    shown.subheader(task.ticket_number)
    shown.text(task.ticket_subject)
    shown.caption(_("As it is now; analytics show it as of the last publication."))
    _show_state(task)
    path = loaders.ask_now(Visualization, f"/tasks/{task_id}/visualization/")
    with st.container(border=True):
        done = wording.percent(path.metadata.progress_percent)
        shown.subheader(_("Its way"))
        shown.caption(_("{percent} of the work of its workflow is done.").format(percent=done))
        graphs.show_graph(graphs.path_of_ticket(path), _("Steps of the ticket's workflow, with its own path"))
        printing.note_rows(frames.path_table(path), _("Steps"), {})
    actions = loaders.ask_now(ActionLogs, f"/tasks/{task_id}/action-logs/").actions
    shown.subheader(_("What happened"))
    shown.table(
        frames.actions_table(actions),
        _("Events of the ticket, the oldest first"),
        {
            _("When"): columns.instant(time="HH:mm:ss"),
            _("Notes"): st.column_config.TextColumn(width="large"),
        },
    )


def _show_unrouted(ticket: Snapshot) -> None:
    shown.subheader(ticket.ticket_number)
    shown.text(ticket.subject)
    shown.info(_("No workflow took this ticket: an administrator gives it to one."))
    told = {
        _("Status"): ticket.status,
        _("Priority"): ticket.priority,
        _("Department"): ticket.department,
        _("Category"): ticket.category,
        _("Sub-category"): ticket.sub_category,
        _("Created"): wording.instant(ticket.created_at),
    }
    _show_told(told)


def _show_state(task: Task) -> None:
    left = wording.hours(task.hours_remaining) if task.resolution_time is None else wording.ABSENT
    show_cards(
        [
            Card(_("Status"), wording.STATUS_NAMES.get(task.status, task.status)),
            Card(_("SLA"), wording.SLA_NAMES.get(task.sla_status, task.sla_status)),
            Card(_("Time left"), left),
            Card(_("Priority"), task.ticket_priority),
        ]
    )
    told = {
        _("Workflow"): task.workflow_name,
        _("Step"): task.current_step_name,
        _("Role"): task.current_step_role,
        _("Owner"): task.ticket_owner_name,
        _("Department"): task.department,
        _("Category"): task.category,
        _("Sub-category"): task.sub_category,
        _("Created"): wording.instant(task.created_at),
        _("First response"): _instant(task.first_response_at),
        _("Target"): _instant(task.target_resolution),
        _("Resolved"): _instant(task.resolution_time),
    }
    _show_told(told)


def _instant(moment: datetime | None) -> str | None:
    return None if moment is None else wording.instant(moment)


def _show_told(told: Mapping[str, str | None]) -> None:
    shown.text("\n".join(f"{name}: {value or wording.ABSENT}" for name, value in told.items()))


show_page()
