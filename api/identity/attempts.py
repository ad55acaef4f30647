"""A bounded memory of failed sign-ins, so that passwords cannot be guessed at full speed."""

import time
from collections import OrderedDict, deque

from api.kit.errors import TooManyRequestsError

WINDOW_SECONDS = 300
MAX_FAILURES = 5
_MAX_KEYS = 10_000


class FailedAttempts:
    """Counts failures per name and address; each process counts for itself."""

    def __init__(self) -> None:
        self._failures: OrderedDict[tuple[str, str], deque[float]] = OrderedDict()

    def check(self, username: str, address: str) -> None:
        recent = self._recent((username.lower(), address))
        if len(recent) >= MAX_FAILURES:
            wait = int(recent[0] + WINDOW_SECONDS - time.monotonic()) + 1
            raise TooManyRequestsError(retry_after_seconds=wait)

    def add(self, username: str, address: str) -> None:
        key = (username.lower(), address)
        recent = self._recent(key)
        recent.append(time.monotonic())
        self._failures[key] = recent
        self._failures.move_to_end(key)
        if len(self._failures) > _MAX_KEYS:
            self._failures.popitem(last=False)

    def forget(self, username: str, address: str) -> None:
        self._failures.pop((username.lower(), address), None)

    def _recent(self, key: tuple[str, str]) -> deque[float]:
        recent = self._failures.get(key, deque())
        oldest = time.monotonic() - WINDOW_SECONDS
        while recent and recent[0] <= oldest:
            recent.popleft()
        return recent
