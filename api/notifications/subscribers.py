"""Who of the staff wants a type of notification that is written for whoever wants it."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from api.identity import repository as identity_repository
from api.identity.enums import UserType
from api.kit.db import Session
from api.notifications import digests, repository
from api.notifications.enums import NotificationType
from api.notifications.preferences import chosen_channels


@dataclass(frozen=True, slots=True)
class Subscriber:
    """Somebody of the staff, and the zone whose hours are theirs."""

    user_id: int
    zone: ZoneInfo


async def list_subscribers(session: Session, kind: NotificationType, zone: str) -> list[Subscriber]:
    """List everybody who works here and has a channel switched on for a type.

    Args:
        session: reads only.
        kind: the type.
        zone: for people without a quiet calendar, whose zone would count.
    """
    working = await identity_repository.list_working(session)
    admins = set(await identity_repository.list_admins(session))
    choices = await repository.list_choices_of(session, UserType.STAFF, kind)
    zones = await digests.find_zones(session, zone)
    return [
        Subscriber(user_id, zones.get(user_id, ZoneInfo(zone)))
        for user_id in sorted(working)
        if chosen_channels(choices.get(user_id, {}), kind, is_admin=user_id in admins)
    ]
