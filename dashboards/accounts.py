"""Who is signed in: tokens stay in this process's memory, a browser holds a number without meaning."""

import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt

from dashboards.answers.accounts import Tokens

# A working day and its evening: whoever has not asked for anything in that time signs in again.
IDLE = timedelta(hours=12)
_ADMINISTRATION = ("tts", "admin")


@dataclass
class Account:
    """One sign-in; `renewal` is held while its tokens are renewed, which may be done once."""

    username: str
    access_token: str
    refresh_token: str | None
    seen_at: datetime
    renewal: threading.Lock = field(default_factory=threading.Lock)

    @property
    def is_admin(self) -> bool:
        """Which pages are worth showing; what may be read and done is for the API to say."""
        return _ADMINISTRATION in {_role(entry) for entry in self._claims().get("roles") or []}

    @property
    def user_id(self) -> int | None:
        return self._claims().get("user_id")

    def _claims(self) -> dict[str, Any]:
        """What the token says of its bearer; nothing where it is none that can be read."""
        try:
            claims: dict[str, Any] = jwt.decode(self.access_token, options={"verify_signature": False})
        except jwt.PyJWTError:
            return {}
        return claims


class Accounts:
    """All accounts that are signed in, by the number that their browsers hold."""

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._now = now
        self._accounts: dict[str, Account] = {}
        self._lock = threading.Lock()

    def open(self, username: str, tokens: Tokens) -> str:
        """Keep the account, and return the number that opens it."""
        session_id, now = secrets.token_urlsafe(32), self._now()
        with self._lock:
            idle = [key for key, account in self._accounts.items() if now - account.seen_at > IDLE]
            for key in idle:
                del self._accounts[key]
            self._accounts[session_id] = Account(username, tokens.access_token, tokens.refresh_token, now)
        return session_id

    def find(self, session_id: str | None) -> Account | None:
        """The account; None where it was closed, idle for too long or never there."""
        with self._lock:
            account = self._accounts.get(session_id or "")
            if account is None or self._now() - account.seen_at > IDLE:
                return None
            return account

    def see(self, session_id: str | None) -> Account | None:
        """The same, when its reader does something: pages that look for news by themselves do not count."""
        account = self.find(session_id)
        if account is not None:
            account.seen_at = self._now()
        return account

    def close(self, session_id: str | None) -> None:
        with self._lock:
            self._accounts.pop(session_id or "", None)


def _role(entry: Any) -> tuple[str, str]:
    """System and name of a role as tokens write it: `{"system": …, "role": …}` or `system:role`."""
    system, _, name = entry.partition(":") if isinstance(entry, str) else (entry["system"], "", entry["role"])
    return system.lower(), name.lower()


accounts = Accounts()
