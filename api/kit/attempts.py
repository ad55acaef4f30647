"""How attempts to deliver something went, told to whoever counts them."""

from collections.abc import Callable
from contextvars import ContextVar
from enum import StrEnum


class Outcome(StrEnum):
    DELIVERED = "delivered"
    # There will be another attempt.
    RETRYING = "retrying"
    # There will be none: a person has to look.
    FAILED = "failed"


Observer = Callable[[str, str, Outcome], None]
_observer: ContextVar[Observer | None] = ContextVar("attempt_observer", default=None)


def observe_attempts(observer: Observer) -> None:
    """Have the attempts of the current job told to an observer: who delivers, through which channel, how."""
    _observer.set(observer)


def note_attempt(sender: str, channel: str, outcome: Outcome) -> None:
    observer = _observer.get()
    if observer is not None:
        observer(sender, channel, outcome)
