from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, and_, func, or_, select
from sqlalchemy.dialects.postgresql import insert

from api.identity.models import ParkedMembership, Role, RoleUser
from api.kit.db import Session
from api.kit.pagination import Ordering, PageRequest
from api.tasks.models import TaskItem

_ORDER_COLUMNS = {"name": func.lower(Role.name), "system": Role.system, "role_id": Role.role_id}
ORDERINGS = tuple(_ORDER_COLUMNS)


@dataclass(frozen=True, slots=True)
class RoleFilters:
    system: str | None = None
    search: str | None = None
    is_active: bool | None = None


def _conditions(filters: RoleFilters) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if filters.system is not None:
        conditions.append(Role.system == filters.system.strip().lower())
    if filters.search and filters.search.strip():
        wanted = filters.search.strip()
        conditions.append(
            or_(*(column.icontains(wanted, autoescape=True) for column in (Role.name, Role.description)))
        )
    if filters.is_active is not None:
        conditions.append(Role.deleted_at.is_(None) == filters.is_active)
    return conditions


def _roles() -> Select[*tuple[Any, ...]]:
    people = (
        select(func.count())
        .where(RoleUser.role_id == Role.role_id, RoleUser.is_active)
        .correlate(Role)
        .scalar_subquery()
    )
    return select(
        Role.role_id,
        Role.name,
        Role.system,
        Role.description,
        Role.is_custom,
        Role.deleted_at.is_(None).label("is_active"),
        people.label("active_user_count"),
        Role.synced_at,
    )


async def list_role_rows(
    session: Session, filters: RoleFilters, ordering: Ordering, page: PageRequest
) -> tuple[int, Sequence[RowMapping]]:
    conditions = _conditions(filters)
    count = await session.scalar(select(func.count()).select_from(Role).where(*conditions)) or 0
    page.check(count)
    columns = [_ORDER_COLUMNS[ordering.field], Role.role_id]
    statement = _roles().where(*conditions)
    statement = statement.order_by(
        *(column.desc() if ordering.descending else column.asc() for column in columns)
    )
    rows = await session.execute(statement.limit(page.size).offset(page.offset))
    return count, rows.mappings().all()


async def find_role_row(session: Session, role_id: int) -> RowMapping | None:
    rows = await session.execute(_roles().where(Role.role_id == role_id))
    return rows.mappings().one_or_none()


async def list_member_rows(session: Session, role_id: int) -> Sequence[RowMapping]:
    """List everybody who ever was of a role, the present members first, each with their open items."""
    items = (
        select(func.count())
        .where(TaskItem.role_user_id == RoleUser.role_user_id, TaskItem.closed_at.is_(None))
        .correlate(RoleUser)
        .scalar_subquery()
    )
    rows = await session.execute(
        select(
            RoleUser.user_id,
            RoleUser.user_full_name,
            RoleUser.department,
            RoleUser.is_active,
            RoleUser.valid_from.label("assigned_at"),
            items.label("open_items"),
        )
        .where(RoleUser.role_id == role_id)
        .order_by(RoleUser.is_active.desc(), RoleUser.user_full_name, RoleUser.user_id)
    )
    return rows.mappings().all()


async def lock_words(session: Session, role_id: int) -> None:
    """Let words on a role count one after the other, also while the role itself is not there to lock."""
    key = func.hashtextextended(f"role {role_id}", 0)
    await session.execute(select(func.pg_advisory_xact_lock(key)))


async def find_role(session: Session, role_id: int) -> Role | None:
    return await session.get(Role, role_id, populate_existing=True)


async def is_name_taken(session: Session, role_id: int, system: str, name: str) -> bool:
    found = await session.scalar(
        select(Role.role_id).where(
            Role.system == system,
            func.lower(Role.name) == func.lower(name),
            Role.role_id != role_id,
            Role.deleted_at.is_(None),
        )
    )
    return found is not None


async def list_memberships(session: Session, role_id: int) -> dict[int, RoleUser]:
    """Map the user ids of everybody who ever was of a role to their memberships."""
    found = await session.scalars(
        select(RoleUser).where(RoleUser.role_id == role_id).execution_options(populate_existing=True)
    )
    return {member.user_id: member for member in found}


async def park(
    session: Session, role_id: int, user_id: int, occurred_at: datetime, message: dict[str, Any]
) -> bool:
    """Keep a word on a membership until its role is known; False when a newer one is kept already."""
    statement = insert(ParkedMembership).values(
        role_id=role_id, user_id=user_id, occurred_at=occurred_at, message=message
    )
    new = statement.excluded
    kept = await session.scalar(
        statement.on_conflict_do_update(
            index_elements=[ParkedMembership.role_id, ParkedMembership.user_id],
            set_={
                "occurred_at": new.occurred_at,
                "message": new.message,
                "parked_at": func.now(),
                "applied_at": None,
            },
            # A word that counted before waits again when its role was deleted.
            where=or_(
                new.occurred_at > ParkedMembership.occurred_at,
                and_(
                    new.occurred_at == ParkedMembership.occurred_at,
                    ParkedMembership.applied_at.is_not(None),
                ),
            ),
        ).returning(ParkedMembership.user_id)
    )
    return kept is not None


async def list_parked(session: Session, role_id: int) -> list[ParkedMembership]:
    """List the words that wait for a role."""
    found = await session.scalars(
        select(ParkedMembership)
        .where(ParkedMembership.role_id == role_id, ParkedMembership.applied_at.is_(None))
        .order_by(ParkedMembership.user_id)
        .execution_options(populate_existing=True)
    )
    return list(found)
