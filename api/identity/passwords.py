"""Argon2 hashing; slow on purpose, so never on the event loop."""

import asyncio
from functools import cache

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

# RFC 9106's second choice: 64 MiB, three passes, four lanes.
_hasher = PasswordHash((Argon2Hasher(time_cost=3, memory_cost=65_536, parallelism=4),))


def hash_password(password: str) -> str:
    return _hasher.hash(password)


@cache
def _nobodys_hash() -> str:
    return hash_password("the password of nobody")


def _verify(password: str, password_hash: str | None) -> tuple[bool, str | None]:
    matches, renewed = _hasher.verify_and_update(password, password_hash or _nobodys_hash())
    return matches and password_hash is not None, renewed


async def verify_password(password: str, password_hash: str | None) -> tuple[bool, str | None]:
    """Check a password; also return a new hash when the old one was made with other parameters.

    An unknown user costs as much time as a known one, so none can be told apart.
    """
    return await asyncio.to_thread(_verify, password, password_hash)
