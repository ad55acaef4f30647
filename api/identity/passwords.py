"""Argon2 hashing; slow on purpose, so never on the event loop."""

import asyncio
from functools import cache

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

SHORTEST_PASSWORD = 8
# RFC 9106's second choice: 64 MiB, three passes, four lanes.
_hasher = PasswordHash((Argon2Hasher(time_cost=3, memory_cost=65_536, parallelism=4),))


def hash_password(password: str) -> str:
    return _hasher.hash(password)


@cache
def _nobodys_hash() -> str:
    return hash_password("the password of nobody")


def _verify(password: str, password_hash: str | None) -> bool:
    matches = _hasher.verify(password, password_hash or _nobodys_hash())
    return matches and password_hash is not None


async def verify_password(password: str, password_hash: str | None) -> bool:
    """Check a password. An unknown user costs as much time as a known one, so none can be told apart."""
    return await asyncio.to_thread(_verify, password, password_hash)


async def renew_hash(password: str, password_hash: str | None) -> str | None:
    """Hash a password that was right anew, if its hash was made with other parameters than today's."""
    if password_hash is not None and not _hasher.current_hasher.check_needs_rehash(password_hash):
        return password_hash
    return await asyncio.to_thread(hash_password, password)
