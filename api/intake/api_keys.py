"""Keys that other systems send tickets with: made once, told once, and kept as digests."""

import hashlib
import secrets
from typing import NamedTuple

import asyncpg

from api.identity.enums import UserType
from api.identity.principal import Principal
from api.kit.errors import TokenInvalidError

PREFIX = "slk_"
HINT_CHARACTERS = 10
_KEY_BYTES = 32
_FIND = """
select
    api_key_id, name, source_service, revoked_at is not null as is_revoked,
    coalesce(expires_at <= now(), false) as is_expired,
    coalesce(last_used_at < now() - interval '1 minute', true) as is_use_unnoted
from intake.api_key where key_hash = $1
"""
# Of many at once, the first one writes: the others wait for its row and then find it noted.
_NOTE_USE = """
update intake.api_key set last_used_at = now()
where api_key_id = $1 and (last_used_at is null or last_used_at < now() - interval '1 minute')
"""


class NewKey(NamedTuple):
    """A key as its holder gets it, and what is kept of it."""

    key: str
    key_hash: str
    hint: str


def make_key() -> NewKey:
    key = PREFIX + secrets.token_urlsafe(_KEY_BYTES)
    return NewKey(key, hash_key(key), key[:HINT_CHARACTERS])


def hash_key(key: str) -> str:
    """Digest a key. It is random in all its 256 bits, so a fast digest is as good as a slow one."""
    return hashlib.sha256(key.encode()).hexdigest()


class ApiKeys:
    """Tells which system a key belongs to, as the database says at this moment."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def identify(self, key: str) -> Principal:
        """Name the system that holds a key, and note that it was used.

        Raises:
            TokenInvalidError: the key is unknown, revoked or expired.
        """
        found = await self._pool.fetchrow(_FIND, hash_key(key))
        if found is None:
            raise TokenInvalidError("The X-API-Key is not known: check it, or ask for a new one")
        if found["is_revoked"] or found["is_expired"]:
            ended = "was revoked" if found["is_revoked"] else "has expired"
            message = f"The X-API-Key {found['name']!r} {ended}: ask for a new one"
            raise TokenInvalidError(message)
        if found["is_use_unnoted"]:
            await self._pool.execute(_NOTE_USE, found["api_key_id"])
        return Principal(
            user_id=found["api_key_id"],
            user_type=UserType.STAFF,
            username=found["name"],
            full_name=found["name"],
            is_service=True,
            source_service=found["source_service"],
        )
