"""The week of the desk from the command line: printed, or told before its hour."""

import asyncio
from datetime import UTC, datetime

from api.desk_digest import repository, service, words
from api.desk_digest.answers import NotToldError
from api.desk_digest.weeks import Week, last_whole_week
from api.identity.enums import UserType
from api.identity.principal import Principal
from api.kit.clock import utc_now
from api.kit.db import Database, Session
from api.settings import ApiSettings
from sluice.accounts import api_settings
from sluice.errors import DatabaseError, SettingError
from sluice.settings import StackSettings

NOTHING = "nothing is published that a week could be told of: sluice pipeline run"
# Somebody who may read everything, for whoever has the database at hand may.
KEEPER = Principal(0, UserType.STAFF, "keeper", roles=frozenset({("tts", "admin")}))


def read_digest(settings: StackSettings, database_url: str, username: str | None) -> str:
    """Put the last whole week into words, as an admin or a person may read it."""
    return asyncio.run(_read(api_settings(settings, database_url), username))


def send_digests(settings: StackSettings, database_url: str, username: str | None) -> int:
    """Tell a person, or everybody who wants it, of the last whole week; returns how many were told."""
    return asyncio.run(_send(api_settings(settings, database_url), username))


async def _read(settings: ApiSettings, username: str | None) -> str:
    now = utc_now()
    principal = KEEPER
    if username is not None:
        database = Database.connect(settings, role="sluice_api")
        try:
            async with database.read_sessions() as session:
                user_id = await _find(session, username)
                principal = await repository.find_reader(session, user_id)
        finally:
            await database.close()
    try:
        review = await service.review_for(settings, principal, _last_week(now), now)
    except NotToldError as error:
        message = f"the week cannot be read: {error}"
        raise DatabaseError(message) from None
    if review is None:
        raise DatabaseError(NOTHING)
    links = [f"{link['title']}: {link['url']}" for link in service.list_links(settings)]
    return "\n\n".join([words.subject(review), words.message(review), "\n".join(links)]).rstrip()


async def _send(settings: ApiSettings, username: str | None) -> int:
    now = utc_now()
    week = _last_week(now)
    database = Database.connect(settings, role="sluice_api")
    try:
        async with database.read_sessions() as session:
            owed = await service.list_owed(session, settings, week)
            if username is not None:
                user_id = await _find(session, username)
                owed = [each for each in owed if each.user_id == user_id]
        if not owed:
            whom = "nobody wants it" if username is None else f"{username!r} does not want it"
            message = f"{whom}, or all who do were told of {week.key}: see /notifications/preferences/"
            raise SettingError(message)
        written = await service.write_all(database, settings, owed, now)
    finally:
        await database.close()
    if not written:
        message = "nobody was told: nothing is published, or it cannot be read: sluice digest --show"
        raise DatabaseError(message)
    return written


async def _find(session: Session, username: str) -> int:
    user_id = await repository.find_user_id(session, username)
    if user_id is None:
        message = f"nobody of the staff signs in as {username!r}: see the accounts, or sluice user add"
        raise SettingError(message)
    return user_id


def _last_week(now: datetime) -> Week:
    return last_whole_week(now.astimezone(UTC).date())
