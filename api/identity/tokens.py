"""The tokens issued here, for local accounts and for scripts."""

import time
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import uuid4

import jwt

from api.settings import ApiSettings

ALGORITHM = "HS256"


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
    session_id: str | None = None,
) -> str:
    """Sign an access token; one that names its session ends with it."""
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
    if session_id is not None:
        claims["sid"] = session_id
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
    if settings.token_audience is not None:
        stamped["aud"] = settings.token_audience
    return jwt.encode(stamped, settings.secret_key.get_secret_value(), algorithm=ALGORITHM)
