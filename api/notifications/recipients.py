"""Where a person's mail goes: to their account's address, else to one that others know them by."""

from sqlalchemy import ScalarSelect, String, column, func, select, table
from sqlalchemy.dialects.postgresql import JSONB

from api.identity.enums import UserType
from api.identity.models import RoleUser, UserAccount
from api.kit.db import Session
from api.notifications.models import Notification

# As much as is read here of a table that belongs to a domain above this one.
_SNAPSHOT = table(
    "ticket_snapshot", column("ticket_number", String), column("requester", JSONB), schema="ops"
)


async def find_address(session: Session, notification: Notification) -> str | None:
    """Find the e-mail address of a recipient; None when nobody knows one."""
    is_staff = notification.user_type == UserType.STAFF
    account = _of_account(notification)
    known = (account, _of_membership(notification)) if is_staff else (_of_requester(notification), account)
    address: str | None = await session.scalar(
        select(func.coalesce(*(func.nullif(each, "") for each in known)))
    )
    return address


def _of_account(notification: Notification) -> ScalarSelect[str | None]:
    return (
        select(UserAccount.email)
        .where(
            UserAccount.user_type == notification.user_type,
            UserAccount.user_id == notification.user_id,
            UserAccount.is_active,
        )
        .scalar_subquery()
    )


def _of_membership(notification: Notification) -> ScalarSelect[str | None]:
    return (
        select(RoleUser.email)
        .where(RoleUser.user_id == notification.user_id, RoleUser.is_active, RoleUser.email != "")
        .order_by(RoleUser.role_user_id)
        .limit(1)
        .scalar_subquery()
    )


def _of_requester(notification: Notification) -> ScalarSelect[str | None]:
    requester = _SNAPSHOT.c.requester
    return (
        select(requester["email"].astext)
        .where(
            _SNAPSHOT.c.ticket_number == notification.ticket_number,
            requester["id"].astext == str(notification.user_id),
            func.coalesce(requester["type"].astext, UserType.EMPLOYEE) == notification.user_type,
        )
        .scalar_subquery()
    )
