"""What a person is told through which channel, and when: their own choices, else the defaults."""

from datetime import datetime

from api.kit.db import Session
from api.notifications import repository
from api.notifications.enums import Channel, NotificationType
from api.notifications.models import Notification
from api.sla import repository as sla_repository
from api.sla.calendars import END, MICROSECOND
from api.sla.definitions import read_working_time

CHOSEN_CHANNELS = (Channel.IN_APP, Channel.EMAIL)
# What somebody must act on reaches their mailbox too.
_MAILED = frozenset(
    {
        NotificationType.TASK_ASSIGNMENT,
        NotificationType.TASK_TRANSFER_IN,
        NotificationType.TASK_TRANSFER_OUT,
        NotificationType.TASK_ESCALATION,
        NotificationType.SLA_WARNING,
        NotificationType.SLA_BREACH,
    }
)
# A breach is worth disturbing somebody for; the hour of a digest is chosen already.
_NEVER_WAITING = frozenset({NotificationType.SLA_BREACH, NotificationType.DIGEST})


def default_channels(kind: NotificationType) -> frozenset[Channel]:
    if kind is NotificationType.DIGEST:
        return frozenset({Channel.EMAIL})
    return frozenset(CHOSEN_CHANNELS) if kind in _MAILED else frozenset({Channel.IN_APP})


async def channels_for(session: Session, notification: Notification) -> frozenset[Channel]:
    """Choose among in-app and e-mail for one notification, as its recipient wants that type."""
    kind = NotificationType(notification.type)
    choices = await repository.find_choices(session, notification.user_type, notification.user_id, kind)
    is_on = {channel: channel in default_channels(kind) for channel in CHOSEN_CHANNELS} | choices
    return frozenset(channel for channel, is_enabled in is_on.items() if is_enabled)


async def quiet_until(session: Session, notification: Notification, now: datetime) -> datetime | None:
    """Say when the recipient may be written to; None is now.

    In-app notifications are only looked at, and wait for nobody.
    """
    if notification.type in _NEVER_WAITING:
        return None
    setting = await repository.find_setting(session, notification.user_type, notification.user_id)
    if setting is None or setting.quiet_calendar_id is None:
        return None
    revision = await sla_repository.newest_revision(session, setting.quiet_calendar_id)
    # The least working time from now on is over just after the calendar opens.
    opens_at = read_working_time(revision.definition).add(now, MICROSECOND) - MICROSECOND
    # One that never opens again would hold the message for ever.
    return opens_at if now < opens_at < END - MICROSECOND else None
