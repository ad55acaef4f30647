"""Reading a token strictly, before anything in it is believed."""

import json
import re
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from api.kit.errors import TokenInvalidError

MAX_TOKEN_LENGTH = 8192
# Unpadded base64url in three parts: five would be an encrypted token, two an unsigned one.
_COMPACT = re.compile(r"([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.[A-Za-z0-9_-]+")
# Other kinds of JWT (id tokens, log-out tokens, DPoP proofs) name themselves here and open nothing.
_TYPES = {"jwt", "at+jwt", "application/at+jwt"}


@dataclass(frozen=True, slots=True)
class UnverifiedToken:
    """A well-formed token. Header and claims only say what to check it against."""

    text: str
    header: Mapping[str, Any]
    claims: Mapping[str, Any]


def parse(token: str) -> UnverifiedToken:
    """Take a token apart.

    Raises:
        TokenInvalidError: it is not a signed access token, holds a name twice, or asks for an
            extension that nobody here understands.
    """
    parts = _COMPACT.fullmatch(token) if len(token) <= MAX_TOKEN_LENGTH else None
    if parts is None:
        raise TokenInvalidError
    header, claims = _read_object(parts[1]), _read_object(parts[2])
    kind = header.get("typ", "JWT")
    if "crit" in header or not isinstance(kind, str) or kind.lower() not in _TYPES:
        raise TokenInvalidError
    return UnverifiedToken(token, header, claims)


def _read_object(part: str) -> dict[str, Any]:
    try:
        text = urlsafe_b64decode(part + "=" * (-len(part) % 4)).decode()
        found = json.loads(text, object_pairs_hook=_without_duplicates)
    except (ValueError, RecursionError) as error:
        raise TokenInvalidError from error
    if not isinstance(found, dict):
        raise TokenInvalidError
    return found


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Two readers of one token could each believe another of two claims of the same name."""
    found = dict(pairs)
    if len(found) != len(pairs):
        message = "a name occurs twice"
        raise ValueError(message)
    return found
