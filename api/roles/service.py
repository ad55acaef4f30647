"""The local copy of roles and of who holds them: shown, told by an admin, told by the auth service."""

from collections.abc import Sequence
from datetime import datetime

from api.audit.trail import Trail
from api.kit.clock import utc_now
from api.kit.db import Session
from api.kit.pagination import Ordering, Page, PageRequest
from api.roles import repository
from api.roles.errors import RoleNotFoundError
from api.roles.repository import RoleFilters
from api.roles.schemas import (
    Member,
    MembershipMessage,
    RoleDetail,
    RoleMemberRead,
    RoleMessage,
    RoleRead,
    RoleWrite,
    SyncAction,
    SyncResult,
)
from api.roles.words import Listener, MemberWord, RoleWord, listen


async def list_roles(
    session: Session, filters: RoleFilters, ordering: Ordering, page: PageRequest
) -> Page[RoleRead]:
    count, rows = await repository.list_role_rows(session, filters, ordering, page)
    return page.envelope(count, [RoleRead.model_validate(dict(row)) for row in rows])


async def get_role(session: Session, role_id: int) -> RoleDetail:
    row = await repository.find_role_row(session, role_id)
    if row is None:
        raise RoleNotFoundError
    members = await repository.list_member_rows(session, role_id)
    users = [RoleMemberRead.model_validate(dict(member)) for member in members]
    return RoleDetail(**row, users=users)


async def put_role(session: Session, trail: Trail, body: RoleWrite) -> tuple[RoleRead, bool]:
    """Make a role or change it, and with `users` make them its members.

    Returns:
        The role, and whether it was made now.

    Raises:
        RoleNameTakenError: another role of the system bears the name.
    """
    listener = await listen(session, trail, body.role_id)
    at = _after_all_told(listener)
    await listener.hear_role(RoleWord(body, at))
    if body.users is not None:
        await listener.hear_members(
            [MemberWord(member, at) for member in [*body.users, *_missing(listener, body.users)]]
        )
    row = await repository.find_role_row(session, body.role_id)
    return RoleRead.model_validate(dict(row or {})), listener.told.is_new_role


async def take_message(
    session: Session, trail: Trail, message: RoleMessage | MembershipMessage
) -> SyncResult:
    """Take in a message of the auth service; one that is older than what is known changes nothing.

    Raises:
        RoleNameTakenError: another role of the system bears the name: the message is better sent again.
    """
    listener = await listen(session, trail, message.role_id)
    is_deleted = message.action is SyncAction.DELETE
    if isinstance(message, RoleMessage):
        await listener.hear_role(RoleWord(message, message.occurred_at, is_deleted=is_deleted))
    else:
        # Its own fields alone: what is parked is read again as a member.
        fields = message.model_dump(include=message.model_fields_set & Member.model_fields.keys())
        member = Member.model_validate(fields | ({"is_active": False} if is_deleted else {}))
        await listener.hear_members([MemberWord(member, message.occurred_at)])
    told = listener.told
    return SyncResult(
        status=told.status,
        role_id=message.role_id,
        reassigned_tasks=told.reassigned_tasks,
        assigned_tasks=told.assigned_tasks,
    )


def _after_all_told(listener: Listener) -> datetime:
    """Tell an instant that is news, also to what a clock ahead of this one has stamped."""
    rows = [listener.role, *listener.memberships.values()]
    told = [row.last_told_at for row in rows if row is not None and row.last_told_at is not None]
    return max([utc_now(), *(at + datetime.resolution for at in told)])


def _missing(listener: Listener, users: Sequence[Member]) -> list[Member]:
    """List the present members whom a full list leaves out, as people who leave."""
    named = {user.user_id for user in users}
    return [
        Member(user_id=user_id, user_full_name=membership.user_full_name, is_active=False)
        for user_id, membership in listener.memberships.items()
        if membership.is_active and user_id not in named
    ]
