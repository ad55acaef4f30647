from datetime import datetime

from sqlalchemy import BigInteger, ColumnElement, and_, bindparam, exists, func, select, text, tuple_, update
from sqlalchemy.dialects.postgresql import insert

from api.identity.enums import UserType
from api.identity.models import RefreshToken, Role, RoleUser, RoundRobinCursor, UserAccount, UserSession
from api.identity.principal import ADMIN_ROLES
from api.kit.db import Session


async def find_account(session: Session, username: str) -> UserAccount | None:
    found = await session.scalars(
        select(UserAccount).where(func.lower(UserAccount.username) == username.lower())
    )
    return found.one_or_none()


async def next_user_id(session: Session, user_type: UserType) -> int:
    newest = await session.scalar(
        select(func.max(UserAccount.user_id)).where(UserAccount.user_type == user_type)
    )
    return (newest or 0) + 1


def can_work() -> ColumnElement[bool]:
    """Match memberships whose person can be given something: active, and the account not switched off.

    `ops.next_member` asks the same.
    """
    is_switched_off = exists().where(
        UserAccount.user_type == UserType.STAFF,
        UserAccount.user_id == RoleUser.user_id,
        ~UserAccount.is_active,
    )
    return and_(RoleUser.is_active, ~is_switched_off.correlate(RoleUser))


async def list_live_memberships(session: Session, user_id: int) -> list[RoleUser]:
    """List a person's active memberships of roles that are not deleted."""
    found = await session.scalars(
        select(RoleUser)
        .join(Role, Role.role_id == RoleUser.role_id)
        .where(RoleUser.user_id == user_id, RoleUser.is_active, Role.deleted_at.is_(None))
        .order_by(RoleUser.role_id)
    )
    return list(found)


async def list_admins(session: Session) -> list[int]:
    """List everybody who holds a role that administers now."""
    found = await session.scalars(
        select(RoleUser.user_id)
        .join(Role, Role.role_id == RoleUser.role_id)
        .where(*_administers())
        .distinct()
        .order_by(RoleUser.user_id)
    )
    return list(found)


async def is_admin(session: Session, user_id: int) -> bool:
    held = select(RoleUser.user_id).join(Role, Role.role_id == RoleUser.role_id)
    found = await session.scalar(select(held.where(*_administers(), RoleUser.user_id == user_id).exists()))
    return bool(found)


def _administers() -> list[ColumnElement[bool]]:
    names = tuple_(Role.system, func.lower(Role.name))
    return [names.in_(ADMIN_ROLES), Role.deleted_at.is_(None), RoleUser.is_active.is_(True)]


async def list_working(session: Session) -> set[int]:
    """List everybody of the staff who can be given something: a member of a role, not switched off."""
    found = await session.scalars(
        select(RoleUser.user_id)
        .join(Role, Role.role_id == RoleUser.role_id)
        .where(can_work(), Role.deleted_at.is_(None))
        .distinct()
    )
    return set(found)


async def list_active_roles(session: Session, user_id: int) -> list[dict[str, str]]:
    rows = await session.execute(
        select(Role.system, Role.name)
        .join(RoleUser, RoleUser.role_id == Role.role_id)
        .where(RoleUser.user_id == user_id, RoleUser.is_active, Role.deleted_at.is_(None))
        .order_by(Role.system, Role.name)
    )
    return [{"system": system, "role": name} for system, name in rows]


async def find_role(session: Session, system: str, name: str) -> Role | None:
    found = await session.scalars(
        select(Role).where(
            Role.system == system, func.lower(Role.name) == name.lower(), Role.deleted_at.is_(None)
        )
    )
    return found.one_or_none()


async def list_roles(session: Session) -> list[Role]:
    return list(await session.scalars(select(Role).where(Role.deleted_at.is_(None)).order_by(Role.role_id)))


async def roles_without_people(session: Session, role_ids: set[int]) -> set[int]:
    staffed = await session.scalars(
        select(RoleUser.role_id).where(RoleUser.role_id.in_(role_ids), can_work()).distinct()
    )
    return role_ids - set(staffed)


async def find_membership(session: Session, role_id: int, user_id: int) -> RoleUser | None:
    found = await session.scalars(
        select(RoleUser).where(RoleUser.role_id == role_id, RoleUser.user_id == user_id)
    )
    return found.one_or_none()


async def find_person(session: Session, user_type: UserType, user_id: int) -> UserAccount | None:
    found = await session.scalars(
        select(UserAccount).where(UserAccount.user_type == user_type, UserAccount.user_id == user_id)
    )
    return found.one_or_none()


async def find_refresh_token(
    session: Session, jti: str
) -> tuple[RefreshToken, UserSession, UserAccount] | None:
    """Lock the token's session, so that of two exchanges at once the second sees the first."""
    locked = await session.execute(
        select(UserSession, UserAccount)
        .join(UserAccount, UserAccount.account_id == UserSession.account_id)
        .join(RefreshToken, RefreshToken.family == UserSession.session_id)
        .where(RefreshToken.jti == jti)
        .with_for_update(of=UserSession)
    )
    row = locked.one_or_none()
    if row is None:
        return None
    # Read after the lock was taken: before it, the other exchange may not have been committed.
    return await session.get_one(RefreshToken, jti), row[0], row[1]


async def end_session(session: Session, session_id: str, at: datetime) -> None:
    await session.execute(
        update(UserSession)
        .where(UserSession.session_id == session_id, UserSession.ended_at.is_(None))
        .values(ended_at=at)
    )


async def end_other_sessions(session: Session, account_id: int, kept: str | None, at: datetime) -> None:
    await session.execute(
        update(UserSession)
        .where(
            UserSession.account_id == account_id,
            UserSession.session_id.is_distinct_from(kept),
            UserSession.ended_at.is_(None),
        )
        .values(ended_at=at)
    )


_NEXT_MEMBER = select(RoleUser).from_statement(
    text("""
select role_user.* from ops.next_member(:role_id, :other_than) as chosen (role_user_id)
join ops.role_user using (role_user_id)
""").bindparams(bindparam("role_id", type_=BigInteger), bindparam("other_than", type_=BigInteger))
)


async def choose_next_member(
    session: Session, role_id: int, *, other_than: int | None = None
) -> RoleUser | None:
    """Pick the next active member of a role in turn, passing over one person; None when it has no other."""
    found = await session.scalars(_NEXT_MEMBER, {"role_id": role_id, "other_than": other_than})
    return found.one_or_none()


async def lock_turns(session: Session, role_id: int) -> None:
    """Wait until nobody else is being chosen for a role, and let nobody be until the commit."""
    # The very first choice is still writing the row that the later ones lock.
    first = insert(RoundRobinCursor).values(role_id=role_id, last_user_id=0)
    await session.execute(first.on_conflict_do_nothing())
    await session.execute(
        select(RoundRobinCursor).where(RoundRobinCursor.role_id == role_id).with_for_update()
    )
