"""Sessions and accounts that ended before their tokens did, as of a moment ago."""

import asyncio
import time

import asyncpg

from api.identity.principal import Principal
from api.identity.verification import LEEWAY_SECONDS
from api.kit.errors import TokenInvalidError, UnavailableError
from api.kit.logs import log
from api.settings import ApiSettings

_READ_SECONDS = 2.0
_ENDED = """
select session_id, null as user_type, null as user_id from ops.ended_session
where ended_at > now() - make_interval(secs => $1)
union all
select null, user_type, user_id from ops.disabled_account
"""


class Withdrawals:
    """A view that each process keeps for itself: one small query every few seconds, none per request.

    While the database is away the last view is used, so reads that need no primary go on.
    """

    def __init__(self, settings: ApiSettings) -> None:
        self._interval = settings.session_check_seconds
        # Tokens of older sessions have expired by themselves.
        self._look_back = settings.access_token_minutes * 60.0 + 2 * LEEWAY_SECONDS
        self._stale_at = -float("inf")
        self._was_read = False
        self._lock = asyncio.Lock()
        self._sessions: frozenset[str] = frozenset()
        self._accounts: frozenset[tuple[str, int]] = frozenset()

    async def refuse_withdrawn(self, principal: Principal, pool: asyncpg.Pool) -> None:
        """Let only those pass whose session and account still stand.

        Raises:
            TokenInvalidError: signed out, or switched off.
            UnavailableError: nobody could be asked since this process began.
        """
        if time.monotonic() >= self._stale_at:
            await self._read(pool)
        if principal.session_id in self._sessions:
            raise TokenInvalidError("The session of this token has ended: sign in again")
        if (principal.user_type, principal.user_id) in self._accounts:
            raise TokenInvalidError("The account of this token is switched off: ask an administrator")

    async def _read(self, pool: asyncpg.Pool) -> None:
        asked_at = time.monotonic()
        async with self._lock:
            if self._stale_at > asked_at:
                return
            try:
                async with asyncio.timeout(_READ_SECONDS):
                    rows = await pool.fetch(_ENDED, self._look_back)
            except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                if not self._was_read:
                    raise UnavailableError from error
                log.warning("withdrawals_unreadable", error=type(error).__name__)
                self._stale_at = time.monotonic() + max(self._interval, _READ_SECONDS)
            else:
                self._was_read = True
                self._sessions = frozenset(row[0] for row in rows if row[0] is not None)
                self._accounts = frozenset((row[1], row[2]) for row in rows if row[1] is not None)
                # From before the query: what ended while it ran is missing in it.
                self._stale_at = asked_at + self._interval
