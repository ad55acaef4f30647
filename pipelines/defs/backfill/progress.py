"""Who is told how far a backfill has come, where the process that runs it shows that to somebody."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

# Days that are done, and how many there are.
Listener = Callable[[int, int], None]

_LISTENER: ContextVar[Listener | None] = ContextVar("backfill_listener", default=None)


@contextmanager
def listening(listener: Listener | None) -> Iterator[None]:
    token = _LISTENER.set(listener)
    try:
        yield
    finally:
        _LISTENER.reset(token)


def tell(done: int, count: int) -> None:
    listener = _LISTENER.get()
    if listener is not None:
        listener(done, count)
