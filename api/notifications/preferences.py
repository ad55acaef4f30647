"""What a person is told through which channel, and when: their own choices, else the defaults."""

from collections.abc import Mapping
from datetime import datetime

from api.identity import repository as identity_repository
from api.identity.enums import UserType
from api.identity.principal import Principal
from api.kit.db import Session
from api.kit.errors import ValidationFailedError
from api.notifications import repository
from api.notifications.enums import Channel, DigestPeriod, NotificationType
from api.notifications.models import Notification
from api.notifications.repository import TypeAndChannel
from api.notifications.schemas import ChannelsRead, ChosenChannel, PreferencesRead, PreferencesUpdate
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
_NEVER_WAITING = frozenset(
    {NotificationType.SLA_BREACH, NotificationType.DIGEST, NotificationType.DESK_DIGEST}
)


def default_channels(kind: NotificationType, *, is_admin: bool) -> frozenset[Channel]:
    if kind is NotificationType.DESK_DIGEST:
        return frozenset(CHOSEN_CHANNELS) if is_admin else frozenset()
    if kind is NotificationType.DIGEST:
        return frozenset({Channel.EMAIL})
    return frozenset(CHOSEN_CHANNELS) if kind in _MAILED else frozenset({Channel.IN_APP})


async def channels_for(session: Session, notification: Notification) -> frozenset[Channel]:
    """Choose among in-app and e-mail for one notification, as its recipient wants that type."""
    kind = NotificationType(notification.type)
    choices = await repository.find_choices(session, notification.user_type, notification.user_id, kind)
    # The only type whose default depends on who is asked.
    is_admin = kind is NotificationType.DESK_DIGEST and await _is_admin(
        session, notification.user_type, notification.user_id
    )
    return chosen_channels(choices, kind, is_admin=is_admin)


def chosen_channels(
    choices: Mapping[TypeAndChannel, bool], kind: NotificationType, *, is_admin: bool
) -> frozenset[Channel]:
    """Choose the channels of a type: those switched on, and the defaults that were not switched off."""
    defaults = default_channels(kind, is_admin=is_admin)
    return frozenset(
        channel for channel in CHOSEN_CHANNELS if choices.get((kind, channel), channel in defaults)
    )


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


async def get_preferences(session: Session, principal: Principal) -> PreferencesRead:
    choices = await repository.find_choices(session, principal.user_type, principal.user_id)
    setting = await repository.find_setting(session, principal.user_type, principal.user_id)
    is_admin = await _is_admin(session, principal.user_type, principal.user_id)
    chosen = {kind: chosen_channels(choices, kind, is_admin=is_admin) for kind in NotificationType}
    return PreferencesRead(
        types={
            kind: ChannelsRead(in_app=Channel.IN_APP in channels, email=Channel.EMAIL in channels)
            for kind, channels in chosen.items()
        },
        digest=DigestPeriod.OFF if setting is None else DigestPeriod(setting.digest),
        quiet_calendar_id=None if setting is None else setting.quiet_calendar_id,
    )


async def change_preferences(
    session: Session, principal: Principal, body: PreferencesUpdate
) -> PreferencesRead:
    """Change what the body names.

    Raises:
        ValidationFailedError: there is no such calendar, or an employee asks for what is told to staff.
    """
    changes = body.model_dump(include=body.model_fields_set & {"digest", "quiet_calendar_id"})
    if body.digest is None and "digest" in changes:
        changes["digest"] = DigestPeriod.OFF
    if changes.get("digest", DigestPeriod.OFF) != DigestPeriod.OFF and not principal.is_staff:
        message = f"{changes['digest'].value!r} is for staff, who hold or own tickets: use 'off'"
        raise ValidationFailedError.of("digest", message)
    if NotificationType.DESK_DIGEST in body.types and not principal.is_staff:
        message = "The week of the desk is told to staff, who may read the analytics: leave it out"
        raise ValidationFailedError.of(f"types.{NotificationType.DESK_DIGEST}", message)
    await _check_calendar(session, body.quiet_calendar_id)
    wanted = {
        (kind, Channel(channel)): is_enabled
        for kind, chosen in body.types.items()
        for channel, is_enabled in (dict.fromkeys(ChosenChannel) if chosen is None else chosen).items()
    }
    choices = {key: is_enabled for key, is_enabled in wanted.items() if is_enabled is not None}
    await repository.put_choices(session, principal, choices)
    await repository.drop_choices(session, principal, wanted.keys() - choices.keys())
    await repository.put_setting(session, principal, changes)
    return await get_preferences(session, principal)


async def _is_admin(session: Session, user_type: str, user_id: int) -> bool:
    """Ask the memberships kept here, whatever a token says: a digest is written without one."""
    return user_type == UserType.STAFF and await identity_repository.is_admin(session, user_id)


async def _check_calendar(session: Session, calendar_id: int | None) -> None:
    if calendar_id is None:
        return
    if await sla_repository.find_calendar(session, calendar_id) is None:
        message = f"No calendar has the id {calendar_id}: name one of /sla/calendars/, or null for any time"
        raise ValidationFailedError.of("quiet_calendar_id", message)
