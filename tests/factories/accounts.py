"""Local accounts for the tests, made as the command line makes them."""

from collections.abc import Sequence

from api.identity import service
from api.identity.enums import UserType
from api.kit.db import Database
from api.settings import ApiSettings

PASSWORD = "correct horse battery"


async def make_account(
    settings: ApiSettings,
    username: str = "ana",
    *,
    password: str = PASSWORD,
    user_type: UserType = UserType.STAFF,
    roles: Sequence[tuple[str, str]] = (("tts", "Admin"), ("hdts", "Ticket Coordinator")),
) -> int:
    """Make an account and return its user id."""
    database = Database.connect(settings, role="sluice_api")
    try:
        async with database.sessions() as session, session.begin():
            account = await service.create_account(
                session,
                username=username,
                password=password,
                full_name=username.title(),
                email=f"{username}@example.org",
                user_type=user_type,
                roles=roles,
            )
        return account.user_id
    finally:
        await database.close()
