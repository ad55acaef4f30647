"""Signed tokens: issued here for local accounts, verified for those of any issuer with our key."""

import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import uuid4

import jwt

from api.identity.enums import UserType
from api.identity.principal import Principal
from api.kit.errors import TokenExpiredError, TokenInvalidError
from api.kit.schemas import MAX_ID
from api.settings import ApiSettings

ALGORITHM = "HS256"
LEEWAY_SECONDS = 30
MAX_TOKEN_LENGTH = 8192
_CACHE_SIZE = 10_000
# Seconds since 1970 at the end of year 9999; an expiry past it was written to never come.
_END_OF_TIME = 253_402_300_800


def issue_access_token(
    settings: ApiSettings,
    *,
    user_id: int,
    user_type: str,
    username: str,
    full_name: str,
    email: str | None,
    department: str | None,
    roles: Sequence[Mapping[str, str]],
    lifetime: timedelta,
) -> str:
    claims = {
        "token_type": "access",
        "user_id": user_id,
        "user_type": user_type,
        "username": username,
        "full_name": full_name,
        "email": email,
        "department": department,
        "roles": [dict(role) for role in roles],
    }
    return _sign(settings, claims, jti=uuid4().hex, lifetime=lifetime)


def issue_refresh_token(settings: ApiSettings, *, jti: str, user_id: int, lifetime: timedelta) -> str:
    return _sign(settings, {"token_type": "refresh", "user_id": user_id}, jti=jti, lifetime=lifetime)


def _sign(settings: ApiSettings, claims: dict[str, Any], *, jti: str, lifetime: timedelta) -> str:
    now = int(time.time())
    stamped = {
        **claims,
        "jti": jti,
        "iss": settings.token_issuer,
        "iat": now,
        "exp": now + int(lifetime.total_seconds()),
    }
    return jwt.encode(stamped, settings.secret_key.get_secret_value(), algorithm=ALGORITHM)


class TokenVerifier:
    """Checks tokens, and remembers those found good until they expire.

    The cache is bounded; what a token may do is decided at each request from the local roles,
    so a remembered token never outlives a role taken away.
    """

    def __init__(self, settings: ApiSettings) -> None:
        self._key = settings.secret_key.get_secret_value()
        self._issuer = settings.token_issuer
        self._verified: OrderedDict[str, tuple[Principal, float]] = OrderedDict()

    def principal(self, token: str) -> Principal:
        known = self._verified.get(token)
        if known is not None and known[1] > time.time():
            return known[0]
        claims = self.claims(token, token_type="access")  # noqa: S106 - a kind of token, not a secret
        principal = _principal_of(claims)
        if len(self._verified) >= _CACHE_SIZE:
            self._verified.popitem(last=False)
        self._verified[token] = (principal, float(claims["exp"]))
        return principal

    def claims(self, token: str, *, token_type: str) -> dict[str, Any]:
        """Return the claims of a good token of the kind asked for.

        Raises:
            TokenExpiredError: it was good once.
            TokenInvalidError: it never was, or it is of another kind.
        """
        if len(token) > MAX_TOKEN_LENGTH or not token.isascii():
            raise TokenInvalidError
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                self._key,
                algorithms=[ALGORITHM],
                issuer=self._issuer,
                leeway=LEEWAY_SECONDS,
                options={"require": ["exp", "iss"]},
            )
        except jwt.ExpiredSignatureError as error:
            raise TokenExpiredError from error
        except (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError) as error:
            raise TokenInvalidError from error
        if claims.get("token_type") != token_type or not _is_instant(claims["exp"]):
            raise TokenInvalidError
        return claims


def _is_instant(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value < _END_OF_TIME


def _principal_of(claims: Mapping[str, Any]) -> Principal:
    try:
        return Principal(
            user_id=_user_id(claims.get("user_id")),
            user_type=UserType(claims.get("user_type", UserType.STAFF)),
            username=str(claims.get("username") or ""),
            full_name=str(claims.get("full_name") or ""),
            email=_optional_text(claims.get("email")),
            department=_optional_text(claims.get("department") or claims.get("department_name")),
            roles=frozenset(map(_role, _list_of_roles(claims.get("roles")))),
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
