"""What could not be delivered, and having it sent again."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from dashboards import loaders
from dashboards.answers.admin import (
    Deliveries,
    Delivery,
    Done,
    FailedNotification,
    FailedNotifications,
    RetriedAll,
    Webhooks,
)
from dashboards.answers.base import Answer
from dashboards.answers.data import ServiceHealth
from dashboards.components import shown, wording
from dashboards.components.cards import chart_card
from dashboards.components.confirming import Act, do_if_sure
from dashboards.components.tables import show_rows
from dashboards.frames.data import health_table
from dashboards.texts import _

FAILED = "/tasks/failed-notifications/"
WEBHOOKS = "/webhooks/"
MOST_ROWS = "100"
STATES = ("pending", "retrying", "failed", "success")
DELIVERING = ("ticket_service", "notification_outbox", "role_sync", "queue")


def show_failed_notifications() -> None:
    query = _chosen("failed_status") | {"page_size": MOST_ROWS}
    failed = loaders.ask_now(FailedNotifications, FAILED, query)
    if not failed.results:
        shown.info(_("No notification has failed."))
        return
    words = _("{count} could not be sent at the first attempt.").format(count=wording.count(failed.count))
    with chart_card(_("Failed notifications"), words):
        show_rows(_table(failed.results), _("Failed notifications, the newest first"))
    found = {each.failed_notification_id: each for each in failed.results}
    number = st.selectbox(_("Notification"), list(found), format_func=lambda key: _named(found[key]))
    is_forced = st.toggle(_("Also where no attempt is left"), key="force")
    force = "?force=true" if is_forced else ""
    with st.container(horizontal=True):
        is_one = st.button(_("Send this one again"), icon=":material/send:")
        is_every = st.button(_("Send all again"), icon=":material/forward_to_inbox:")
    if is_one:
        question = _("It is sent to user {user} now.").format(user=found[number].user_id)
        do_if_sure(question, _sending(f"{FAILED}{number}/retry/{force}"))
    if is_every:
        do_if_sure(_("All that failed is sent now, up to 500 at once."), _sending_all(force))


def show_queue() -> None:
    health = loaders.ask_now(ServiceHealth, "/analytics/service-health/")
    components = {name: health.components[name] for name in DELIVERING if name in health.components}
    words = _("What is on its way between the services, what was refused or given up, and the jobs.")
    with chart_card(_("On its way"), words):
        show_rows(health_table(components), _("Queues and their status"))
    _show_webhooks()


def _show_webhooks() -> None:
    webhooks = loaders.ask_now(Webhooks, WEBHOOKS, {"page_size": MOST_ROWS}).results
    with chart_card(_("Deliveries to webhooks"), _("What each endpoint was sent, the newest first.")):
        if not webhooks:
            shown.info(_("There is no webhook."))
            return
        urls = {each.webhook_id: each.url for each in webhooks}
        webhook = st.selectbox(_("Webhook"), list(urls), format_func=lambda key: f"{key}: {urls[key]}")
        path = f"{WEBHOOKS}{webhook}/deliveries/"
        query = _chosen("delivery_status") | {"page_size": MOST_ROWS}
        deliveries = {each.delivery_id: each for each in loaders.ask_now(Deliveries, path, query).results}
        if not deliveries:
            shown.info(_("Nothing was sent to it."))
            return
        show_rows(_delivery_table(list(deliveries.values())), _("Deliveries, the newest first"))
        number = st.selectbox(
            _("Delivery"), list(deliveries), format_func=lambda key: f"{key}: {deliveries[key].subject}"
        )
        if st.button(_("Send it again"), icon=":material/send:"):
            do_if_sure(
                _("It is sent to {url} once more.").format(url=urls[webhook]),
                _replaying(f"{path}{number}/replay/", number),
            )


def _chosen(key: str) -> dict[str, str]:
    state = st.selectbox(_("Status"), STATES, index=None, key=key, placeholder=_("All"), bind="query-params")
    return {"status": state} if state else {}


def _sending(path: str) -> Act:
    return lambda: loaders.change_once(Done, path).message


def _sending_all(force: str) -> Act:
    def send() -> str:
        done = loaders.change_once(RetriedAll, f"{FAILED}retry-all/{force}")
        return _("{total} were tried: {sent} sent, {failed} not; {left} are still to be sent.").format(
            total=done.total, sent=done.success, failed=done.failed, left=done.remaining_pending
        )

    return send


def _replaying(path: str, number: int) -> Act:
    def send() -> str:
        loaders.change_once(Answer, path)
        return _("Delivery {number} is sent again.").format(number=number)

    return send


def _named(failed: FailedNotification) -> str:
    return f"{failed.failed_notification_id}: {failed.task_title} ({failed.channel})"


def _table(failed: Sequence[FailedNotification]) -> pd.DataFrame:
    table = pd.DataFrame(
        [
            (
                each.failed_notification_id,
                each.status,
                each.error_message,
                each.task_title,
                each.ticket_number,
                each.channel,
                each.user_id,
                f"{each.retry_count}/{each.max_retries}",
                each.created_at,
                each.next_retry_at,
            )
            for each in failed
        ],
        columns=[
            *(_("Number"), _("Status"), _("Error"), _("About"), _("Ticket"), _("Channel"), _("User")),
            *(_("Attempts"), _("Created"), _("Next attempt")),
        ],
    )
    table[_("Next attempt")] = pd.to_datetime(table[_("Next attempt")], utc=True)
    return table


def _delivery_table(deliveries: Sequence[Delivery]) -> pd.DataFrame:
    table = pd.DataFrame(
        [
            (
                each.delivery_id,
                each.status,
                each.subject,
                each.ticket_number,
                f"{each.attempts}/{each.max_attempts}",
                each.last_error,
                each.created_at,
                each.sent_at,
            )
            for each in deliveries
        ],
        columns=[
            *(_("Number"), _("Status"), _("Subject"), _("Ticket"), _("Attempts"), _("Last error")),
            *(_("Created"), _("Sent")),
        ],
    )
    table[_("Sent")] = pd.to_datetime(table[_("Sent")], utc=True)
    return table
