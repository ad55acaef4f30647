"""Argon2 hashing; slow on purpose, so never on the event loop."""

import asyncio
from functools import cache

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

_hasher = PasswordHash((Argon2Hasher(),))


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
