from sqlalchemy import select

from api.kit.db import Session
from api.notifications.enums import Channel, NotificationType
from api.notifications.models import NotificationPreference, NotificationSetting


async def find_choices(
    session: Session, user_type: str, user_id: int, kind: NotificationType
) -> dict[Channel, bool]:
    """Find which channels a person switched on or off for a type."""
    rows = await session.execute(
        select(NotificationPreference.channel, NotificationPreference.is_enabled).where(
            NotificationPreference.user_type == user_type,
            NotificationPreference.user_id == user_id,
            NotificationPreference.type == kind,
        )
    )
    return {Channel(channel): is_enabled for channel, is_enabled in rows}


async def find_setting(session: Session, user_type: str, user_id: int) -> NotificationSetting | None:
    return await session.get(NotificationSetting, (user_type, user_id))
