"""How a notification looks in a mailbox, and what a webhook carries of it."""

import json
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from api.kit.clock import utc_now
from api.notifications.models import Notification
from api.settings import ApiSettings

_TEMPLATES = Environment(
    loader=PackageLoader("api.notifications"),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
# Facts for machines: the subject says as much.
_UNSHOWN = {"direction"}
Facts = list[tuple[str, str]]


def render_mail(
    notification: Notification, *, recipient: str, delivery_id: int, settings: ApiSettings
) -> EmailMessage:
    """Write a notification as a mail with a plain and an HTML part.

    Its Message-ID is that of the delivery, so that a mailbox recognises what it is sent twice.
    """
    name, sender = parseaddr(settings.smtp_from)
    domain = sender.rpartition("@")[2]
    # A line break in a subject would begin a header of the ticket's author's choice.
    subject = " ".join(_printable(notification.subject).split())
    shown = {
        "subject": subject,
        "message": notification.message,
        "facts": list_facts(notification),
        "link": _link(notification, settings),
        "links": [(each["title"], each["url"]) for each in notification.facts.get("links", ())],
    }
    mail = EmailMessage(policy=SMTP)
    mail["From"] = Address(name, addr_spec=sender)
    mail["To"] = Address(addr_spec=recipient)
    mail["Subject"] = subject
    mail["Date"] = format_datetime(utc_now())
    mail["Message-ID"] = f"<delivery-{delivery_id}.{notification.notification_id}@{domain}>"
    mail["List-Id"] = f"Sluice notifications <notifications.{domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(_TEMPLATES.get_template("mail.txt").render(shown))
    mail.add_alternative(_TEMPLATES.get_template("mail.html").render(shown), subtype="html")
    return mail


def render_event(notification: Notification) -> bytes:
    """Write a notification as the body of a webhook."""
    data = {
        "notification_id": str(notification.notification_id),
        "user_type": notification.user_type,
        "user_id": notification.user_id,
        "subject": notification.subject,
        "message": notification.message,
        "ticket_number": notification.ticket_number,
        "task_id": notification.task_id,
        "task_item_id": notification.task_item_id,
        "facts": notification.facts,
    }
    event = {"type": notification.type, "timestamp": notification.occurred_at.isoformat(), "data": data}
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()


def list_facts(notification: Notification) -> Facts:
    """List what a notification tells beside its message, in words."""
    facts: Facts = []
    if notification.ticket_number:
        facts.append(("Ticket", notification.ticket_number))
    for name, fact in notification.facts.items():
        is_plain = isinstance(fact, str | int | float) and not isinstance(fact, bool)
        if is_plain and fact != "" and name not in _UNSHOWN:
            facts.append((name.replace("_", " ").capitalize(), _printable(str(fact))))
    facts.append(("At", f"{notification.occurred_at:%Y-%m-%d %H:%M} UTC"))
    return facts


def _link(notification: Notification, settings: ApiSettings) -> str | None:
    if not settings.public_url:
        return None
    base = settings.public_url.rstrip("/")
    return f"{base}/tasks/{notification.task_id}/" if notification.task_id else f"{base}/"


def _printable(text: str) -> str:
    return "".join(character if character.isprintable() else " " for character in text)
