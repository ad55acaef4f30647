"""People whose account is switched off: what they hold goes to others, until they are back."""

from api.audit.trail import Trail
from api.identity import repository as identity_repository
from api.identity import service as identity_service
from api.identity.enums import UserType
from api.kit.clock import utc_now
from api.kit.db import Session
from api.roles import repository
from api.tasks import reassignment


async def switch_account(session: Session, trail: Trail, username: str, *, is_active: bool) -> int:
    """Let an account sign in or not, and hand on what its person holds, or hand out what waited for them.

    Memberships stay as they are: nobody is given anything while their account is switched off.

    Returns:
        How many tasks changed hands.

    Raises:
        NotFoundError: there is no such account.
    """
    account = await identity_service.switch_account(session, username, is_active=is_active)
    await session.flush()
    action = "enable_account" if is_active else "disable_account"
    trail.record(action, "Account", account.account_id, {"username": account.username})
    if account.user_type != UserType.STAFF:
        return 0
    moved = 0
    now = utc_now()
    for member in await identity_repository.list_live_memberships(session, account.user_id):
        await repository.lock_words(session, member.role_id)
        leaving = [] if is_active else [member.role_user_id]
        await reassignment.lock_concerned(session, member.role_id, leaving)
        if is_active:
            moved += await reassignment.assign_waiting(session, trail, member.role_id, at=now)
        else:
            reason = f"The account of {member.user_full_name} was switched off"
            moved += await reassignment.reassign_open_items(session, trail, member, at=now, reason=reason)
    return moved
