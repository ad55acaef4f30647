from sqlalchemy import func, select

from api.identity import repository as identity_repository
from api.identity.enums import UserType
from api.identity.models import UserAccount
from api.identity.principal import Principal
from api.kit.db import Session


async def find_reader(session: Session, user_id: int) -> Principal:
    """Name somebody of the staff as a token of theirs would, with the roles that they hold here."""
    roles = await identity_repository.list_active_roles(session, user_id)
    held = frozenset((role["system"].lower(), role["role"].lower()) for role in roles)
    return Principal(user_id=user_id, user_type=UserType.STAFF, username=f"staff-{user_id}", roles=held)


async def find_user_id(session: Session, username: str) -> int | None:
    """Find a person of the staff by what they sign in with."""
    wanted = select(UserAccount.user_id).where(
        func.lower(UserAccount.username) == username.lower(), UserAccount.user_type == UserType.STAFF
    )
    found: int | None = await session.scalar(wanted)
    return found
