"""Failed sign-ins, counted where all processes see them, so passwords cannot be guessed at full speed."""

import asyncio
import hashlib
import ipaddress
import math
import time
from dataclasses import dataclass

import asyncpg

from api.kit.errors import TooManyRequestsError
from api.kit.logs import log

# Each holds a database connection and 64 MiB while it hashes.
CONCURRENT_SIGN_INS = 4
TRUSTED_DAYS = 30
_SWEEP_SECONDS = 600.0
_IPV6_NETWORK_BITS = 64


@dataclass(frozen=True, slots=True)
class Limit:
    """The n-th failure blocks for `first_seconds`, each further one twice as long, up to the longest.

    One failure is forgiven for every `forgiven_seconds` that pass, and attempts during a block count
    for nothing, so nobody can be kept out for good.
    """

    failures: int
    first_seconds: int
    longest_seconds: int
    forgiven_seconds: int


NAME_LIMIT = Limit(failures=5, first_seconds=30, longest_seconds=900, forgiven_seconds=900)
# A whole office may share an address, and mistype.
ADDRESS_LIMIT = Limit(failures=50, first_seconds=5, longest_seconds=300, forgiven_seconds=10)

_COUNT = """
insert into ops.sign_in_attempt as attempt (subject, failures, failed_at, blocked_until, kept_until)
values ($1, 1, now(), now(), now() + interval '1 day')
on conflict (subject) do update set
    failed_at = now(),
    kept_until = greatest(attempt.trusted_until, now() + interval '1 day'),
    (failures, blocked_until) = (
        select counted.failures, now() + make_interval(secs => case
            when counted.failures < $2::int then 0
            else least($3::int * power(2, least(counted.failures - $2, 20)), $4::int)
        end)
        from (
            select 1 + greatest(
                0, attempt.failures - floor(extract(epoch from now() - attempt.failed_at) / $5::int)::bigint
            ) as failures
        ) as counted
    )
where attempt.blocked_until <= now()
returning failures
"""
_BLOCKED_SECONDS = """
select extract(epoch from blocked_until - now())::float from ops.sign_in_attempt where subject = $1
"""
_IS_TRUSTED = "select true from ops.sign_in_attempt where subject = $1 and trusted_until > now()"
_FORGET_NAME = "delete from ops.sign_in_attempt where subject = $1"
_FORGIVE_ONE = """
update ops.sign_in_attempt
set failures = greatest(failures - 1, 0), blocked_until = least(blocked_until, now())
where subject = $1
"""
_TRUST = """
insert into ops.sign_in_attempt (subject, failures, failed_at, blocked_until, trusted_until, kept_until)
select $1, 0, now(), now(), until, until from (select now() + make_interval(days => $2) as until) as trust
on conflict (subject) do update set
    failures = 0, blocked_until = now(),
    trusted_until = excluded.trusted_until, kept_until = excluded.kept_until
"""
_SWEEP = "delete from ops.sign_in_attempt where kept_until < now()"


class SignInAttempts:
    """Counts attempts per user name and per address.

    An attempt is counted before its password is looked at and given back when that was right, so a
    hundred guesses at the same instant are a hundred failures. Whoever signed in before from an address
    is counted apart there: strangers who guess at a name do not lock out its owner.
    """

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self._swept_at = -math.inf
        self.turn = asyncio.Semaphore(CONCURRENT_SIGN_INS)

    async def count(self, username: str, address: str) -> None:
        """Count one attempt, whether or not there is such a user.

        Raises:
            TooManyRequestsError: the name or the address has to wait.
        """
        await self._sweep()
        await self._count(_address_subject(address), ADDRESS_LIMIT)
        pair = _pair_subject(username, address)
        is_trusted = await self._pool.fetchval(_IS_TRUSTED, pair)
        await self._count(pair if is_trusted else _name_subject(username), NAME_LIMIT)

    async def forgive(self, username: str, address: str) -> None:
        """Take the attempt back: its password was right."""
        await self._pool.execute(_FORGET_NAME, _name_subject(username))
        await self._pool.execute(_TRUST, _pair_subject(username, address), TRUSTED_DAYS)
        await self._pool.execute(_FORGIVE_ONE, _address_subject(address))

    async def _count(self, subject: str, limit: Limit) -> None:
        counted = await self._pool.fetchval(
            _COUNT,
            subject,
            limit.failures,
            limit.first_seconds,
            limit.longest_seconds,
            limit.forgiven_seconds,
        )
        if counted is None:
            seconds = await self._pool.fetchval(_BLOCKED_SECONDS, subject)
            log.warning("sign_in_blocked", subject=subject[:12])
            raise TooManyRequestsError(retry_after_seconds=max(1, math.ceil(seconds or 1)))

    async def _sweep(self) -> None:
        if time.monotonic() - self._swept_at > _SWEEP_SECONDS:
            self._swept_at = time.monotonic()
            await self._pool.execute(_SWEEP)


def _name_subject(username: str) -> str:
    return _digest(f"name {username.lower()}")


def _pair_subject(username: str, address: str) -> str:
    return _digest(f"pair {_network(address)} {username.lower()}")


def _address_subject(address: str) -> str:
    return _digest(f"address {_network(address)}")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _network(address: str) -> str:
    """Take an IPv6 network as one address: whoever has one address there has all of them."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:  # noqa: PLR2004 - the version of the protocol
        return address
    return str(ipaddress.ip_network((int(parsed), _IPV6_NETWORK_BITS), strict=False))
