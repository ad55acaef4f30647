"""Locks between processes that the kernel drops when their holder ends, however it ends."""

import fcntl
import os
import time
from pathlib import Path

POLL_SECONDS = 0.05


class FileLock:
    """One `flock` on one file; shared or exclusive, held by this object until released."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None
        self.is_held = False

    def try_exclusive(self) -> bool:
        """Take the lock alone, at once or not at all; a shared hold is given up by asking."""
        return self._try(fcntl.LOCK_EX)

    def acquire_exclusive(self, timeout: float | None) -> bool:
        return self._acquire(fcntl.LOCK_EX, timeout)

    def acquire_shared(self, timeout: float | None) -> bool:
        return self._acquire(fcntl.LOCK_SH, timeout)

    def release(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
        self._descriptor = None
        self.is_held = False

    def fileno(self) -> int:
        """The descriptor, for a child process that is to share the lock and outlive its holder."""
        return self._open()

    def is_free(self) -> bool:
        """Whether nobody holds the lock now; asks through a descriptor of its own."""
        probe = FileLock(self.path)
        try:
            return probe.try_exclusive()
        finally:
            probe.release()

    def _acquire(self, mode: int, timeout: float | None) -> bool:
        if timeout is None:
            fcntl.flock(self._open(), mode)
            self.is_held = True
            return True
        deadline = time.monotonic() + timeout
        while not self._try(mode):
            if time.monotonic() >= deadline:
                return False
            time.sleep(POLL_SECONDS)
        return True

    def _try(self, mode: int) -> bool:
        try:
            fcntl.flock(self._open(), mode | fcntl.LOCK_NB)
        except BlockingIOError:
            self.is_held = False
            return False
        self.is_held = True
        return True

    def _open(self) -> int:
        if self._descriptor is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        return self._descriptor
