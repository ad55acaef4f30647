"""Who a verified token speaks of."""

from collections.abc import Mapping
from typing import Any

from api.identity.enums import UserType
from api.identity.principal import Principal
from api.kit.errors import TokenInvalidError
from api.kit.schemas import MAX_ID, refuse_unstorable

# Written down with what a caller changes.
_KEPT = ("username", "email", "full_name", "department", "department_name", "roles")


def principal_of(claims: Mapping[str, Any]) -> Principal:
    """Read the caller out of the claims.

    Raises:
        TokenInvalidError: a claim has a form that no issuer of ours writes.
    """
    try:
        refuse_unstorable({name: claims.get(name) for name in _KEPT})
        return Principal(
            user_id=_user_id(claims.get("user_id")),
            user_type=UserType(claims.get("user_type", UserType.STAFF)),
            username=str(claims.get("username") or ""),
            full_name=str(claims.get("full_name") or ""),
            email=_optional_text(claims.get("email")),
            department=_optional_text(claims.get("department") or claims.get("department_name")),
            roles=frozenset(map(_role, _list_of_roles(claims.get("roles")))),
            session_id=_optional_text(claims.get("sid")),
        )
    except (ValueError, TypeError, KeyError) as error:
        raise TokenInvalidError from error


def _user_id(value: object) -> int:
    """Read the id; some issuers write it as a numeric string."""
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value[:20])
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MAX_ID:
        message = "user_id is not a positive integer"
        raise ValueError(message)
    return value


def _optional_text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _list_of_roles(value: object) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list):
        message = "roles is not a list"
        raise TypeError(message)
    return value


def _role(entry: object) -> tuple[str, str]:
    """Read `{"system": …, "role": …}` or `system:role`; spaces count, look-alikes do not pass."""
    if isinstance(entry, str):
        system, _, role = entry.partition(":")
        return system.lower(), role.lower()
    if isinstance(entry, dict) and isinstance(entry["system"], str) and isinstance(entry["role"], str):
        return entry["system"].lower(), entry["role"].lower()
    message = "a role is neither an object nor a text"
    raise TypeError(message)
